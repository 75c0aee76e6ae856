"""Verdicts on a machine that has other things to do."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import cut
from kit.checking.check import load
from kit.checking.runner import run
from kit.course import Course
from kit.running import PACKAGE, Launcher
from kit.student import given

BUSY = "import time\nends = time.monotonic() + 100\nwhile time.monotonic() < ends: pass"


@pytest.fixture
def _busy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Processes of ours that take all the time they get, for a hundred seconds at most."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(request.param)]
    yield
    for process in busy:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("_busy", "name", "rounds"), [(2, "events", 10), (4, "rooms", 2)], indirect=["_busy"]
)
@pytest.mark.usefixtures("_busy")
def test_the_same_submission_gets_the_same_verdict_each_time(
    launcher: Launcher, tmp_path: Path, name: str, rounds: int
) -> None:
    course = Course()
    lab = course.lab(name)
    cut.write(given.solution(course, lab), tmp_path / PACKAGE)
    checks = load(lab.checks)
    for _ in range(rounds):
        verdict = run(checks, tmp_path, launcher)
        assert [result for result in verdict.results if not result.passed] == []
        assert len(verdict.results) == len(checks)
