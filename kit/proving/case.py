"""A case: one submission, and what the checks of its lab must make of it."""

import posixpath
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kit import cut
from kit.checking.check import Check
from kit.checking.runner import run
from kit.checking.verdict import Outcome, Result, Verdict
from kit.course import Lab
from kit.cut import Tree
from kit.running import PACKAGE, Launcher


@dataclass(frozen=True)
class Case:
    """One submission of a lab, and what the checks must make of it.

    `must_fail` gives for each check that has to fail the name of its cause. It is None for the
    starter, which has to fail every check, of whatever cause.
    """

    lab: Lab
    kind: str  # "starter", "solution", "known-wrong", "other-right" or "mutant"
    name: str
    tree: Tree
    must_fail: Mapping[str, str] | None


@dataclass(frozen=True)
class Deviation:
    """A check that decided otherwise than the case demands."""

    lab: int
    # "false accept", "false reject", "wrong diagnosis", "checker broke", "unproved"; of a mutant
    # also "unexplained" and "explained in vain"
    kind: str
    case: str
    check: str
    text: str


def decide(case: Case, checks: list[Check], launcher: Launcher) -> Verdict:
    """Return the verdict of the checks on the submission, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="submission-") as temporary:
        folder = Path(temporary)
        laid = {posixpath.normpath(f"{PACKAGE}/{name}"): case.tree[name] for name in case.tree}
        cut.write(laid, folder)
        return run(checks, folder, launcher, at_once=2)


def compare(case: Case, verdict: Verdict) -> list[Deviation]:
    """Return where the verdict differs from what the case demands."""
    found = []
    for result in verdict.results:
        kind, text = _deviation(case, result)
        if kind:
            found.append(Deviation(case.lab.number, kind, case.name, result.check, text))
    return found


def outcome(verdict: Verdict, check: str) -> str:
    """Return in a word or two what became of a check: tried again, it has to be the same."""
    result = next(result for result in verdict.results if result.check == check)
    cause = result.finding.cause.name if result.finding else ""
    return f"{result.outcome} {cause}"


def _deviation(case: Case, result: Result) -> tuple[str, str]:
    if result.outcome is Outcome.CHECKER_BROKE:
        return "checker broke", result.detail
    failed = result.outcome in {Outcome.FAILED, Outcome.TIMED_OUT}
    if case.must_fail is None:
        return ("false accept", "the starter passes") if result.passed else ("", "")
    wanted = case.must_fail.get(result.check)
    cause = result.finding.cause.name if result.finding else ""
    if wanted is None:
        # A check may be left out only because one fails that has to.
        excused = result.passed or (result.outcome is Outcome.NOT_TRIED and case.must_fail)
        got = result.finding.got if result.finding else result.detail
        return ("", "") if excused else ("false reject", f"{result.outcome}: {cause}: {got}")
    if not failed:
        return "false accept", f"{result.outcome}, but should fail with {wanted!r}"
    if cause != wanted:
        return "wrong diagnosis", f"told {cause!r}, not {wanted!r}: {result.finding}"
    return "", ""
