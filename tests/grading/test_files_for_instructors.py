"""The workflow that grades each push, its summary, and the container for other systems."""

import re

import pytest
import yaml

from kit.cli import COMMANDS
from kit.course import ROOT
from kit.grading.formats import markdown
from kit.grading.results import ClassResults, State, Student
from tests.grading.test_formats import ALL, CLASS, _one


@pytest.mark.parametrize("name", ["grade-each-push.yml"])
def test_the_workflow_is_one_and_its_commands_are_there(name: str) -> None:
    workflow = yaml.safe_load((ROOT / "docs" / name).read_text("utf-8"))
    steps = workflow["jobs"]["grade"]["steps"]
    run = "\n".join(step.get("run", "") for step in steps)
    called = re.findall(r"python -m kit ([a-z-]+)", run)
    assert called == ["setup", "hand-in", "grade"]
    assert set(called) <= COMMANDS.keys()
    assert "marks/summary.md" in run


def test_the_container_copies_what_is_there_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "docs" / "grading.Dockerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY")]
    assert {"kit", "checks", "labs", "requirements.txt"} <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    assert [line for line in lines if line.startswith("USER")] == ["USER grader"]


def test_the_summary_says_causes_and_nothing_that_a_submission_printed() -> None:
    hostile = _one(Student("<img src=x> | [a](b)"), State.GRADED, ALL)
    text = markdown.text(ClassResults("Confined.", CLASS.titles, (*CLASS.students, hostile)))
    assert "| Lab 3: events | missing |" in text
    assert "(timed out)" in text
    assert "**Next.**" in text
    assert "script" not in text
    assert "<img" not in text.replace("\\<img", "")
    assert "](b)" not in text.replace("\\]\\(b\\)", "")
