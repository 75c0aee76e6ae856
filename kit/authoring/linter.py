"""The course's linter: what a lab still lacks before it is whole.

It reads the files of a lab and tries no submission, so it takes a second where the audit takes
minutes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kit import cut
from kit.authoring import causes_told, notebook, task
from kit.checking.check import Check
from kit.checking.check import load as load_checks
from kit.course import Course, Lab
from kit.proving import proof
from kit.proving.audit import unproved
from kit.proving.submission import SubmissionError
from kit.student import hints

STEPS = 3  # of a ladder of hints; code stands on the last alone


@dataclass(frozen=True)
class Fault:
    """Something that a lab lacks: in which file, what it is, and what to do.

    `stops` says that nothing of the lab can be tried before that is mended.
    """

    file: str
    text: str
    stops: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"


def faults(course: Course, lab: Lab) -> list[Fault]:
    """Return what `lab` lacks, file by file. None where it is whole."""
    if not lab.checks.exists():
        text = "it is missing. Write a check: see CONTRIBUTING.md"
        return [_fault(lab.checks, lab, text, stops=True)]
    try:
        checks = load_checks(lab.checks)
    except Exception as error:  # whatever an author's file may do when it is imported
        text = f"it cannot be loaded: {type(error).__name__}: {error}. Mend that first"
        return [_fault(lab.checks, lab, text, stops=True)]
    found: list[Fault] = []
    rules: list[tuple[Path, Callable[[], Iterator[str]]]] = [
        (lab.checks, partial(_checks, course, lab, checks)),
        (lab.task, partial(task.faults, course, lab, checks)),
        (lab.hints, partial(_hints, lab, checks)),
        (lab.causes, partial(causes_told.faults, course, lab)),
        (lab.compare, partial(_compare, lab)),
        (_submissions(lab), partial(_proof, lab, checks)),
        (lab.notebook, partial(notebook.faults, lab)),
    ]
    for file, rule in rules:
        if file.exists() or file == lab.causes:
            found += [_fault(file, lab, text) for text in rule()]
        else:
            found.append(_fault(file, lab, "it is missing. `python3 -m kit new` writes a skeleton"))
    for file, words, advice in _told_of(course, lab):
        if file.exists() and words not in file.read_text(encoding="utf-8"):
            found.append(_fault(file, lab, f"it says nothing of {lab.slug}. {advice}"))
    marks = {file: "TODO: " for file, _ in rules}
    marks[lab.checks.with_name("contract.py")] = f"TODO: lab {lab.number}: "
    for file, mark in marks.items():
        if file.exists():
            found += [_fault(file, lab, text) for text in _left(file, mark)]
    return found


def _told_of(course: Course, lab: Lab) -> list[tuple[Path, str, str]]:
    """Return what else tells of each lab: a file, the words that it should have, and advice."""
    row = f"| {lab.number} {lab.name.partition('_')[0]} "
    return [
        (course.start_page, f"({lab.notebook.name})", "Add it to the table"),
        (course.start_page, f"(../labs/{lab.slug}/README.md)", "Add its task to the table"),
        (course.teaching, row, "Say what it is about, what it needs, and the hours"),
    ]


def _fault(file: Path, lab: Lab, text: str, *, stops: bool = False) -> Fault:
    return Fault(file.relative_to(lab.root).as_posix(), text, stops)


def _submissions(lab: Lab) -> Path:
    return lab.submissions if lab.submissions.exists() else lab.by_hand


def _checks(course: Course, lab: Lab, checks: list[Check]) -> Iterator[str]:
    if not checks:
        yield "it holds no check. Write one: a function below `@check`"
    words = {task.words for task in cut.tasks(course.reference, lab.number)}
    if not words:
        tag = f"# lab {lab.number}: words"
        yield f"the reference teaches nothing of this lab. Tag paragraphs there with `{tag}`"
    for check in checks:
        for unknown in sorted(set(check.tasks) - words):
            yield (
                f"`{check.name}` names a task that no tag of the reference has: {unknown!r}. Write"
                " the words of the tag"
            )
    # A stage has to pass the checks of all its labs, which then stand on each other by name.
    for other in course.labs:
        if other != lab and other.checks.exists():
            text = other.checks.read_text(encoding="utf-8")
            for check in checks:
                if re.search(rf"^def {check.name}\(", text, re.MULTILINE):
                    yield f"`{check.name}` is a check of {other.slug} too. Give it another name"


def _compare(lab: Lab) -> Iterator[str]:
    lines = [line for line in lab.compare.read_text(encoding="utf-8").splitlines() if line]
    if len(lines) != 3 or not all(line.startswith("- ") for line in lines):
        yield "write three things that the course's code does otherwise, and why. A `- ` line each"


def _hints(lab: Lab, checks: list[Check]) -> Iterator[str]:
    try:
        ladders = hints.load(lab.hints)
    except hints.HintsError as error:
        yield str(error)
        return
    names = [check.name for check in checks]
    for name in names:
        steps = ladders.get(name, [])
        if len(steps) != STEPS:
            yield (
                f"`{name}` has {len(steps)} hints. Write {STEPS} below `## {name}`: a nudge, the"
                " idea, nearly the line"
            )
        for number, step in enumerate(steps[: STEPS - 1], 1):
            if "```" in step:
                yield f"`{name}`: hint {number} holds code. Say the idea: code is the last hint"
    for name in ladders:
        if name not in names:
            yield f"there are hints for `{name}`, and no such check. Rename them or take them out"
    there = [name for name in ladders if name in names]
    if there != [name for name in names if name in there]:
        yield "the hints are in another order than the checks. Put them in the checks' order"


def _proof(lab: Lab, checks: list[Check]) -> Iterator[str]:
    try:
        found = proof.load(lab)
    except SubmissionError as error:
        yield str(error)
        return
    yield from (
        f"{' '.join(f'`{name}`' for name in (one.case, one.check) if name)}: {one.text}"
        for one in unproved(lab, checks, found)
    )
    if not found.right:
        yield (
            "no submission is right in another way than the solution. Write one: its heading has no"
            " arrow"
        )


def _left(file: Path, mark: str) -> Iterator[str]:
    """Yield where the skeleton's marks still stand. Those of a starter are `TODO lab 4: ...`."""
    lines = file.read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if mark in line]
    if marked:
        where = f"line{'s' * (len(marked) > 1)} {', '.join(map(str, marked))}"
        yield f"{where}: a TODO is left. Write what it asks for, and take the mark out"
