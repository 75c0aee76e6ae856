"""What Gradescope reads of one submission: `results.json`."""

import json
from typing import Any

from kit.checking.verdict import Result
from kit.grading.results import CheckMark, LabResult, State, StudentResults, in_words, neat
from kit.language import _
from kit.report.words import NOT_TRIED, SYMBOLS, finding_in_words, outcome_in_words

OURS = {State.UNSETTLED}  # no score says what these are, so nothing should be written


def text(one: StudentResults, confinement: str = "") -> str:
    """Return the results of one student: a test for each check, hidden ones for instructors alone.

    `confinement` is said where there was none. What is missing or unreadable is said in words, and
    scores nothing in a test that says so.
    """
    tests = [test for lab in one.labs for test in _tests(lab)]
    notes = [*one.notes, *(note for lab in one.labs for note in lab.notes)]
    seconds = sum(lab.verdict.seconds for lab in one.labs if lab.verdict)
    found: dict[str, Any] = {
        "score": neat(sum(lab.points or 0 for lab in one.labs if lab.counts)),
        "execution_time": round(seconds),
        "output": "\n".join([*notes, confinement]).strip(),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {str(lab.lab): {"state": str(lab.state)} for lab in one.labs},
        "tests": tests,
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _tests(lab: LabResult) -> list[dict[str, Any]]:
    if not lab.verdict:
        state = in_words(lab.state)
        said = _("{lab} is {state}: the output above says why, where that is known.").format(
            lab=lab.title, state=state
        )
        name = f"{lab.title}: {state}"
        return [
            {
                "name": name,
                "number": str(lab.lab),
                "score": 0,
                "max_score": lab.most,
                "status": "failed",
                "output": said,
                "visibility": "visible",
            }
        ]
    worth = {check.check: check for check in lab.mark.by_check} if lab.mark else {}
    return [
        _test(lab, number, result, worth.get(result.check))
        for number, result in enumerate(lab.verdict.results, 1)
    ]


def _test(lab: LabResult, number: int, result: Result, mark: CheckMark | None) -> dict[str, Any]:
    return {
        "name": f"{SYMBOLS[result.outcome]} {result.title}",
        "number": f"{lab.lab}.{number}",
        "score": mark.points if mark else int(result.passed),
        "max_score": mark.of if mark else 1,
        "status": "passed" if result.passed else "failed",
        "output": _said(result),
        "visibility": "hidden" if mark and mark.hidden else "visible",
    }


def _said(result: Result) -> str:
    """Return the outcome in its own word, and what was found."""
    if result.passed:
        return ""
    lines = [_("Outcome: {outcome}.").format(outcome=outcome_in_words(result.outcome))]
    if result.finding:
        lines += finding_in_words(result.finding, result.finding.did[-3:])
    else:
        lines.append(result.detail or _(NOT_TRIED))
    return "\n".join(lines)
