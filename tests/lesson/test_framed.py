"""Where a notebook's checklist is the panel's page, and where it is not."""

import re

import pytest

from kit import reachable
from kit.course import Course
from kit.lesson.framed import framed
from kit.lesson.lesson import Lesson
from kit.panel import finding
from kit.panel.address import VARIABLE, Address
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


def test_behind_a_hub_s_proxy_it_is_the_panel_s_port_with_a_ticket_and_no_key(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = Address(54321, "the key", 1)
    monkeypatch.setattr(finding, "ensure", lambda _root: panel)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("JUPYTERHUB_PUBLIC_URL", raising=False)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setattr(reachable, "leads_to_ports", lambda: True)
    text = framed(course.lab(3))
    assert text
    found = re.search(
        r'src="/user/ada/proxy/54321/\?ticket=(\S+?)&amp;lab=3&amp;in=notebook"', text
    )
    assert found
    assert panel.admits(found[1])
    assert not Address(54321, "another key", 1).admits(found[1])
    assert "the key" not in text

    monkeypatch.setattr(reachable, "leads_to_ports", lambda: False)
    assert framed(course.lab(3)) is None


def test_a_jupyter_without_the_panel_has_the_checklist_of_the_kernel(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert framed(course.lab(3)) is None
