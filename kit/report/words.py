"""What an outcome is called, and what it looks like."""

import re
from collections.abc import Iterable
from itertools import groupby

from kit.checking.verdict import Finding, Mark, Outcome, Verdict
from kit.language import N_, _
from kit.student.progress import LabProgress

# As the story of a check says it, in any language: "a visitor asked for GET /api/dashboards".
REQUEST = re.compile(r"(?P<kind>[^`]+ [A-Z]{3,} )(?P<address>/\S*)")
# "Ana sent `refresh_data` with ...", in any language: who does it, and with which event.
SENDING = re.compile(r"[^`{}\[\]]+`[^`]+`(?= )")
MOST_ALIKE = 3  # steps of one kind that are told one by one

SYMBOLS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.NOT_TRIED: "·",
    Outcome.TIMED_OUT: "…",
    Outcome.CHECKER_BROKE: "!",
}

# One word for any number of checks, so that it stands alone and after a number.
OUTCOMES = {
    Outcome.PASSED: N_("passed"),
    Outcome.FAILED: N_("failed"),
    Outcome.NOT_ATTEMPTED: N_("not attempted"),
    Outcome.NOT_TRIED: N_("not tried"),
    Outcome.TIMED_OUT: N_("timed out"),
    Outcome.CHECKER_BROKE: N_("checker broke"),
}

# What a picture says of a message.
MARKS = {
    Mark.WRONG: N_("wrong"),
    Mark.UNEXPECTED: N_("unexpected"),
    Mark.MISSING: N_("missing"),
    Mark.LOOKED_AT: N_("looked at last"),
}

NOT_TRIED = N_("Not tried yet: that needs a check above it to pass first.")

OUR_FAULT = N_(
    "This is a fault of the kit, not of your work. Your work is safe. Try once more; if it"
    " happens again, show this to your instructor:"
)


def summary(verdict: Verdict) -> str:
    """Return one line on a verdict, such as `5 of 9 checks passed; 2 failed, 2 not tried`."""
    rest = [
        f"{count} {outcome_in_words(outcome)}"
        for outcome in Outcome
        if outcome is not Outcome.PASSED and (count := verdict.count(outcome))
    ]
    passed = _("{count} of {total} checks passed").format(
        count=verdict.count(Outcome.PASSED), total=len(verdict.results)
    )
    return "; ".join([passed, *([", ".join(rest)] if rest else [])])


def outcome_in_words(outcome: Outcome) -> str:
    """Return what people are told of an outcome; what is kept is the outcome itself."""
    return _(OUTCOMES[outcome])


def finding_in_words(finding: Finding, done: Iterable[str]) -> list[str]:
    """Return the lines of a finding for where there is nothing but text; `done` are its steps."""
    return [
        *(_("Done: {text}").format(text=step) for step in done),
        _("Expected: {text}").format(text=finding.expected),
        _("Came: {text}").format(text=finding.got),
        _("Likely: {text}").format(text=finding.cause.likely),
        _("Next: {text}").format(text=finding.cause.next_step),
    ]


def counted(steps: Iterable[str]) -> list[str]:
    """Return the steps of a finding; one that was repeated at once stands there with its count.

    Requests of one kind to many addresses, one after the other, are one step as well, and so are
    many payloads of one event: the first and the last are told.
    """
    runs = [(step, sum(1 for _ in same)) for step, same in groupby(steps)]
    told = [
        step if times == 1 else _("{step} ({times} times)").format(step=step, times=times)
        for step, times in runs
    ]
    found: list[str] = []
    for kind, alike in groupby(told, _kind):
        several = list(alike)
        found += [_together(several)] if kind and len(several) > MOST_ALIKE else several
    return found


def _kind(step: str) -> str:
    """Return what steps have in common that are told together; nothing where it stands alone."""
    sending = SENDING.match(step)
    return _kind_of_request(step) or (sending[0] if sending else "")


def _kind_of_request(step: str) -> str:
    """Return what a step is but for the address that it asks for; nothing where it asks for none.

    Which query an address has makes no other kind, nor what is sent to it.
    """
    match = REQUEST.match(step)
    return match["kind"] if match else ""


def _together(steps: list[str]) -> str:
    first = steps[0]
    if not _kind_of_request(first):
        return _("{first}, and so on: {count} such steps, the last: {last}").format(
            first=first, count=len(steps), last=steps[-1]
        )
    found = [match["address"] for step in steps if (match := REQUEST.match(step))]
    last = found[-1]
    return _("{first}, and so on: {count} requests, up to {last}").format(
        first=f"{_kind_of_request(first)}{found[0]}", count=len(steps), last=last
    )


def state(one: LabProgress) -> str:
    """Return how far a lab is, such as `5 of 9 checks passed`."""
    if not one.started:
        return _("not started")
    if one.passed is None:
        return _("started, not checked yet")
    told = _("{count} of {total} checks passed").format(count=one.passed, total=one.checks)
    if one.lacking:
        told = _("{told}, {count} cannot be tried on this machine").format(
            told=told, count=one.lacking
        )
    return told
