"""Submissions that prove checks, written as changes to a lab's solution.

Files are named as seen from the package: `events.py` lies in it, `../notes.txt` beside it.
"""

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kit.cut import Tree


class SubmissionError(ValueError):
    """A submission cannot be made from the solution any more. Its text says why."""


@dataclass(frozen=True)
class Edit:
    """One change: `old`, which stands exactly once in `file`, becomes `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Right:
    """Another right submission: every check of its lab must pass.

    It is the solution with `edits` made, `files` written (whole files, by path) and `without` taken
    away. `story` says in a sentence what is different about it.
    """

    name: str
    story: str
    edits: Sequence[Edit] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    without: Sequence[str] = ()

    def made_from(self, solution: Tree) -> Tree:
        """Return the files of this submission. Raises SubmissionError."""
        made = {name: content for name, content in solution.items() if name not in self.without}
        if absent := set(self.without) - set(solution):
            raise SubmissionError(f"{self.name}: the solution has no {', '.join(sorted(absent))}")
        for edit in self.edits:
            if edit.file not in made:
                raise SubmissionError(f"{self.name}: the solution has no {edit.file}")
            text = made[edit.file].decode()
            if text.count(edit.old) != 1:
                raise SubmissionError(
                    f"{self.name}: {edit.file} holds this {text.count(edit.old)} times, not once:\n"
                    f"{edit.old}"
                )
            made[edit.file] = text.replace(edit.old, edit.new).encode()
        return made | {name: text.encode() for name, text in self.files.items()}


@dataclass(frozen=True)
class Wrong(Right):
    """A known-wrong submission.

    `fails` names the checks that it must fail, each with the name of the cause that the student
    must be told. Every other check must pass, or not be tried because it stands on one of these.
    """

    fails: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """All submissions of one lab besides its starter and its solution.

    `beside` are files of the solution that the reference does not hold, such as what a student
    makes beside the package.
    """

    wrong: Sequence[Wrong]
    right: Sequence[Right]
    beside: Mapping[str, str] = field(default_factory=dict)


def load(path: Path) -> Proof:
    """Return the submissions that the file at `path` lists as `WRONG` and `RIGHT`.

    Where it has `BESIDE`, these files belong to the solution as well.
    Raises SubmissionError where two have one name, or one has no story or proves nothing.
    """
    spec = importlib.util.spec_from_file_location(f"checks.submissions.{path.stem}", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SubmissionError(f"There are no submissions at {path.name}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    proof = Proof(module.WRONG, module.RIGHT, getattr(module, "BESIDE", {}))
    names = [submission.name for submission in [*proof.wrong, *proof.right]]
    if len(set(names)) < len(names):
        raise SubmissionError(f"{path.name}: two submissions have the same name.")
    for submission in [*proof.wrong, *proof.right]:
        if not submission.story:
            raise SubmissionError(f"{path.name}: {submission.name} has no story.")
    for wrong in proof.wrong:
        if not wrong.fails:
            raise SubmissionError(f"{path.name}: {wrong.name} does not say what it fails.")
    return proof
