"""The live checklist: renewed at a save, and gone when it is told so."""

import threading
from collections.abc import Iterator

import pytest

from kit.course import Course, Lab
from kit.lesson.lesson import Lesson
from kit.student.progress import outcomes
from tests import course_copy, waiting
from tests.lesson.conftest import Displays


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab(3)


@pytest.fixture
def lesson(course: Course, lab: Lab) -> Iterator[Lesson]:
    lesson = Lesson(course, lab)
    yield lesson
    lesson.close()


def test_it_returns_at_once_and_is_renewed_by_a_save(
    course: Course, lesson: Lesson, lab: Lab, displays: Displays
) -> None:
    lesson.checklist()
    assert "Checking…" in displays[0].data
    waiting.until(lambda: len(displays) > 1, what="the first verdict")
    assert "not attempted" in displays[1].data
    assert "labs/03_events/dashboard" in displays[1].data

    course_copy.solve(course, lab)

    waiting.until(lambda: "all checks pass" in displays[-1].data, what="the new verdict")
    waiting.until(lambda: set(outcomes(lab).values()) == {"passed"}, what="the progress")


@pytest.mark.usefixtures("displays")
def test_shown_again_it_is_the_only_one(lesson: Lesson) -> None:
    lesson.checklist()
    lesson.checklist()
    assert [one.name for one in threading.enumerate()].count("checklist") == 1


def test_stopping_does_not_wait_for_an_app_that_hangs(
    lesson: Lesson, lab: Lab, displays: Displays
) -> None:
    (lab.package / "__init__.py").write_text("import time\ntime.sleep(1000)\n")
    lesson.checklist()
    watch = lesson._checklist._watch  # type: ignore[union-attr]
    waiting.until(lambda: watch._launcher._apps, what="a server")

    lesson.close()

    assert "checklist" not in [one.name for one in threading.enumerate()]
    assert len(displays) == 1  # a check that was broken off is no verdict


def test_a_bug_of_ours_is_shown_as_one_and_escaped(
    lesson: Lesson, displays: Displays, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("<b>")

    lesson.checklist()
    monkeypatch.setattr("kit.lesson.checklist.checklist", broken)
    waiting.until(lambda: len(displays) > 1, what="the message")
    assert "This is a fault of the kit" in displays[1].data
    assert "RuntimeError: &lt;b&gt;" in displays[1].data
