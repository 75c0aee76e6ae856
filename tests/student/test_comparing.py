"""A learner's functions beside the course's."""

from pathlib import Path

import pytest

from kit import cut
from kit.cli import FAILED, PASSED
from kit.course import Course, Lab
from kit.report.page import beside
from kit.student import comparing
from tests import course_copy
from tests.command import Project


@pytest.fixture(scope="module", name="course")
def _course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return course_copy.make(tmp_path_factory.mktemp("compared") / "project")


@pytest.fixture(scope="module", name="lab")
def _lab(course: Course) -> Lab:
    lab = course.lab("events")
    course_copy.solve(course, lab)
    return lab


def named(course: Course, lab: Lab) -> dict[str, comparing.Pair]:
    return {pair.name: pair for pair in comparing.pairs(course, lab)}


def test_what_a_lab_asks_for_is_compared_and_nothing_else(course: Course, lab: Lab) -> None:
    found = named(course, lab)
    assert {"create_app", "connect", "disconnect", "refresh_data"} == set(found)
    assert all(pair.is_alike for pair in found.values()), "this is the course's own"
    assert found["connect"].course.startswith('@socketio.on("connect")\ndef connect()')


def test_comments_and_docstrings_make_no_difference_and_code_does(course: Course, lab: Lab) -> None:
    events = lab.package / "events.py"
    text = events.read_text("utf-8")
    try:
        events.write_text(text.replace("    emit(", "    # mine\n    emit("), "utf-8")
        assert named(course, lab)["refresh_data"].is_alike
        events.write_text(text.replace("discard", "remove"), "utf-8")
        pair = named(course, lab)["disconnect"]
        assert not pair.is_alike
        assert "remove" in (pair.own or "")
    finally:
        events.write_text(text, "utf-8")


def test_a_function_is_found_in_another_file_or_not_at_all(course: Course, lab: Lab) -> None:
    events, moved = lab.package / "events.py", lab.package / "mine.py"
    text = events.read_text("utf-8")
    try:
        moved.write_text("def connect():\n    return 1\n", "utf-8")
        events.write_text("this is no Python", "utf-8")
        found = named(course, lab)
        assert (found["connect"].own, found["connect"].own_file) == (
            "def connect():\n    return 1",
            "mine.py",
        )
        assert found["disconnect"].own is None
        page = beside("- words", list(found.values()))
        assert "you have no function of this name" in page
        assert "<li>words</li>" in page
    finally:
        moved.unlink()
        events.write_text(text, "utf-8")


def test_what_a_learner_writes_is_shown_and_not_run() -> None:
    pair = comparing.Pair("f", "a.py", "def f(): ...", "def f(): '<script>'", "a.py")
    assert "<script>" not in beside("", [pair])


def test_the_command_waits_until_the_lab_is_passed(tmp_path: Path) -> None:
    project = Project(course_copy.make(tmp_path / "project"))
    lab = project.course.lab(1)
    assert project.run("start", "1").returncode == PASSED
    refused = project.run("compare", "1")
    assert refused.returncode == FAILED
    assert "kit check 1" in refused.stderr
    assert refused.stdout == ""
    cut.write(cut.stage(project.course.reference, 1), lab.package)
    checked = project.run("check", "1")
    assert "kit compare 1" in checked.stdout
    own = lab.package / "__init__.py"
    own.write_text(
        own.read_text("utf-8").replace("    return app\n", "    it = app\n    return it\n")
    )
    said = project.run("compare", "1").stdout
    assert said.index("it = app") < said.index("-- the course's, __init__.py")
