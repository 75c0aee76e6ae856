"""`python3 -m kit serve`: the student's own server in a terminal, started anew at each save."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import requests

from kit.cli import STOPPED
from kit.course import ROOT
from tests import course_copy
from tests.command import Command, Project, environment


def test_it_serves_what_was_saved_last(project: Project, begin: Callable[..., Command]) -> None:
    lab = project.course.lab(3)
    course_copy.solve(project.course, lab)
    factory = lab.package / "__init__.py"
    whole = factory.read_text()

    served = begin(project, "serve", "3")
    served.wait_for("Your server runs at")
    address = re.search(r"Your server runs at (\S+)", served.said())
    assert address
    assert requests.get(f"{address[1]}/healthz", timeout=60).json()["environment"] == "development"

    factory.write_text(f"{whole}\nprint('this is new', flush=True)\n")
    served.wait_for("You saved dashboard/__init__.py. The server starts again.")
    served.wait_for("this is new")
    served.wait_for("Your server runs at", times=2)

    factory.write_text("def create_app(:\n")
    served.wait_for("Your server did not start. It raised SyntaxError")
    factory.write_text(whole)
    served.wait_for("Your server runs at", times=3)
    assert requests.get(f"{address[1]}/healthz", timeout=60).ok
    assert served.press_ctrl_c() == STOPPED
    assert "Traceback" not in served.said()


def test_as_a_check_it_has_that_checks_sources(
    project: Project, begin: Callable[..., Command]
) -> None:
    course_copy.solve(project.course, project.course.lab(6))
    served = begin(project, "serve", "rooms", "--as", "joins")
    served.wait_for("Your server runs at")
    address = re.search(r"Your server runs at (\S+)", served.said())
    assert address
    health = requests.get(f"{address[1]}/healthz", timeout=60).json()
    found = requests.get(f"{address[1]}/api/dashboards", timeout=60).json()
    assert health["environment"] == "testing"
    assert [one["id"] for one in found["dashboards"]] == ["machine", "stocks"]
    served.press_ctrl_c()

    unknown = project.run("serve", "6", "--as", "nothing")
    assert unknown.returncode == 2
    assert "There is no check 'nothing'. The checks are: joins," in unknown.stderr


def test_it_can_be_called_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "kit"), "serve", "--help"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Run your own server for a lab." in done.stdout
