"""What an outcome is called, and what it looks like."""

from kit.checking.verdict import Outcome, Verdict

SYMBOLS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.NOT_TRIED: "·",
    Outcome.TIMED_OUT: "⧖",
    Outcome.CHECKER_BROKE: "!",
}

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
