"""Workers that fall silent, end or talk nonsense: each submission gets a verdict all the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from kit.checking.check import load
from kit.checking.verdict import Outcome, Verdict
from kit.grading import pool
from kit.grading.unit import Unit
from tests.grading.small_class import MOST, RIGHT, make_course

PASSED = (
    '{"result": {"check": "adds", "lab": 1, "title": "", "outcome": "passed", "seconds": 0,'
    ' "finding": null, "detail": ""}}'
)
SILENT = "import sys, time; sys.stdin.readline(); time.sleep(1000)"
TELLS_ONE = f"""
import sys, time
sys.stdin.readline()
print({PASSED!r}, flush=True)
time.sleep(1000)
"""
ENDS = "import sys; sys.stdin.readline()"
TALKS_NONSENSE = "import sys; sys.stdin.readline(); print(' ] nonsense', flush=True); input()"


@pytest.fixture
def units(tmp_path: Path) -> list[Unit]:
    """Two units."""
    (lab,) = make_course(tmp_path).labs
    checks = tuple(load(lab.checks))
    sources = (f"{RIGHT}# {number}" for number in range(2))
    return [Unit(lab, {"__init__.py": text.encode()}, checks, b"") for text in sources]


def _verdicts(
    units: list[Unit], program: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[Verdict], list["subprocess.Popen[str]"]]:
    """Return what is told of these units where this program is the worker, and all workers."""
    started: list[subprocess.Popen[str]] = []

    def start(_: object) -> "subprocess.Popen[str]":
        pipe = subprocess.PIPE
        command = [sys.executable, "-S", "-E", "-c", program]
        started.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8"))
        return started[-1]

    monkeypatch.setattr(pool.Worker, "_started", start)
    told: dict[str, Verdict] = {}

    def tell(unit: Unit, verdict: Verdict) -> None:
        told[unit.key] = verdict

    pool.grade(units, jobs=1, confined=False, tell=tell)
    return [told[unit.key] for unit in units], started


@pytest.mark.parametrize(
    ("program", "seconds", "outcomes"),
    [
        (SILENT, 1, [Outcome.TIMED_OUT] * MOST),
        (TELLS_ONE, 8, [Outcome.PASSED, *[Outcome.TIMED_OUT] * (MOST - 1)]),
        (ENDS, 1000, [Outcome.CHECKER_BROKE] * MOST),
        (TALKS_NONSENSE, 1000, [Outcome.CHECKER_BROKE] * MOST),
    ],
)
def test_each_unit_has_a_verdict_and_no_worker_is_left(
    units: list[Unit],
    program: str,
    seconds: int,
    outcomes: list[Outcome],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Unit, "seconds", seconds)
    verdicts, started = _verdicts(units, program, monkeypatch)
    for verdict in verdicts:
        assert [result.outcome for result in verdict.results] == outcomes
    # Where the worker broke, another one has tried once more.
    assert len(started) == len(units) * (1 if Outcome.TIMED_OUT in outcomes else pool.TRIES)
    assert not [process for process in started if process.returncode is None]


def test_what_listens_may_end_it(units: list[Unit], monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> None:
        raise KeyError("the disk is full")

    monkeypatch.setattr(
        pool.Worker,
        "_tried",
        lambda _, unit: unit.without_an_end([]),  # no process at all
    )
    with pytest.raises(KeyError):
        pool.grade(units, jobs=1, confined=False, tell=give_up)
