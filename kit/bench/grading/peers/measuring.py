"""How fast each grader does the same small job, all in one run, each in its own environment."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from kit import setup_tool
from kit.bench.grading.peers import check50, job, nbgrader, otter, own, plain_pytest
from kit.bench.grading.peers.running import Failed

ROUNDS = 2  # of the job, for each grader, of which the faster one counts
FASTER = 10  # times nbgrader's rate


class Grader(Protocol):
    """A grader: what it takes, how the job looks in its form, and how it does it."""

    NAME: str
    VERSION: str

    def packages(self) -> list[str]:
        """Return what its environment needs; nothing where it is this one."""

    def prepare(self, folder: Path, python: Path) -> None:
        """Lay the job into the empty `folder`. Raises Failed."""

    def grade(self, folder: Path, python: Path) -> None:
        """Do the job: this is what is measured. Raises Failed."""

    def points(self, folder: Path) -> dict[str, float]:
        """Return what each submission was given."""


GRADERS: tuple[Grader, ...] = (own, plain_pytest, check50, nbgrader, otter)


@dataclass
class Rate:
    """What one grader took for the job. `why_not` says why there are no figures of it.

    `seconds` are on the clock and `processor_seconds` of all its processes, for one submission.
    `unlike` names the submissions that did not get what they deserve.
    """

    name: str
    version: str
    seconds: float = 0
    processor_seconds: float = 0
    unlike: list[str] = field(default_factory=list)
    why_not: str = ""


@dataclass
class Rates:
    """All graders, this kit first."""

    confined: bool
    graders: list[Rate]

    def ratio(self, name: str) -> float | None:
        """Return how many times as fast as this grader the kit is; None where nobody knows."""
        own_rate = self.graders[0]
        other = next((one for one in self.graders if one.name == name), None)
        if other is None or other.why_not or own_rate.why_not:
            return None
        return round(other.seconds / own_rate.seconds, 2)

    @property
    def is_met(self) -> bool:
        """Whether the kit reaches what it should beside all graders that could be had."""
        wanted = {nbgrader.NAME: FASTER, plain_pytest.NAME: 1}
        found = {name: self.ratio(name) for name in wanted}
        is_right = not self.graders[0].why_not and not self.graders[0].unlike
        return is_right and all(
            ratio is None or ratio >= wanted[name] for name, ratio in found.items()
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON-ready data."""
        return {
            "submissions": len(job.submissions()),
            "checks": len(job.TESTS),
            "confined": self.confined,
            "graders": [asdict(one) for one in self.graders],
            "times_as_fast_as": {one.name: self.ratio(one.name) for one in self.graders[1:]},
        }


def measure(
    work: Path,
    *,
    confined: bool,
    tell: Callable[[str], None],
    graders: Sequence[Grader] = GRADERS,
    rounds: int = ROUNDS,
) -> Rates:
    """Return what each grader takes; all that it needs is made below `work`, to be thrown away.

    The graders take turns, so that what the machine does beside hits all of them alike.
    """
    rates = [Rate(one.NAME, one.VERSION) for one in graders]
    pythons = []
    for grader, rate in zip(graders, rates, strict=True):
        tell(f"Fetching {grader.NAME}")
        try:
            pythons.append(_python(grader, work))
        except setup_tool.ToolError as error:
            lines = str(error).strip().splitlines() or ["nothing was said"]
            rate.why_not = f"it cannot be installed: {lines[-1]}"
            pythons.append(Path())
    for number in range(rounds):
        for grader, rate, python in zip(graders, rates, pythons, strict=True):
            if not rate.why_not:
                tell(f"Grading with {grader.NAME}, round {number + 1} of {rounds}")
                _measure(grader, rate, python, work / grader.NAME / f"round {number}")
    return Rates(confined, rates)


def _python(grader: Grader, work: Path) -> Path:
    """Return the Python of a new environment with a grader in it. Raises setup_tool.ToolError."""
    packages = grader.packages()
    if not packages:
        return Path(sys.executable)
    folder = work / grader.NAME / "environment"
    folder.parent.mkdir(parents=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv: list[str | Path] = [sys.executable, "-m", "uv"]
    log = work / "install.log"
    setup_tool.run([*uv, "venv", "--quiet", "--python", sys.executable, folder], log, folder=work)
    install = [*uv, "pip", "install", "--compile-bytecode", "--python", python, *packages]
    setup_tool.run(install, log, folder=work)
    return python


def _measure(grader: Grader, rate: Rate, python: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    try:
        grader.prepare(folder, python)
        began, used = time.monotonic(), _processor_seconds()
        grader.grade(folder, python)
        seconds, processor = time.monotonic() - began, _processor_seconds() - used
        found = grader.points(folder)
    except (Failed, OSError, ValueError) as error:
        rate.why_not = f"it does not do the job: {error}"
        return
    wanted = job.submissions()
    each = round(seconds / len(wanted), 3)
    if not rate.seconds or each < rate.seconds:
        rate.seconds = each
        rate.processor_seconds = round(processor / len(wanted), 3)
    rate.unlike = [
        f"{one.name}: {found.get(one.name)} instead of {one.points}"
        for one in wanted
        if found.get(one.name) != one.points
    ]


def _processor_seconds() -> float:
    """Return what ended children have used, with all that they had started; 0 on Windows."""
    times = os.times()
    return times.children_user + times.children_system
