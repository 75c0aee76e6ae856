"""How far the student has come: the newest verdict on each lab's copy, and the hints seen."""

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kit import patience
from kit.checking.verdict import Outcome, Verdict
from kit.course import Course, Lab

FOLDER = ".progress"  # inside labs/


@dataclass(frozen=True)
class LabProgress:
    """One lab at a glance. `passed` of `checks` is None before the first verdict.

    `lacking` of them cannot be tried on this machine.
    """

    lab: Lab
    started: bool
    checks: int
    passed: int | None
    checked_at: str | None
    lacking: int = 0

    @property
    def done(self) -> bool:
        """Whether every check passed at the newest verdict that can be tried here."""
        return self.passed is not None and self.passed == self.checks - self.lacking > 0


def remember(lab: Lab, verdict: Verdict) -> None:
    """Keep the newest verdict on the student's own copy of `lab`."""
    _write(
        _file(lab, "verdict"),
        {
            "passed": verdict.count(Outcome.PASSED),
            "checks": len(verdict.results),
            "lacking": sum(result.is_lacking for result in verdict.results),
            "outcomes": {result.check: result.outcome for result in verdict.results},
            "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        },
    )


def newest(lab: Lab) -> LabProgress:
    """Return one lab at a glance, as its newest verdict has it."""
    known = _read(_file(lab, "verdict"))
    return LabProgress(
        lab,
        lab.package.exists(),
        known.get("checks", 0),
        known.get("passed"),
        known.get("checked_at"),
        known.get("lacking", 0),
    )


def overview(course: Course) -> list[LabProgress]:
    """Return every lab at a glance, in the order of the course."""
    return [newest(lab) for lab in course.labs]


def outcomes(lab: Lab) -> dict[str, str]:
    """Return the newest outcome of each check; nothing before the first verdict."""
    found: dict[str, str] = _read(_file(lab, "verdict")).get("outcomes", {})
    return found


def hints_seen(lab: Lab) -> dict[str, int]:
    """Return how many hints the student has seen, by check."""
    return _read(_file(lab, "hints"))


def see_hints(lab: Lab, seen: dict[str, int]) -> None:
    """Keep how many hints the student has seen."""
    _write(_file(lab, "hints"), seen)


def _file(lab: Lab, what: str) -> Path:
    return lab.root / "labs" / FOLDER / f"{lab.slug}.{what}.json"


def _read(path: Path) -> dict[str, Any]:
    """Return what a file holds; one that is missing or broken holds nothing."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: the machine may stop at any moment, the disk may be full.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
        patience.replace(Path(temporary), path)
    finally:
        Path(temporary).unlink(missing_ok=True)
