"""From verdicts to marks: an instructor's scheme, days that were late, and own marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kit.grading.earlier import Earlier
from kit.grading.own_marks import OwnMark, Place
from kit.grading.results import (
    Beneath,
    CheckMark,
    ClassResults,
    LabResult,
    Mark,
    State,
    StudentResults,
    in_words,
    neat,
)
from kit.grading.scheme import Scheme, SchemeError
from kit.language import N_, _, _n

NOT_THERE, GONE = N_("not there"), N_("gone")


@dataclass(frozen=True)
class Marking:
    """All that makes marks of verdicts: by student and lab where it is about one of them.

    `checks` are the names of the checks of each lab, `earlier` is what the last gradebook said.
    """

    scheme: Scheme
    checks: Mapping[int, Sequence[str]]
    own: Mapping[Place, OwnMark] = field(default_factory=dict)
    days: Mapping[Place, int] = field(default_factory=dict)
    earlier: Earlier = field(default_factory=Earlier)

    def marked(self, results: ClassResults) -> ClassResults:
        """Return the results with a mark for each lab, and a total. Raises SchemeError."""
        students = tuple(self._student(one) for one in results.students)
        outdated = tuple(
            _(
                "{name}, {title}: your own mark stands, but the verdict beneath it has"
                " changed since you gave it ({difference}). Look again; to keep the mark, change"
                " its comment."
            ).format(name=one.student.name, title=lab.title, difference=_difference(lab))
            for one in students
            for lab in one.labs
            if lab.is_outdated
        )
        notes = (*results.notes, *outdated)
        return replace(results, students=students, notes=notes, is_plain=self.scheme.is_plain)

    def _by_check(self, lab: LabResult) -> tuple[CheckMark, ...]:
        """Return what each check is worth, in their order; nothing where there is no verdict."""
        found = []
        for result in lab.verdict.results if lab.verdict else ():
            check = self.scheme.check(lab.lab, result.check)
            share = 1.0 if result.passed else 0.0
            if result.finding and not result.passed:
                share = check.partial.get(result.finding.cause.name, 0)
            points = neat(float(_exact(check.points) * _exact(share)))
            found.append(CheckMark(result.check, points, neat(check.points), check.hidden))
        return tuple(found)

    def _student(self, one: StudentResults) -> StudentResults:
        free = self.scheme.late.free_days
        labs: list[LabResult] = []
        for lab in one.labs:
            marked, used = self._lab(one.student.name, lab, free)
            free -= used
            labs.append(marked)
        labs = self._without_lowest(labs)
        return replace(one, labs=tuple(labs), total=self._total(labs))

    def _lab(self, student: str, lab: LabResult, free: int) -> tuple[LabResult, int]:
        """Return the lab with its mark, and how many of the free days it has used up."""
        most = sum(
            (_exact(self.scheme.check(lab.lab, name).points) for name in self.checks[lab.lab]),
            Fraction(),
        )
        rubric = _exact(self.scheme.lab(lab.lab).rubric)
        lab = replace(lab, most=neat(float(most + rubric)))
        own = self.own.get((student, lab.lab))
        judged = self._judged(lab, own)
        comment = own.comment if own else ""
        by_check = self._by_check(lab)
        earned: Fraction | None = None
        if lab.state is State.GRADED:
            earned = sum((_exact(one.points) for one in by_check), _exact(judged or 0))
        days = self.days.get((student, lab.lab))
        if days is None:
            days = self.scheme.days_late(lab.lab, lab.handed_in) if earned is not None else 0
        notes = list(lab.notes)
        used = min(free, days or 0) if earned is not None else 0
        taken = self._taken(earned or Fraction(), (days or 0) - used)
        if earned is not None:
            notes += self._about_days(lab, days, used, taken)
        points = None if earned is None else neat(float(earned - taken))
        if rubric and judged is None:
            points = None
        is_own = own is not None and (own.is_excused or own.points is not None)
        if own and is_own:
            points = None if own.points is None else neat(own.points)
        mark = Mark(
            points,
            None if earned is None else neat(float(earned)),
            days,
            neat(float(taken)),
            is_own,
            bool(own and own.is_excused),
            comment=comment,
            by_check=by_check,
            given_on=self._given_on(student, lab, own)
            if own and (is_own or judged is not None)
            else None,
            rubric=neat(float(rubric)),
            judged=judged,
        )
        return replace(lab, mark=mark, notes=tuple(notes)), 0 if is_own else used

    def _judged(self, lab: LabResult, own: OwnMark | None) -> float | None:
        """Return the points that were given by the rubric. Raises SchemeError."""
        most = self.scheme.lab(lab.lab).rubric
        if own is None or own.rubric is None:
            return None
        if own.rubric > most:
            raise SchemeError(
                _(
                    "An own mark gives {points} points by the rubric of {title}; the scheme has"
                    " {most}. Say how many there are: rubric = {points} under [labs.{number}]."
                ).format(points=neat(own.rubric), title=lab.title, most=neat(most), number=lab.lab)
            )
        return neat(own.rubric)

    def _given_on(self, student: str, lab: LabResult, own: OwnMark) -> Beneath:
        """Return what lay beneath an own mark when it was given: what the instructor had seen."""
        earlier = self.earlier.labs.get((student, lab.lab))
        if earlier is None:
            return lab.beneath
        if earlier.own == own and earlier.given_on:
            return earlier.given_on
        return earlier.beneath

    def _taken(self, earned: Fraction, days: int) -> Fraction:
        late = self.scheme.late
        percent = min(_exact(late.percent_per_day) * days, _exact(late.at_most))
        return earned * percent / 100

    def _about_days(
        self, lab: LabResult, days: int | None, used: int, taken: Fraction
    ) -> list[str]:
        """Return what is said of days that were late, or of not knowing them."""
        if days is None or (not days and lab.is_late and lab.handed_in is None):
            if lab.is_late:
                return [_("It was handed in late, and no days are counted.")]
            has_due = self.scheme.lab(lab.lab).due is not None
            told = _("Nobody knows when it was handed in, and no days are counted.")
            return [told] if has_due else []
        if not days:
            return []
        said = [_n("{count} day late.", "{count} days late.", days).format(count=days)]
        if used:
            said.append(
                _n("{count} of them free.", "{count} of them free.", used).format(count=used)
            )
        if taken:
            said.append(_("{points} points less.").format(points=neat(float(taken))))
        return [" ".join(said)]

    def _without_lowest(self, labs: list[LabResult]) -> list[LabResult]:
        """Return the labs, the lowest of them marked as dropped. What is missing is the lowest."""
        left = [
            lab
            for lab in labs
            if lab.counts and lab.state is not State.UNSETTLED and not lab.is_to_be_judged
        ]
        # One always counts.
        number = min(self.scheme.drop_lowest, max(sum(lab.counts for lab in labs) - 1, 0))
        lowest = {lab.lab for lab in sorted(left, key=_share)[:number]}
        return [
            replace(lab, mark=replace(lab.mark, is_dropped=True))
            if lab.mark and lab.lab in lowest
            else lab
            for lab in labs
        ]

    def _total(self, labs: Sequence[LabResult]) -> float | None:
        """Return the weighted share of the points in percent, None where it is not settled."""
        reached = weights = Fraction()
        for lab in labs:
            if not lab.counts:
                continue
            if lab.points is None:
                return None
            weight = self.scheme.lab(lab.lab).weight
            weight = lab.most if weight is None else weight
            reached += _exact(weight) * _exact(lab.points) / _exact(lab.most)
            weights += _exact(weight)
        return neat(float(100 * reached / weights)) if weights else None


def _difference(lab: LabResult) -> str:
    """Return what has changed beneath an own mark: each check whose outcome is another."""
    before = lab.mark.given_on if lab.mark else None
    if before is None:
        return ""
    now = lab.beneath
    changed = []
    if before.state != now.state:
        states = {"before": in_words(before.state), "now": in_words(now.state)}
        changed.append(_("{before}, now {now}").format(**states))
    changed += [
        _("{check}: {before}, now {now}").format(
            check=check,
            before=in_words(before.outcomes.get(check, NOT_THERE)),
            now=in_words(now.outcomes.get(check, GONE)),
        )
        for check in {**before.outcomes, **now.outcomes}
        if before.outcomes.get(check) != now.outcomes.get(check)
    ]
    return "; ".join(changed)


def _share(lab: LabResult) -> float:
    return -1 if lab.points is None else lab.points / lab.most


def _exact(number: float) -> Fraction:
    """Return the number as it was written: 0.1 is a tenth."""
    return Fraction(str(number))
