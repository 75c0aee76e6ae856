"""What an outcome is called, and what it looks like."""

from collections.abc import Iterable
from itertools import groupby

from kit.checking.verdict import Outcome, Verdict
from kit.student.progress import LabProgress

SYMBOLS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.NOT_TRIED: "·",
    Outcome.TIMED_OUT: "…",
    Outcome.CHECKER_BROKE: "!",
}

NOT_TRIED = "Not tried yet: that needs a check above it to pass first."

OUR_FAULT = (
    "This is a fault of the kit, not of your work. Your work is safe. Try once more; if it"
    " happens again, show this to your instructor:"
)


def summary(verdict: Verdict) -> str:
    """Return one line on a verdict, such as `5 of 9 checks passed; 2 failed, 2 not tried`."""
    rest = [
        f"{count} {outcome}"
        for outcome in Outcome
        if outcome is not Outcome.PASSED and (count := verdict.count(outcome))
    ]
    passed = f"{verdict.count(Outcome.PASSED)} of {len(verdict.results)} checks passed"
    return "; ".join([passed, *([", ".join(rest)] if rest else [])])


def counted(steps: Iterable[str]) -> list[str]:
    """Return the steps of a finding; one that was repeated at once stands there with its count."""
    runs = [(step, sum(1 for _ in same)) for step, same in groupby(steps)]
    return [step if times == 1 else f"{step} ({times} times)" for step, times in runs]


def state(one: LabProgress) -> str:
    """Return how far a lab is, such as `5 of 9 checks passed`."""
    if not one.started:
        return "not started"
    if one.passed is None:
        return "started, not checked yet"
    return f"{one.passed} of {one.checks} checks passed"
