"""Whose marks would move, by how much, and why: before anything is overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass

from kit.grading.earlier import Earlier, EarlierLab
from kit.grading.own_marks import OwnMark
from kit.grading.results import (
    TO_BE_JUDGED,
    ClassResults,
    LabResult,
    Mark,
    State,
    in_words,
    neat,
)
from kit.language import _


@dataclass(frozen=True)
class Move:
    """A mark that would move: from what, to what, and because of what, in words."""

    student: str
    lab: str
    before: str
    now: str
    by: float | None
    because: tuple[str, ...]

    def __str__(self) -> str:
        by = "" if self.by is None else f" ({self.by:+})"
        return f"{self.student}, {self.lab}: {self.before} → {self.now}{by}"


def moves(earlier: Earlier, results: ClassResults) -> list[Move]:
    """Return what would move: the labs of each student, then their total."""
    found = []
    for one in results.students:
        for lab in one.labs:
            before = earlier.labs.get((one.student.name, lab.lab))
            if before is None:
                found.append(_move(one.student.name, lab, _("not there"), (_("it is new"),)))
            elif (before.points, before.most, before.state) != (lab.points, lab.most, lab.state):
                shown = _shown(before.points, before.most, before.state)
                found.append(_move(one.student.name, lab, shown, tuple(_why(before, lab)), before))
        if one.student.name in earlier.totals:
            found += _total(one.student.name, earlier.totals[one.student.name], one.total, found)
    there = {(one.student.name, lab.lab) for one in results.students for lab in one.labs}
    found += [
        Move(
            student,
            _("Lab {lab}").format(lab=lab),
            _shown(before.points, before.most, before.state),
            _("not there"),
            None,
            (_("it is not among what is graded now"),),
        )
        for (student, lab), before in earlier.labs.items()
        if (student, lab) not in there
    ]
    return found


def _total(
    student: str, before: float | None, now: float | None, found: list[Move]
) -> Iterator[Move]:
    if before != now:
        is_moved = any(move.student == student for move in found)
        why = _("the labs above") if is_moved else _("weights, or what is dropped, have changed")
        shown = [_("not settled") if total is None else f"{total} %" for total in (before, now)]
        by = None if before is None or now is None else neat(now - before)
        yield Move(student, _("total"), shown[0], shown[1], by, (why,))


def _move(
    student: str,
    lab: LabResult,
    before: str,
    because: tuple[str, ...],
    earlier: EarlierLab | None = None,
) -> Move:
    by = None
    if earlier and earlier.points is not None and lab.points is not None:
        by = neat(lab.points - earlier.points)
    return Move(student, lab.title, before, _shown(lab.points, lab.most, lab.shown), by, because)


def _shown(points: float | None, most: float, state: str) -> str:
    if points is None:
        return in_words(TO_BE_JUDGED if state == State.GRADED else state)
    return _("{number} of {total}").format(number=points, total=most)


def _why(before: EarlierLab, lab: LabResult) -> Iterator[str]:
    """Yield each reason, those that move points first."""
    mark = lab.mark or Mark(lab.points, lab.points)
    if before.state != lab.state:
        yield _("it was {before}, and is {now}").format(
            before=in_words(before.state), now=in_words(lab.state)
        )
    was = {one.check: one for one in before.by_check}
    now = {one.check: one for one in mark.by_check}
    for check in {**was, **now}:
        old, new = was.get(check), now.get(check)
        outcomes = before.beneath.outcomes.get(check), lab.beneath.outcomes.get(check)
        if new is None and old is not None and lab.verdict:
            yield _("the check {check} is gone").format(check=check)
        elif old is None and new is not None:
            yield _("the check {check} is new: {outcome}, {points} of {of}").format(
                check=check, outcome=in_words(outcomes[1] or ""), points=new.points, of=new.of
            )
        elif old and new and (old.points, old.of) != (new.points, new.of):
            told = in_words(outcomes[0] or "")
            if outcomes[0] != outcomes[1]:
                told = _("{before}, now {now}").format(before=told, now=in_words(outcomes[1] or ""))
            yield _("{check}: {told}; {points} of {of}, now {new_points} of {new_of}").format(
                check=check,
                told=told,
                points=old.points,
                of=old.of,
                new_points=new.points,
                new_of=new.of,
            )
    if before.days_late != mark.days_late or before.taken != mark.taken:
        yield (
            _("days late: {days}, now {new_days}; {taken} points less, now {new_taken}").format(
                days=_days(before.days_late),
                new_days=_days(mark.days_late),
                taken=before.taken,
                new_taken=mark.taken,
            )
        )
    judged = before.own.rubric if before.own else None
    if judged != mark.judged:
        yield _("by the rubric: {before}, now {now}").format(
            before=_judged(judged), now=_judged(mark.judged)
        )
    was_own = before.own and (before.own.is_excused or before.own.points is not None)
    if mark.is_own and before.own != OwnMark(mark.points, mark.is_excused, mark.comment):
        yield _("your own mark has changed") if was_own else _("it has your own mark now")
    elif was_own and not mark.is_own:
        yield _("your own mark is gone")


def _judged(points: float | None) -> str:
    return _("nothing yet") if points is None else str(points)


def _days(days: int | None) -> str:
    return _("unknown") if days is None else str(days)
