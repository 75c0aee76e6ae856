"""What the tests of several rooms need."""

import os
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from kit import loopback
from kit.course import Course
from kit.grading.confinement import why_not
from kit.language import ENGLISH, OWN
from kit.running.browser import FLAGS, BrowserMissing, program
from tests import course_copy, waiting
from tests import small_project as small_projects

os.environ[OWN] = ENGLISH  # for all children too: tests read what is said
loopback.spare()  # whoever starts pytest by itself has not come through the way in


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; where the system has none, a skip, or in strict runs a failure."""
    try:
        found = program()
    except BrowserMissing as missing:
        if os.environ.get("ROUNDTRIP_STRICT") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    expect.set_options(timeout=waiting.LONGEST * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def _walls() -> None:
    """Submissions can be confined here; where not, a skip, or in strict runs a failure."""
    why = why_not()
    if why and os.environ.get("ROUNDTRIP_STRICT") == "1" and sys.platform == "linux":
        pytest.fail(why)
    if why:
        pytest.skip(why)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A copy of the whole project, in which no lab was started yet."""
    return course_copy.make(tmp_path / "a project")


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """A small project that nothing was set up in."""
    return small_projects.make(tmp_path / "a project")


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has nothing installed, as on a fresh machine."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=os.name != "nt")
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
