"""`check`: the verdict in the terminal."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from kit import cut
from kit.checking.check import load
from kit.cli import FAILED, PASSED, STOPPED, USAGE
from kit.panel import finding
from kit.student import workspace
from tests import course_copy, waiting
from tests.command import Command, Project

HANGS = "import time\ntime.sleep(1000)\n"


@pytest.fixture(scope="module")
def solved(shared: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The solution of lab 3 in a folder of its own, as `dashboard`."""
    folder = tmp_path_factory.mktemp("solved")
    cut.write(cut.stage(shared.course.reference, 3), folder / "dashboard")
    return folder


def test_a_starter_is_made_and_then_not_attempted(project: Project) -> None:
    done = project.run("check", "03")

    assert done.returncode == FAILED
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "Made your copy in labs/03_events/dashboard"
    assert lines[1] == "Lab 3: events"
    assert any(line.startswith("○ ") and line.endswith("[not attempted]") for line in lines)
    assert any(line.startswith("· ") and line.endswith("[not tried]") for line in lines)
    assert "For a hint: python3 -m kit hint 3" in lines
    assert "\x1b" not in done.stdout
    assert not any(line != line.rstrip() for line in lines)
    assert "not checked" not in project.run("progress").stdout


@pytest.mark.parametrize("how", ["the folder", "the package", "another name"])
def test_an_app_elsewhere_is_checked(
    shared: Project, solved: Path, tmp_path: Path, how: str
) -> None:
    app = solved if how == "the folder" else solved / "dashboard"
    if how == "another name":
        app = shutil.copytree(solved / "dashboard", tmp_path / "my_app")

    done = shared.run("check", "events", "--app", str(app), "--json", "-")

    assert done.returncode == PASSED, done.stderr
    verdict = json.loads(done.stdout)  # and nothing else
    assert verdict["passed"]
    assert {result["outcome"] for result in verdict["results"]} == {"passed"}
    assert "checks passed" in done.stderr
    assert not shared.course.lab(3).package.exists()


def test_so_far_means_the_earlier_labs_checks_too(
    shared: Project, solved: Path, tmp_path: Path
) -> None:
    file = tmp_path / "verdict.json"
    done = shared.run("check", "3", "--so-far", "--app", str(solved), "--json", str(file))

    verdict = json.loads(file.read_text(encoding="utf-8"))
    assert {result["lab"] for result in verdict["results"]} >= {1, 3}
    # Whether they pass is for the labs' own tests.
    assert (done.returncode == PASSED) == verdict["passed"]
    assert "\nLab 1\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--app", "no/such/folder"], "There is no app in"),
        (["--app", "labs"], "There is no app in"),
        (["--json", "no/such/folder/verdict.json"], "cannot be written"),
        (["--json", "labs"], "cannot be written"),
    ],
)
def test_a_wrong_path_is_wrong_usage(shared: Project, arguments: list[str], told: str) -> None:
    done = shared.run("check", "3", *arguments)
    assert done.returncode == USAGE
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_verdict_that_cannot_be_remembered_is_still_shown(project: Project) -> None:
    lab = project.course.lab(3)
    workspace.start(project.course, lab)
    remembered = project.root / "labs" / ".progress"
    shutil.rmtree(remembered)
    remembered.write_text("a file where a folder has to be")  # what stops root as well

    done = project.run("check", "3")

    assert done.returncode == FAILED
    assert f"0 of {len(load(lab.checks))} checks passed" in done.stdout
    assert "`progress` will not know of this" in done.stdout
    assert project.run("hint", "3").returncode == PASSED


def test_every_sign_can_be_printed_where_only_ascii_goes(shared: Project, solved: Path) -> None:
    ascii_only = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:strict"}
    done = shared.run("check", "3", "--app", str(solved), **ascii_only)
    assert done.returncode == PASSED, done.stderr


def test_watch_checks_again_at_a_save_and_ctrl_c_ends_it(
    project: Project, begin: Callable[..., Command]
) -> None:
    lab = project.course.lab(3)
    workspace.start(project.course, lab)
    number = len(load(lab.checks))
    command = begin(project, "check", "3", "--watch")
    command.wait_for("Waiting for you to save a file")
    assert "not attempted" in command.said()

    course_copy.solve(project.course, lab)

    command.wait_for(f"{number} of {number} checks passed")
    command.wait_for("Go on with the next lab: python3 -m kit start 4")
    panel = finding.running(project.root)  # it decides, for every view
    assert panel
    psutil.Process(panel.pid).kill()
    (lab.package / "__init__.py").write_text("def create_app(:\n")
    command.wait_for("SyntaxError")
    assert command.press_ctrl_c() == STOPPED
    assert command.said().endswith("Stopped.\n")
    waiting.until(lambda: finding.running(project.root) is None, what="the panel's end")


def test_ctrl_c_does_not_wait_for_an_app_that_hangs(
    project: Project, begin: Callable[..., Command]
) -> None:
    lab = project.course.lab(3)
    workspace.start(project.course, lab)
    (lab.package / "__init__.py").write_text(HANGS)
    command = begin(project, "check", "3")

    def servers_run() -> bool:
        command.look_around()
        return len(command.family) > 1

    waiting.until(servers_run, what="a server")
    assert command.press_ctrl_c() == STOPPED
    assert command.said() == "\nStopped.\n"
