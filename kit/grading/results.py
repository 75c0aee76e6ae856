"""The results of a class, as plain data. Every format is made of these and of nothing else."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from kit.checking.verdict import Outcome, Verdict


class State(StrEnum):
    """How a student stands in one lab. Only what is graded has points."""

    GRADED = "graded"
    MISSING = "missing"  # nothing was handed in
    UNREADABLE = "unreadable"  # something was, but the package cannot be got out of it
    UNSETTLED = "unsettled"  # a check broke: that is the kit's fault, and somebody has to look


@dataclass(frozen=True)
class Student:
    """One student. `name` is how they are called here; the others are a school's own, if known."""

    name: str
    id: str = ""
    username: str = ""
    email: str = ""
    section: str = ""
    sis_id: str = ""


@dataclass(frozen=True)
class LabResult:
    """What became of one student's work on one lab. `most` is how many points there are."""

    lab: int
    title: str
    state: State
    most: int
    verdict: Verdict | None = None
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> int | None:
        """A point for each check that passed; None where the lab is not graded."""
        if self.state is not State.GRADED or self.verdict is None:
            return None
        return self.verdict.count(Outcome.PASSED)

    @property
    def shown(self) -> str:
        """The points, or why there are none."""
        return str(self.state) if self.points is None else str(self.points)


@dataclass(frozen=True)
class StudentResults:
    """One student's results, in the order of the labs. `notes` are about all that was handed in."""

    student: Student
    labs: tuple[LabResult, ...]
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        return sum(lab.points or 0 for lab in self.labs)

    @property
    def is_settled(self) -> bool:
        """Whether every lab is graded, so that the sum of the points says something."""
        return all(lab.points is not None for lab in self.labs)


@dataclass(frozen=True)
class ClassResults:
    """The results of a class. `confinement` says in words which one was in force."""

    confinement: str
    titles: tuple[str, ...]  # of the labs
    students: tuple[StudentResults, ...]
    columns: tuple[str, ...] = ()  # what the school's own gradebook calls each lab, if it has it
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the results as JSON-ready data."""
        return {
            "confinement": self.confinement,
            "labs": list(self.titles),
            "notes": list(self.notes),
            "students": [
                {
                    **asdict(one.student),
                    "points": one.points if one.is_settled else None,
                    "notes": list(one.notes),
                    "labs": [_lab(lab) for lab in one.labs],
                }
                for one in self.students
            ],
        }


def standing(verdict: Verdict) -> State:
    """Return how somebody stands with this verdict."""
    return State.UNSETTLED if verdict.count(Outcome.CHECKER_BROKE) else State.GRADED


def _lab(lab: LabResult) -> dict[str, Any]:
    verdict = lab.verdict.to_dict() if lab.verdict else None
    return {
        "lab": lab.lab,
        "title": lab.title,
        "state": str(lab.state),
        "points": lab.points,
        "most": lab.most,
        "notes": list(lab.notes),
        "verdict": verdict,
    }
