"""The audit: run every check on every submission that proves it, and count what goes wrong."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from kit.checking.check import Check
from kit.checking.check import load as load_checks
from kit.checking.lab_causes import Causes
from kit.checking.verdict import Verdict
from kit.course import Course, Lab
from kit.cut import Tree
from kit.proving.case import Case, Deviation, compare, decide, outcome
from kit.proving.mutants import Mutant, mutants, reasons
from kit.proving.proof import Proof
from kit.proving.proof import load as load_proof
from kit.proving.proofs import Proofs, basis, key_of
from kit.proving.submission import Wrong
from kit.running import Launcher
from kit.student import given

# Submissions. Each waits for its server more than it computes: one more than there are processors.
AT_ONCE = min((os.cpu_count() or 1) + 1, 6)


@dataclass
class Report:
    """The outcome of an audit. `flakes` counts, by check, the cases with more than one verdict.

    `left_out` counts the known-wrong submissions that were not tried, because not all were to be.
    `proved_before` counts the cases that were not tried, because nothing has changed since they
    held.
    """

    labs: int = 0
    checks: int = 0
    cases: int = 0
    left_out: int = 0
    proved_before: int = 0
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
    at_once: int = AT_ONCE,
    one_in: int = 1,
    proofs: Proofs | None = None,
    tell: Callable[[Case, Verdict, list[Deviation]], None] = lambda *_: None,
) -> Report:
    """Return what the checks of `labs` make of every submission, each tried `repeat` times.

    So many submissions are tried `at_once`; of those that are known to be wrong `one_in` so many,
    which are others as soon as anything of the lab, its checks or the kit has changed. What
    `proofs` says to have held as often is not tried again, and what holds now is kept there.
    `tell` hears of each case as it is decided, in any order and from any thread.
    Raises SubmissionError before anything is tried.
    """
    report = Report()
    flakes: dict[str, int] = {}
    deviations: list[Deviation] = []
    # All of them first: one that does not fit its lab is told before minutes have passed.
    planned = [
        (lab, basis(course, lab), load_checks(lab.checks), cases(course, lab)) for lab in labs
    ]
    for lab, decided_by, checks, found in planned:
        report.labs += 1
        report.checks += len(checks)
        report.cases += len(found)
        report.known_wrong += sum(case.kind == "known-wrong" for case in found)
        report.other_right += sum(case.kind == "other-right" for case in found)
        deviations += unproved(lab, checks, load_proof(lab))
        flakes |= {f"{lab.slug}:{check.name}": 0 for check in checks}
        keyed = [(case, key_of(case, decided_by)) for case in found]
        chosen = [
            (case, key)
            for case, key in keyed
            if case.kind != "known-wrong" or int(key, 16) % one_in == 0
        ]
        report.left_out += len(found) - len(chosen)
        left = [(case, key) for case, key in chosen if not (proofs and proofs.holds(key, repeat))]
        report.proved_before += len(chosen) - len(left)

        def try_it(case: Case, checks: list[Check] = checks) -> list[Verdict]:
            verdicts = [decide(case, checks, launcher) for _ in range(repeat)]
            tell(case, verdicts[0], compare(case, verdicts[0]))
            return verdicts

        with _several_at_once(launcher, at_once) as pool:
            tried = pool.map(try_it, [case for case, _ in left])
            for (case, key), verdicts in zip(left, tried, strict=True):
                unlike = _unlike(case, verdicts)
                deviations += unlike
                undecided = [check.name for check in checks if _is_undecided(check, verdicts)]
                for name in undecided:
                    flakes[f"{lab.slug}:{name}"] += 1
                if proofs:
                    proofs.note(key, 0 if unlike or undecided else repeat)
        if proofs and basis(course, lab) != decided_by:  # somebody has edited it meanwhile
            for _, key in left:
                proofs.note(key, 0)
    report.flakes = flakes
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
    starter = given.starter(course, lab)
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
    at_once: int = AT_ONCE,
    proofs: Proofs | None = None,
    tell: Callable[[Mutant, Verdict | None], None] = lambda *_: None,
) -> list[Deviation]:
    """Try every mutant of what `lab` teaches; return where its list of survivors is wrong.

    A mutant that passes and is not listed is "unexplained"; one that is listed and does not pass,
    or is not there, is "explained in vain". Where a check breaks, that is told as well. A mutant
    that was caught before, as `proofs` says, is not tried again; of the others so many are tried
    `at_once`. `tell` hears of each mutant, from any thread; without a verdict where it was not
    tried. Raises SubmissionError.
    """
    decided_by = basis(course, lab)
    solution = _solution(course, lab)
    explained = reasons(lab.survivors)
    checks = load_checks(lab.checks)
    left: list[tuple[Mutant, Case]] = []
    for mutant in mutants(solution, lab.number):
        tree = solution | {mutant.file: mutant.text.encode()}
        case = Case(lab, "mutant", mutant.name, tree, {})
        if proofs and proofs.holds(key_of(case, decided_by)):
            tell(mutant, None)
        else:
            left.append((mutant, case))

    def try_it(made: tuple[Mutant, Case]) -> Verdict:
        mutant, case = made
        verdict = decide(case, checks, launcher)
        tell(mutant, verdict)
        return verdict

    survivors: list[str] = []
    broken: list[Deviation] = []
    with _several_at_once(launcher, at_once) as pool:
        for (_, case), verdict in zip(left, pool.map(try_it, left), strict=True):
            broke = [one for one in compare(case, verdict) if one.kind == "checker broke"]
            broken += broke
            if verdict.passed:
                survivors.append(case.name)
            if proofs:
                proofs.note(key_of(case, decided_by), 0 if verdict.passed or broke else 1)
    alone = [name for name in survivors if name not in explained]
    vain = [name for name in explained if name not in survivors]
    nobody = "no check catches this, and nothing says why"
    stale = "this is listed as a survivor, but a check catches it, or it is not made any more"
    return [
        *broken,
        *(Deviation(lab.number, "unexplained", name, "", nobody) for name in alone),
        *(Deviation(lab.number, "explained in vain", name, "", stale) for name in vain),
    ]


def _unlike(case: Case, verdicts: list[Verdict]) -> list[Deviation]:
    """Return where one of the verdicts differs from what the case demands, by checks."""
    # Tried again it is the same, though it may tell of another time or sid.
    found = {(one.kind, one.check): one for verdict in verdicts for one in compare(case, verdict)}
    return sorted(found.values(), key=lambda one: one.check)


def _is_undecided(check: Check, verdicts: list[Verdict]) -> bool:
    """Whether the verdicts say this of a check, and that."""
    return len({outcome(verdict, check.name) for verdict in verdicts}) > 1


@contextmanager
def _several_at_once(launcher: Launcher, at_once: int) -> Iterator[ThreadPoolExecutor]:
    """Give a pool to try submissions in. Where the block is stopped, so is what is under way."""
    with ThreadPoolExecutor(at_once, thread_name_prefix="audit") as pool:
        try:
            yield pool
        except (KeyboardInterrupt, SystemExit):  # the submissions would take their time
            pool.shutdown(wait=False, cancel_futures=True)
            launcher.close()
            raise


def _solution(course: Course, lab: Lab) -> Tree:
    beside = {name: text.encode() for name, text in load_proof(lab).beside.items()}
    return given.solution(course, lab) | beside


def unproved(lab: Lab, checks: list[Check], proof: Proof) -> list[Deviation]:
    """Return the checks that no known-wrong submission fails, and the causes that none is told."""
    there = [check.name for check in checks]
    failed = {name for wrong in proof.wrong for name in wrong.fails}
    missing = [
        ("", name, "no known-wrong submission fails this check. Write one")
        for name in there
        if name not in failed
    ]
    missing += [
        (wrong.name, name, "there is no check of this name. Name one that there is")
        for wrong in proof.wrong
        for name in sorted(wrong.fails)
        if name not in there
    ]
    told = {cause for wrong in proof.wrong for cause in wrong.fails.values()}
    missing += [
        (name, "", "no known-wrong submission is told this cause. Write one")
        for name in (Causes(lab.causes).by_name if lab.causes.exists() else ())
        if name not in told
    ]
    return [Deviation(lab.number, "unproved", *one) for one in missing]
