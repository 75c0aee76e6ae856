"""Pages: one for each student, and one of the whole class. Each is a single file, without scripts.

Whatever a submission printed or sent is escaped, and so are names.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kit.grading.results import ClassResults, LabResult, State, StudentResults
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
        one=one,
        confinement=results.confinement,
        summary=summary,
        not_tried=NOT_TRIED,
        hints={},
    )


def overview(results: ClassResults, files: Mapping[str, str]) -> str:
    """Return the class at a glance: a table of labs by students, and which checks fail most.

    `files` names the page of each student.
    """
    return template("class.html").render(
        results=results,
        files=files,
        share=_share,
        State=State,
        failing=_failing(results),
    )


def _share(lab: LabResult) -> int:
    """Return how much of a lab is done, in tenths."""
    return round(10 * (lab.points or 0) / (lab.most or 1))


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
