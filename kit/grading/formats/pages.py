"""Pages: one for each student, and one of the whole class. Each is a single file, without scripts.

Whatever a submission printed or sent is escaped, and so are names.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kit.grading.results import ClassResults, LabResult, State, StudentResults
from kit.language import N_, _
from kit.report.page import template
from kit.report.words import NOT_TRIED, summary

MOST_FAILING = 12  # checks in the table of those that fail most


@dataclass(frozen=True)
class _Failing:
    lab: str
    title: str
    count: int
    cause: str


def feedback(results: ClassResults, one: StudentResults) -> str:
    """Return what one student is told: every check of every lab, and nothing of anybody else."""
    return template("feedback.html").render(
        one=replace(one, labs=tuple(map(visible, one.labs))),
        hidden={lab.lab: _hidden(lab) for lab in one.labs},
        worth={
            lab.lab: {check.check: check for check in lab.mark.by_check}
            if lab.mark and any(check.of != 1 for check in lab.mark.by_check)
            else {}
            for lab in one.labs
        },
        confinement=results.confinement,
        summary=summary,
        not_tried=_(NOT_TRIED),
        hints={},
    )


def overview(results: ClassResults, files: Mapping[str, str]) -> str:
    """Return the class at a glance: a table of labs by students, and which checks fail most.

    `files` names the page of each student.
    """
    return template("class.html").render(
        results=results,
        titles=_titles(results),
        files=files,
        share=_share,
        signs=_signs,
        legend=_legend(results),
        State=State,
        failing=_failing(results),
    )


def _titles(results: ClassResults) -> list[str]:
    """Return what the labs are called, in the language that is spoken."""
    labs = results.students[0].labs if results.students else ()
    return [lab.title for lab in labs] or [*results.titles]


def _hidden(lab: LabResult) -> int:
    """Return how many checks the student is not told of."""
    return sum(check.hidden for check in lab.mark.by_check) if lab.mark else 0


def visible(lab: LabResult) -> LabResult:
    """Return the lab without the checks that the student is not told of."""
    if not (lab.verdict and lab.mark and _hidden(lab)):
        return lab
    hidden = {check.check for check in lab.mark.by_check if check.hidden}
    results = tuple(result for result in lab.verdict.results if result.check not in hidden)
    return replace(lab, verdict=replace(lab.verdict, results=results))


def _share(lab: LabResult) -> int:
    """Return how much of a lab is done, in tenths."""
    return round(10 * (lab.points or 0) / (lab.most or 1))


# What stands behind a cell's points.
SIGNS: dict[str, tuple[str, Callable[[LabResult], bool]]] = {
    "*": (N_("your own mark"), lambda lab: bool(lab.mark and lab.mark.is_own)),
    "!": (N_("an own mark whose verdict has changed since"), lambda lab: lab.is_outdated),
    "†": (N_("late"), lambda lab: bool(lab.mark and lab.mark.days_late)),
    "↓": (N_("dropped as one of the lowest"), lambda lab: bool(lab.mark and lab.mark.is_dropped)),
}


def _signs(lab: LabResult) -> str:
    found = "".join(sign for sign, (_words, holds) in SIGNS.items() if holds(lab))
    return f" {found}" if found else ""


def _legend(results: ClassResults) -> str:
    used = {sign for one in results.students for lab in one.labs for sign in _signs(lab)}
    return "; ".join(f"{sign} {_(words[0])}" for sign, words in SIGNS.items() if sign in used)


def _failing(results: ClassResults) -> list[_Failing]:
    """Return the checks that fail most, each with the cause that is told most."""
    causes: dict[tuple[str, str], Counter[str]] = {}
    for one in results.students:
        for lab in one.labs:
            for result in lab.verdict.results if lab.verdict else ():
                if result.finding:
                    counted = causes.setdefault((lab.title, result.title), Counter())
                    counted[result.finding.cause.likely] += 1
    found = [
        _Failing(lab, title, counted.total(), counted.most_common(1)[0][0])
        for (lab, title), counted in causes.items()
    ]
    return sorted(found, key=lambda failing: (-failing.count, failing.lab))[:MOST_FAILING]
