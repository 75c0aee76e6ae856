"""The results of a class, as plain data. Every format is made of these and of nothing else."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kit.checking.verdict import Outcome, Verdict
from kit.language import N_, _


class State(StrEnum):
    """How a student stands in one lab. Only what is graded has points."""

    GRADED = N_("graded")
    MISSING = N_("missing")  # nothing was handed in
    UNREADABLE = N_("unreadable")  # something was, but the package cannot be got out of it
    UNSETTLED = N_("unsettled")  # a check broke: that is the kit's fault, and somebody has to look


TO_BE_JUDGED = N_("to be judged")  # graded, but for the points that only people can give


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
class Beneath:
    """What lies beneath a mark: how the lab stood, and the outcome of each check by its name."""

    state: str
    outcomes: dict[str, str]


@dataclass(frozen=True)
class CheckMark:
    """What one check gave, of how many points. Students are not told of a `hidden` one."""

    check: str
    points: float
    of: float
    hidden: bool = False


@dataclass(frozen=True)
class Mark:
    """What an instructor's scheme, or the instructor, makes of a verdict.

    `points` is what counts, None where nothing does; `earned` is what the checks gave before days
    that were late took `taken` of it. `is_own` says that an instructor has given the points,
    `is_excused` that the lab does not count for this student, `is_dropped` that it is one of the
    lowest, which the scheme leaves out. `given_on` is what lay beneath an instructor's own mark
    when it was given. `judged` are the points that the instructor has given by the lab's rubric,
    of as many as `rubric` says; None where they have not yet.
    """

    points: float | None
    earned: float | None
    days_late: int | None = 0
    taken: float = 0
    is_own: bool = False
    is_excused: bool = False
    is_dropped: bool = False
    comment: str = ""
    by_check: tuple[CheckMark, ...] = ()
    given_on: Beneath | None = None
    rubric: float = 0
    judged: float | None = None


@dataclass(frozen=True)
class LabResult:
    """What became of one student's work on one lab. `most` is how many points there are.

    `handed_in` is when, if it is known; `is_late` what the system says without a time. `rubric` is
    what people are to judge, in a lab that has that.
    """

    lab: int
    title: str
    state: State
    most: float
    verdict: Verdict | None = None
    notes: tuple[str, ...] = ()
    handed_in: datetime | None = None
    is_late: bool = False
    mark: Mark | None = None
    rubric: tuple[str, ...] = ()

    @property
    def points(self) -> float | None:
        """The points that count, by default one for each check that passed; None without any."""
        if self.mark:
            return self.mark.points
        if self.state is not State.GRADED or self.verdict is None:
            return None
        return self.verdict.count(Outcome.PASSED)

    @property
    def beneath(self) -> Beneath:
        """What the checks made of it, whatever it is worth."""
        results = self.verdict.results if self.verdict else ()
        return Beneath(str(self.state), {one.check: str(one.outcome) for one in results})

    @property
    def is_outdated(self) -> bool:
        """Whether an instructor's own mark was given on another verdict than this one."""
        return bool(self.mark and self.mark.given_on and self.mark.given_on != self.beneath)

    @property
    def is_to_be_judged(self) -> bool:
        """Whether points are missing that only people can give."""
        mark = self.mark
        is_open = bool(mark and mark.rubric and mark.judged is None and not mark.is_own)
        return is_open and self.state is State.GRADED

    @property
    def is_excused(self) -> bool:
        """Whether it does not count for this student."""
        return bool(self.mark and self.mark.is_excused)

    @property
    def counts(self) -> bool:
        """Whether it is part of the total."""
        return not (self.mark and (self.mark.is_excused or self.mark.is_dropped))

    @property
    def shown(self) -> str:
        """The points, or why there are none."""
        if self.points is not None:
            return str(self.points)
        if self.is_to_be_judged and self.mark:
            return _("{points} so far, to be judged").format(points=self.mark.earned)
        return _("excused") if self.is_excused else in_words(self.standing)

    @property
    def standing(self) -> str:
        """Return how the student stands, in the words that programs read."""
        return TO_BE_JUDGED if self.is_to_be_judged else str(self.state)


@dataclass(frozen=True)
class StudentResults:
    """One student's results, in the order of the labs. `notes` are about all that was handed in.

    `total` is the weighted share of all points in percent, None where it is not settled.
    """

    student: Student
    labs: tuple[LabResult, ...]
    notes: tuple[str, ...] = ()
    total: float | None = None

    @property
    def points(self) -> float:
        return neat(sum(lab.points or 0 for lab in self.labs if lab.counts))

    @property
    def is_settled(self) -> bool:
        """Whether every lab that counts has points, so that their sum says something."""
        return all(lab.points is not None for lab in self.labs if lab.counts)


@dataclass(frozen=True)
class ClassResults:
    """The results of a class. `confinement` says in words which one was in force.

    `is_plain` says that the total is nothing but the sum of all points.
    """

    confinement: str
    titles: tuple[str, ...]  # of the labs, as files for other programs have them: in English
    students: tuple[StudentResults, ...]
    columns: tuple[str, ...] = ()  # what the school's own gradebook calls each lab, if it has it
    notes: tuple[str, ...] = field(default=())
    is_plain: bool = True

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
                    "total": one.total,
                    "notes": list(one.notes),
                    "labs": [_lab(lab) for lab in one.labs],
                }
                for one in self.students
            ],
        }


def in_words(kept: str) -> str:
    """Return what people are told of a state or an outcome, as it is kept."""
    return _(str(kept))


def neat(number: float) -> float:
    """Return a number of points with no more than two decimals, and none where it is whole."""
    rounded = round(number, 2)
    return int(rounded) if rounded == int(rounded) else rounded


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
        "mark": asdict(lab.mark) if lab.mark else None,
        "handed_in": lab.handed_in.isoformat() if lab.handed_in else None,
        "notes": list(lab.notes),
        "verdict": verdict,
    }
