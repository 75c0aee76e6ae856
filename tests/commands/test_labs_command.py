"""`labs`, which is what happens without a command, and `setup`."""

import socket

from kit.cli import PASSED, USAGE
from tests.command import Project


def test_setup_makes_every_copy_and_says_what_to_do_next(project: Project) -> None:
    done = project.run("setup")

    assert done.returncode == PASSED
    assert done.stdout == "Everything is ready. To open the labs: python3 -m kit\n"
    assert "Making your copies of the labs" in done.stderr
    assert all(lab.package.is_dir() for lab in project.course.labs)
    assert project.run("setup").stderr == ""


def test_a_port_in_use_is_told_before_anything_is_done(shared: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = shared.run("--no-browser", "--port", str(port))
    assert done.returncode == USAGE
    assert f"Port {port} is in use" in done.stderr
