"""`hint`: one step further on the ladder each time."""

import pytest

from kit.checking.check import load
from kit.checking.verdict import Outcome, Result, Verdict
from kit.cli import PASSED
from kit.student.progress import remember
from tests.command import Project

STEPS = ("Look at the `log`.", "It is about <order>.", "Write:\n\n   ```python\n   x = [1]\n   ```")


@pytest.fixture
def checks(project: Project) -> list[str]:
    """The names of lab 3's checks, each of which has hints."""
    lab = project.course.lab(3)
    names = [check.name for check in load(lab.checks)]
    ladder = "\n".join(f"{number}. {text}" for number, text in enumerate(STEPS, 1))
    lab.hints.write_text("\n\n".join(f"## {name}\n\n{ladder}" for name in names))
    return names


def test_the_ladder_of_a_check_is_shown_step_by_step(project: Project, checks: list[str]) -> None:
    shown = [project.run("hint", "3", checks[1]) for _ in range(4)]

    assert {done.returncode for done in shown} == {PASSED}
    steps = [done.stdout.partition("(hint ")[2].partition(")")[0] for done in shown]
    assert steps == ["1 of 3", "2 of 3", "3 of 3", "3 of 3"]
    assert "Look at the `log`." in shown[0].stdout
    assert f"For more: python3 -m kit hint 3 {checks[1]}" in shown[0].stdout
    assert "It is about <order>." in shown[1].stdout
    assert "\nx = [1]\n" in shown[2].stdout
    assert "For more" not in shown[2].stdout
    assert shown[3].stdout == shown[2].stdout


def test_without_a_check_it_is_about_the_first_that_does_not_pass(
    project: Project, checks: list[str]
) -> None:
    outcomes = [Outcome.PASSED, Outcome.FAILED, *[Outcome.NOT_TRIED] * (len(checks) - 2)]
    _remember(project, checks, outcomes)
    title = load(project.course.lab(3).checks)[1].title
    assert project.run("hint", "3").stdout.startswith(title)


def test_when_all_passed_no_hint_is_needed(project: Project, checks: list[str]) -> None:
    _remember(project, checks, [Outcome.PASSED] * len(checks))
    assert "No hint is needed" in project.run("hint", "3").stdout


def _remember(project: Project, checks: list[str], outcomes: list[Outcome]) -> None:
    results = [
        Result(name, 3, "", outcome, 0) for name, outcome in zip(checks, outcomes, strict=True)
    ]
    remember(project.course.lab(3), Verdict(3, tuple(results), 0))
