"""`check --all`: the verdict on the whole course."""

import json
from collections.abc import Callable

import pytest

from kit.cli import FAILED, PASSED, STOPPED, USAGE
from kit.student import workspace
from tests import course_copy, whole_course
from tests.command import Command, Project


def test_the_whole_course_is_played_and_passed(project: Project) -> None:
    whole_course.play(project.course)

    done = project.run("check", "--all")

    assert done.returncode == PASSED, done.stdout + done.stderr
    labs = project.course.labs
    *lines, last = done.stdout.splitlines()
    assert [line.startswith(f"✓ {lab.title}  ") for line, lab in zip(lines, labs, strict=True)]
    assert last.startswith(f"{len(labs)} of {len(labs)} labs passed")
    assert project.run("progress").stdout.count("✓") == len(labs)


def test_what_does_not_pass_stands_under_its_lab(project: Project) -> None:
    course = project.course
    solved, starter = course.lab(4), course.lab(5)
    course_copy.solve(course, solved)
    workspace.start(course, starter)
    file = project.root / "verdicts.json"

    done = project.run("check", "--all", "--json", str(file))

    assert done.returncode == FAILED
    first, second, task, *_ = done.stdout.splitlines()
    assert first.startswith(f"✓ {solved.title}  ")
    assert second.startswith(f"✗ {starter.title}  0 of ")
    assert task.startswith("○ ")
    assert "\n1 of 2 labs passed" in done.stdout
    assert "\nNot begun: 0, 1, 2, 3, 6" in done.stdout
    found = json.loads(file.read_text(encoding="utf-8"))
    assert [(one["lab"], one["passed"]) for one in found["labs"]] == [(4, True), (5, False)]
    assert found["passed"] is False
    assert len(found["not_begun"]) == len(course.labs) - 2


def test_where_no_lab_was_begun_the_first_is_named(shared: Project) -> None:
    done = shared.run("check", "--all")
    assert done.returncode == FAILED
    assert "python3 -m kit start 0" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["3", "--all"], ["--all", "--watch"]])
def test_a_lab_or_all_of_them(shared: Project, arguments: list[str]) -> None:
    done = shared.run("check", *arguments)
    assert done.returncode == USAGE
    assert "--all" in done.stderr


def test_ctrl_c_ends_it_where_a_lab_never_answers(
    project: Project, begin: Callable[..., Command]
) -> None:
    course = project.course
    course_copy.solve(course, course.lab(4))
    workspace.start(course, course.lab(5))
    (course.lab(5).package / "__init__.py").write_text("import time\ntime.sleep(1000)\n")
    command = begin(project, "check", "--all")
    command.wait_for(course.lab(4).title)
    assert command.press_ctrl_c() == STOPPED
    assert "Traceback" not in command.said()
