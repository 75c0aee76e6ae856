"""Where a notebook's checklist is the panel's page, and where it is not."""

import pytest

from kit.course import Course
from kit.lesson.framed import framed
from kit.lesson.lesson import Lesson
from kit.panel.address import VARIABLE
from tests.lesson.conftest import Displays


@pytest.mark.parametrize(
    ("server", "address"),
    [("http://localhost:8888/", "/panel/labs/3"), ("http://x/a&b/", "/a&amp;b/panel/labs/3")],
)
def test_it_is_below_the_base_of_this_jupyter(
    course: Course, monkeypatch: pytest.MonkeyPatch, server: str, address: str
) -> None:
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)
    monkeypatch.setenv("JUPYTER_SERVER_URL", server)
    monkeypatch.setenv(VARIABLE, "panel")
    text = framed(course.lab(3))
    assert text
    assert f'src="{address}?in=notebook"' in text
    assert 'title="Checklist of Lab 3: events"' in text


def test_a_lesson_shows_it_and_watches_nothing_itself(
    course: Course, displays: Displays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "panel")
    lesson = Lesson(course, course.lab(3))
    lesson.checklist()
    assert "panel/labs/3" in displays[0].data
    assert lesson._checklist is None
    lesson.close()


def test_a_jupyter_without_the_panel_has_the_checklist_of_the_kernel(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert framed(course.lab(3)) is None
