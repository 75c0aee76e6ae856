"""Submissions that prove checks, written as changes to a lab's solution.

Files are named as seen from the package: `events.py` lies in it, `../notes.txt` beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kit.cut import Tree


class SubmissionError(ValueError):
    """A submission cannot be made from the solution any more. Its text says why."""


class Change(Protocol):
    """A change to one file of a lab's solution."""

    @property
    def file(self) -> str:
        """The file's name."""

    def made_in(self, text: str) -> str:
        """Return the file's text with this change. Raises SubmissionError."""


@dataclass(frozen=True)
class Edit:
    """One change: `old`, which stands exactly once in `file`, becomes `new`."""

    file: str
    old: str
    new: str

    def made_in(self, text: str) -> str:
        """Return `text` with this change. Raises SubmissionError where it does not fit."""
        if text.count(self.old) != 1:
            raise SubmissionError(
                f"{self.file} holds this {text.count(self.old)} times, not once:\n{self.old}"
            )
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Right:
    """Another right submission: every check of its lab must pass.

    It is the solution with `edits` made, `files` written (whole files, by path) and `without` taken
    away. `story` says in a sentence what is different about it.
    """

    name: str
    story: str
    edits: Sequence[Change] = ()
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
            try:
                made[edit.file] = edit.made_in(made[edit.file].decode()).encode()
            except SubmissionError as error:
                raise SubmissionError(f"{self.name}: {error}") from None
        return made | {name: text.encode() for name, text in self.files.items()}


@dataclass(frozen=True)
class Wrong(Right):
    """A known-wrong submission.

    `fails` names the checks that it must fail, each with the name of the cause that the student
    must be told. Every other check must pass, or not be tried because it stands on one of these.
    """

    fails: Mapping[str, str] = field(default_factory=dict)
