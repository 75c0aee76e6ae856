"""Grade a class: from what was handed in to the results, by way of the journal."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from kit.checking.check import Check, load
from kit.checking.verdict import Outcome, Verdict
from kit.course import Course, Lab
from kit.cut import Tree
from kit.grading import cluster, pool
from kit.grading.confinement import CONFINED, UNCONFINED
from kit.grading.intake import HandedIn
from kit.grading.journal import Journal
from kit.grading.results import (
    ClassResults,
    LabResult,
    State,
    Student,
    StudentResults,
    standing,
)
from kit.grading.roster import Roster
from kit.grading.unit import Unit
from kit.language import N_, _, _n, called, current
from kit.proving.proofs import basis

FOR_ANOTHER = N_(
    "The package that was handed in names no lab. It passes no check of this one, so it is taken to"
    " be for another."
)


class NotGradable(Exception):
    """A lab cannot be graded from what is handed in. Its text says which, and why."""


class Grading:
    """The units of a class, and what is known of them."""

    def __init__(
        self,
        course: Course,
        labs: Iterable[Lab],
        handed_in: Sequence[HandedIn],
        *,
        confined: bool,
        seed: str | None = None,
    ) -> None:
        """Make the units of all who have handed in something. Raises NotGradable.

        With a `seed`, what varies in the checks is drawn from it, for each lab anew.
        """
        self._seed = seed
        self.labs = list(labs)
        self.confined = confined
        self._checks = {lab.number: _gradable(lab) for lab in self.labs}
        self._bases = {lab.number: self._basis(course, lab) for lab in self.labs}
        self._handed_in = handed_in
        self._units = {
            (one.student, lab.number): unit
            for one in handed_in
            for lab in self.labs
            if (unit := self._unit(lab, one.package(lab.number)))
        }
        self._known: dict[str, Verdict] = {}
        self._languages: dict[str, str] = {}  # of verdicts that say something in another one

    def remember(self, journal: Journal) -> None:
        """Take what is known already from the journal. Raises JournalError."""
        for unit in self._units.values():
            verdict = journal.verdict(unit.key)
            if verdict:
                self._known[unit.key] = verdict
                language = journal.language(unit.key)
                if language not in {"", current()} and not verdict.passed:
                    self._languages[unit.key] = language

    @property
    def checks(self) -> dict[int, list[str]]:
        """The names of the checks of each lab."""
        return {lab: [check.name for check in checks] for lab, checks in self._checks.items()}

    @property
    def left(self) -> list[Unit]:
        """The units that are not decided yet, each content once."""
        units = {unit.key: unit for unit in self._units.values()}
        return [unit for key, unit in units.items() if key not in self._known]

    @property
    def decided(self) -> int:
        """How many units are decided."""
        return sum(unit.key in self._known for unit in self._units.values())

    def run(
        self,
        journal: Journal,
        *,
        jobs: int,
        hidden: Iterable[Path] = (),
        address: str = "",
        tell: Callable[[Unit, Verdict], None] = lambda *_: None,
    ) -> None:
        """Decide what is left, and keep each verdict as soon as it is known.

        With the `address` of a cluster that decides, and not this machine with so many `jobs`.
        Where the kit broke, nothing is kept: the next run tries again. Raises JournalError, and
        ClusterError where a cluster does not decide about all.
        """

        def note(unit: Unit, verdict: Verdict) -> None:
            if standing(verdict) is State.GRADED:
                journal.note(unit.key, verdict)
            self._known[unit.key] = verdict
            tell(unit, verdict)

        if address:
            cluster.grade(self.left, address=address, confined=self.confined, tell=note)
        else:
            pool.grade(self.left, jobs=jobs, confined=self.confined, hidden=hidden, tell=note)

    def results(self, roster: Roster | None = None) -> ClassResults:
        """Return the results of the whole class, in the order of the roster if there is one.

        Who is in the roster and has handed in nothing is there as well, as missing; who has handed
        in something and is not in it stands at the end, and the class's notes say so.
        """
        named: dict[str, HandedIn] = {}
        strangers: list[HandedIn] = []
        notes = []
        for one in self._handed_in:
            student = _found(roster, one) if roster else None
            if student is None or student.name in named:
                strangers.append(one)
                if roster:
                    notes.append(
                        _("{student} is not in the roster, or not clearly one of it.").format(
                            student=one.student
                        )
                    )
            else:
                named[student.name] = one
        results = [
            self._student(student, named.get(student.name))
            for student in (roster.students if roster else ())
        ]
        if self._languages:
            count = len(self._languages)
            told = _n(
                "What the checks found in {count} verdict is told in {languages}, the language in"
                " which it was decided.",
                "What the checks found in {count} verdicts is told in {languages}, the language in"
                " which it was decided.",
                count,
            )
            languages = ", ".join(sorted({called(one) for one in self._languages.values()}))
            notes.append(told.format(count=count, languages=languages))
        strange = " (not in the roster)" if roster else ""
        results += [
            self._student(
                Student(
                    f"{one.student}{strange}",
                    id=one.id,
                    username=one.username,
                    email=one.email,
                    sis_id=one.sis_id,
                ),
                one,
            )
            for one in strangers
        ]
        confinement = _(CONFINED if self.confined else UNCONFINED)
        titles = tuple(lab.column for lab in self.labs)
        columns = tuple(roster.column(lab.number) if roster else "" for lab in self.labs)
        return ClassResults(confinement, titles, tuple(results), columns, tuple(notes))

    def _student(self, student: Student, handed_in: HandedIn | None) -> StudentResults:
        labs = tuple(self._lab(lab, handed_in) for lab in self.labs)
        notes = [*handed_in.notes, *handed_in.unreadable] if handed_in else []
        if handed_in and None in handed_in.packages and len(self.labs) > 1:
            without = [lab.title for lab in self.labs if lab.number not in handed_in.packages]
            notes.append(
                _("One package names no lab; it is graded for: {without}.").format(
                    without=", ".join(without)
                )
            )
        return StudentResults(student, labs, tuple(notes))

    def _lab(self, lab: Lab, handed_in: HandedIn | None) -> LabResult:
        missing = LabResult(lab.number, lab.title, State.MISSING, len(self._checks[lab.number]))
        if handed_in is None:
            return missing
        if lab.rubric.exists():
            lines = lab.rubric.read_text(encoding="utf-8").splitlines()
            items = (line.removeprefix("- ") for line in lines if line.startswith("- "))
            missing = replace(missing, rubric=tuple(item.replace("**", "") for item in items))
        named = lab.number if lab.number in handed_in.packages else None
        missing = replace(
            missing, handed_in=handed_in.times.get(named), is_late=named in handed_in.late
        )
        unit = self._units.get((handed_in.student, lab.number))
        if unit is None:
            unreadable = bool(handed_in.unreadable)
            return replace(missing, state=State.UNREADABLE) if unreadable else missing
        verdict = self._known.get(unit.key)
        if verdict is None:
            return replace(
                missing, state=State.UNSETTLED, notes=(_("It has not been graded yet."),)
            )
        is_zero = standing(verdict) is State.GRADED and not verdict.count(Outcome.PASSED)
        if is_zero and lab.number not in handed_in.packages and len(self.labs) > 1:
            # Nobody has said that it is for this lab.
            return replace(missing, notes=(_(FOR_ANOTHER),))
        notes: tuple[str, ...] = ()
        if language := self._languages.get(unit.key):
            told = _("What the checks found is told in {language}, in which it was decided.")
            notes = (told.format(language=called(language)),)
        return replace(missing, state=standing(verdict), verdict=verdict, notes=notes)

    def _unit(self, lab: Lab, package: Tree | None) -> Unit | None:
        if package is None:
            return None
        seed = None if self._seed is None else f"{lab.number} {self._seed}"
        return Unit(lab, package, self._checks[lab.number], self._bases[lab.number], seed)

    def _basis(self, course: Course, lab: Lab) -> bytes:
        how = b"confined" if self.confined else b"unconfined"
        drawn = b"" if self._seed is None else b" seed " + self._seed.encode()
        return sha256(basis(course, lab) + how + drawn).digest()


def _found(roster: Roster, one: HandedIn) -> Student | None:
    """Return who of the roster this is: what a system tells of them comes before their name."""
    ways = [one.email, one.username, one.sis_id, one.student]
    found = (roster.student(way, one.id) for way in ways if way)
    return next((student for student in found if student), None)


def is_gradable(lab: Lab) -> bool:
    """Whether a lab is about an app, which can be handed in, and not about a machine."""
    return any(check.fixtures != ("folder",) for check in load(lab.checks))


def _gradable(lab: Lab) -> tuple[Check, ...]:
    """Return the checks of a lab. Raises NotGradable where they look at the student's machine."""
    checks = tuple(load(lab.checks))
    if not is_gradable(lab):
        raise NotGradable(
            _(
                "{title} is about the student's own machine, so it cannot be graded from what is"
                " handed in. Leave it out with --labs."
            ).format(title=lab.title)
        )
    return checks
