"""The audit: run every check on every submission that proves it, and count what goes wrong."""

import os
import posixpath
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kit import cut
from kit.checking.check import Check
from kit.checking.check import load as load_checks
from kit.checking.lab_causes import Causes
from kit.checking.runner import run
from kit.checking.verdict import Outcome, Result, Verdict
from kit.course import Course, Lab
from kit.cut import Tree
from kit.proving.mutants import Mutant, mutants, reasons
from kit.proving.proof import load as load_proof
from kit.proving.submission import Wrong
from kit.running import PACKAGE, Launcher

# Submissions. Each waits for its server more than it computes: one more than there are processors.
AT_ONCE = min((os.cpu_count() or 1) + 1, 6)


@dataclass(frozen=True)
class Case:
    """One submission of a lab, and what the checks must make of it.

    `must_fail` gives for each check that has to fail the name of its cause. It is None for the
    starter, which has to fail every check, of whatever cause.
    """

    lab: Lab
    kind: str  # "starter", "solution", "known-wrong" or "other-right"
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


@dataclass
class Report:
    """The outcome of an audit. `flakes` counts, by check, the cases with more than one verdict."""

    labs: int = 0
    checks: int = 0
    known_wrong: int = 0
    other_right: int = 0
    false_accepts: int = 0
    false_rejects: int = 0
    wrong_diagnoses: int = 0
    checker_broke: int = 0
    unproved: int = 0
    flakes: dict[str, int] | None = None
    deviations: tuple[Deviation, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether every check is proved."""
        return not self.deviations and not any((self.flakes or {}).values())

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready data."""
        return asdict(self) | {"clean": self.clean}


def audit(
    course: Course,
    labs: Iterable[Lab],
    launcher: Launcher,
    *,
    repeat: int = 1,
    tell: Callable[[Case, Verdict, list[Deviation]], None] = lambda *_: None,
) -> Report:
    """Return what the checks of `labs` make of every submission, each tried `repeat` times.

    `tell` hears of each case as it is decided, in any order and from any thread.
    Raises SubmissionError before anything is tried.
    """
    report = Report(flakes={})
    deviations: list[Deviation] = []
    # All of them first: one that does not fit its lab is told before minutes have passed.
    planned = [(lab, load_checks(lab.checks), cases(course, lab)) for lab in labs]
    for lab, checks, found in planned:
        report.labs += 1
        report.checks += len(checks)
        report.known_wrong += sum(case.kind == "known-wrong" for case in found)
        report.other_right += sum(case.kind == "other-right" for case in found)
        deviations += _unproved(lab, checks, found)

        def decide(case: Case, checks: list[Check] = checks) -> list[Verdict]:
            verdicts = [_verdict(checks, case, launcher) for _ in range(repeat)]
            tell(case, verdicts[0], compare(case, verdicts[0]))
            return verdicts

        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="audit") as pool:
            try:
                for case, verdicts in zip(found, pool.map(decide, found), strict=True):
                    # Tried again it is the same, though it may tell of another time or sid.
                    unlike = {
                        (d.kind, d.check): d for verdict in verdicts for d in compare(case, verdict)
                    }
                    deviations += sorted(unlike.values(), key=lambda d: d.check)
                    for check in checks:
                        seen = {_outcome(verdict, check.name) for verdict in verdicts}
                        name = f"{lab.slug}:{check.name}"
                        report.flakes = report.flakes or {}
                        report.flakes[name] = report.flakes.get(name, 0) + (len(seen) > 1)
            except (KeyboardInterrupt, SystemExit):  # the submissions would take their time
                pool.shutdown(wait=False, cancel_futures=True)
                launcher.close()
                raise
    report.deviations = tuple(deviations)
    kinds = [deviation.kind for deviation in deviations]
    report.false_accepts = kinds.count("false accept")
    report.false_rejects = kinds.count("false reject")
    report.wrong_diagnoses = kinds.count("wrong diagnosis")
    report.checker_broke = kinds.count("checker broke")
    report.unproved = kinds.count("unproved")
    return report


def cases(course: Course, lab: Lab) -> list[Case]:
    """Return every submission that proves the checks of `lab`."""
    starter = cut.starter(course.reference, lab.number)
    proof = load_proof(lab)
    solution = _solution(course, lab)
    found = [
        Case(lab, "starter", "starter", starter, None),
        Case(lab, "solution", "solution", solution, {}),
    ]
    for submission in [*proof.wrong, *proof.right]:
        tree = submission.made_from(solution)
        if isinstance(submission, Wrong):
            found.append(Case(lab, "known-wrong", submission.name, tree, submission.fails))
        else:
            found.append(Case(lab, "other-right", submission.name, tree, {}))
    return found


def mutate(
    course: Course,
    lab: Lab,
    launcher: Launcher,
    *,
    tell: Callable[[Mutant, Verdict], None] = lambda *_: None,
) -> list[Deviation]:
    """Try every mutant of what `lab` teaches; return where its list of survivors is wrong.

    A mutant that passes and is not listed is "unexplained"; one that is listed and does not pass,
    or is not there, is "explained in vain". Where a check breaks, that is told as well. `tell`
    hears of each mutant as it is decided, from any thread. Raises SubmissionError.
    """
    solution = _solution(course, lab)
    made = list(mutants(solution, lab.number))
    explained = reasons(lab.survivors)
    checks = load_checks(lab.checks)
    broken: list[Deviation] = []

    def survives(mutant: Mutant) -> bool:
        tree = solution | {mutant.file: mutant.text.encode()}
        case = Case(lab, "mutant", mutant.name, tree, {})
        verdict = _verdict(checks, case, launcher)
        tell(mutant, verdict)
        broken.extend(one for one in compare(case, verdict) if one.kind == "checker broke")
        return verdict.passed

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mutate") as pool:
        try:
            decided = zip(made, pool.map(survives, made), strict=True)
            survivors = [mutant.name for mutant, survived in decided if survived]
        except (KeyboardInterrupt, SystemExit):
            pool.shutdown(wait=False, cancel_futures=True)
            launcher.close()
            raise
    alone = [name for name in survivors if name not in explained]
    vain = [name for name in explained if name not in survivors]
    nobody = "no check catches this, and nothing says why"
    stale = "this is listed as a survivor, but a check catches it, or it is not made any more"
    return [
        *broken,
        *(Deviation(lab.number, "unexplained", name, "", nobody) for name in alone),
        *(Deviation(lab.number, "explained in vain", name, "", stale) for name in vain),
    ]


def compare(case: Case, verdict: Verdict) -> list[Deviation]:
    """Return where the verdict differs from what the case demands."""
    found = []
    for result in verdict.results:
        kind, text = _deviation(case, result)
        if kind:
            found.append(Deviation(case.lab.number, kind, case.name, result.check, text))
    return found


def _solution(course: Course, lab: Lab) -> Tree:
    beside = {name: text.encode() for name, text in load_proof(lab).beside.items()}
    return cut.stage(course.reference, lab.number) | beside


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


def _unproved(lab: Lab, checks: list[Check], found: list[Case]) -> list[Deviation]:
    proved = {name for case in found for name in case.must_fail or {}}
    there = {check.name for check in checks}
    text = "no known-wrong submission exists for this check"
    missing = [
        Deviation(lab.number, "unproved", "", check.name, text)
        for check in checks
        if check.name not in proved
    ]
    missing += [
        Deviation(lab.number, "unproved", case.name, name, "there is no check of this name")
        for case in found
        for name in sorted(set(case.must_fail or {}) - there)
    ]
    told = {cause for case in found for cause in (case.must_fail or {}).values()}
    causes = Causes(lab.causes).by_name if lab.causes.exists() else {}
    text = "no known-wrong submission is told this cause"
    return missing + [
        Deviation(lab.number, "unproved", name, "", text) for name in causes if name not in told
    ]


def _verdict(checks: list[Check], case: Case, launcher: Launcher) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="submission-") as temporary:
        folder = Path(temporary)
        laid = {posixpath.normpath(f"{PACKAGE}/{name}"): case.tree[name] for name in case.tree}
        cut.write(laid, folder)
        return run(checks, folder, launcher, at_once=2)


def _outcome(verdict: Verdict, check: str) -> str:
    result = next(result for result in verdict.results if result.check == check)
    cause = result.finding.cause.name if result.finding else ""
    return f"{result.outcome} {cause}"
