"""`python3 -m kit panel`: a link to the live verdict, from whatever terminal."""

import re
from collections.abc import Iterator

import pytest
import requests

from kit.panel import finding
from tests.command import Project


@pytest.fixture
def with_panel(project: Project) -> Iterator[Project]:
    """A project whose panel is gone after the test."""
    yield project
    finding.end(project.root)


def test_it_prints_a_link_that_lets_one_in_and_goes_on(with_panel: Project) -> None:
    done = with_panel.run("panel", "rooms", "--no-browser")
    assert done.returncode == 0, done.stderr
    assert "Made your copy in labs/06_rooms/dashboard" in done.stdout
    link = re.search(r"The panel is at (http://127\.0\.0\.1:\S+)", done.stdout)
    assert link
    page = requests.Session().get(link[1], timeout=60)
    assert page.ok
    assert page.url.endswith("/labs/6")
    assert "Lab 6: rooms" in page.text
    again = with_panel.run("panel", "--no-browser")
    assert again.stdout == done.stdout.splitlines()[-1].partition("&")[0] + "\n"


def test_an_unknown_lab_starts_nothing(with_panel: Project) -> None:
    done = with_panel.run("panel", "99", "--no-browser")
    assert done.returncode == 2
    assert "There is no lab '99'." in done.stderr
    assert finding.running(with_panel.root) is None
