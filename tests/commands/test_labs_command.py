"""`labs`, which is what happens without a command, and `setup`."""

import os
import socket
from pathlib import Path

import pytest

from kit.cli import PASSED, USAGE
from kit.ports import spare_port
from tests import course_copy, waiting
from tests.command import Command, Project


def test_setup_makes_every_copy_and_says_what_to_do_next(project: Project) -> None:
    done = project.run("setup")

    assert done.returncode == PASSED
    assert done.stdout == "Everything is ready. To open the labs: python3 -m kit\n"
    assert "Making your copies of the labs" in done.stderr
    assert all(lab.package.is_dir() for lab in project.course.labs)
    assert all(lab.own_notebook.is_file() for lab in project.course.labs)
    assert project.run("setup").stderr == ""


def test_a_port_in_use_is_told_before_anything_is_done(shared: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = shared.run("--no-browser", "--port", str(port))
    assert done.returncode == USAGE
    assert f"Port {port} is in use" in done.stderr


@pytest.fixture(scope="module")
def opened_twice(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project for each browser: the copies of its labs are made for the first one only."""
    return Project(course_copy.make(tmp_path_factory.mktemp("opened") / "a project"))


@pytest.mark.skipif(os.name == "nt", reason="a browser here is a shell script")
@pytest.mark.parametrize("name", ["firefox", "w3m"])
def test_the_browser_is_given_the_address_itself_unless_it_is_a_text_browser(
    opened_twice: Project, tmp_path: Path, name: str
) -> None:
    # Browsers from snap and flatpak cannot read the file that JupyterLab would give them.
    opened = tmp_path / "opened"
    script = tmp_path / name
    script.write_text(f'#!/bin/sh\necho "$1" > "{opened}"\n')
    script.chmod(0o700)
    port = spare_port()
    home = {f"JUPYTER_{one}_DIR": str(tmp_path / one) for one in ("CONFIG", "DATA", "RUNTIME")}
    command = Command(
        opened_twice.root, ["--port", str(port)], tmp_path / "said", BROWSER=str(script), **home
    )
    try:
        command.wait_for(f"http://127.0.0.1:{port}/lab")
        if name == "firefox":
            waiting.until(lambda: opened.exists() and opened.read_text(), what="the browser")
            address = opened.read_text()
            assert address.startswith(f"http://localhost:{port}/lab/tree/my-notebooks/00_start")
            assert "token=" in address
    finally:
        command.press_ctrl_c()
    assert opened.exists() == (name == "firefox")
