"""What the tests of several rooms need."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from kit.course import Course
from kit.running.browser import FLAGS, BrowserMissing, program
from tests import course_copy


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; where the system has none, a skip, or in strict runs a failure."""
    try:
        found = program()
    except BrowserMissing as missing:
        if os.environ.get("ROUNDTRIP_STRICT") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    expect.set_options(timeout=30_000)  # milliseconds, as for all else: a loaded machine is slow
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A copy of the whole project, in which no lab was started yet."""
    return course_copy.make(tmp_path / "a project")
