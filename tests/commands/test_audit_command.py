"""`audit`: the proof of one lab's checks, made smaller for the test."""

import json
from collections.abc import Callable

import pytest

from kit.cli import FAILED, PASSED, STOPPED
from tests import waiting
from tests.command import Command, Project

# A lab with one known-wrong and one other-right submission is quick to prove.
SHORTER = """# Known wrong

## events.py, refresh_data
- sends `data_updated` to everyone → refreshes_nobody_else: broadcast

# Other right

## events.py, connect
- takes `auth` first
"""


@pytest.fixture
def shorter(project: Project) -> Project:
    project.course.lab(3).by_hand.write_text(SHORTER, encoding="utf-8")
    return project


def test_it_says_which_checks_are_not_proved(shorter: Project) -> None:
    done = shorter.run("audit", "--labs", "3", "--json", "-")

    report = json.loads(done.stdout)
    assert report["labs"] == 1
    assert (report["known_wrong"], report["other_right"]) == (1, 1)
    assert report["false_accepts"] == report["false_rejects"] == 0
    assert report["unproved"] > 0
    assert done.returncode == FAILED
    assert "unproved" in done.stderr
    assert any("no known-wrong submission fails this check" in one for one in report["faults"])
    assert report["clean"] is False
    assert "\x1b" not in done.stderr


def test_what_is_unchanged_is_not_proved_again(shorter: Project) -> None:
    shorter.run("audit", "--labs", "3")
    assert (
        "4 of 4 were proved before and are unchanged" in shorter.run("audit", "--labs", "3").stdout
    )
    assert "were proved before" not in shorter.run("audit", "--labs", "3", "--fresh").stdout


def test_where_checks_cannot_be_loaded_it_says_so_and_tries_nothing(project: Project) -> None:
    project.course.lab(3).checks.write_text("why = unknown\n", encoding="utf-8")
    done = project.run("audit", "--labs", "3", "--json", "-")
    line = (
        "checks/lab_03_events.py: it cannot be loaded: NameError: name 'unknown' is not defined."
        " Mend that first"
    )
    assert done.returncode == FAILED
    assert json.loads(done.stdout) == {"faults": [line], "clean": False}
    assert line in " ".join(done.stderr.split())


def test_mutants_are_made_of_what_a_lab_teaches_in_python(project: Project) -> None:
    done = project.run("audit", "--labs", "0", "--mutate")  # that one teaches none

    assert done.returncode == PASSED, done.stderr
    assert "0 mutants, 0 of them not as they should be" in done.stdout


def test_ctrl_c_ends_it_at_once(project: Project, begin: Callable[..., Command]) -> None:
    command = begin(project, "audit", "--labs", "3")

    def look() -> bool:
        command.look_around()
        return len(command.family) > 2

    waiting.until(look, what="servers")
    assert command.press_ctrl_c() == STOPPED
