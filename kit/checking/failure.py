"""How a check says that something is not as it should be."""

import re
from typing import Self

from kit.checking.transcript import Passed
from kit.checking.verdict import Cause, Mark
from kit.language import _, said, spoken
from kit.running import Crash

# What a starter raises where a function is still to be written: the lab, and the task's words.
OPEN_TASK = re.compile(r"lab \d+: (?P<words>.+)", re.DOTALL)


class Failure(Exception):
    """A check's finding against a submission.

    `expected` and `got` are sentences for the student; `cause` is the likely reason.
    `crash` is what the submission raised meanwhile, where it raised something.
    """

    def __init__(
        self, expected: str, got: str, cause: Cause, *, crash: Crash | None = None
    ) -> None:
        super().__init__(f"{got} (expected: {expected})")
        self.expected = expected
        self.got = got
        self.cause = cause
        self.crash = crash
        self.marks: dict[Passed, Mark] = {}  # what is wrong, unexpected or missing of what passed

    def mark(self, mark: Mark, *messages: Passed) -> Self:
        """Name the messages that this finding is about, and return it."""
        self.marks |= dict.fromkeys(messages, mark)
        return self

    def because(self, cause: Cause, got: str = "") -> Self:
        """Return the same finding with a cause that is known better, and perhaps what came."""
        better = type(self)(self.expected, got or self.got, cause, crash=self.crash)
        better.marks = self.marks
        return better


class Silence(Failure):
    """Something was expected to arrive, and did not."""


class TimedOut(Failure):
    """The submission was still busy, or stuck, when its time was over."""


class NotStarted(Failure):
    """The submission could not be started."""


class NotHere(Exception):
    """This machine lacks what a check needs. Its text says what, and what to do."""


class NotAttempted(Exception):
    """The starter's task is still there. Its text says where."""


class NotAttemptedAtStart(NotAttempted):
    """The starter's task is still there, and keeps the submission from starting."""


def open_task(crash: Crash) -> str:
    """Return the words of the starter's task that has raised a crash, or nothing."""
    found = OPEN_TASK.fullmatch(crash.message) if crash.type == "NotImplementedError" else None
    return found["words"] if found else ""


def raise_if_not_attempted(crash: Crash, kind: type[NotAttempted] = NotAttempted) -> None:
    """Raise NotAttempted, or this `kind` of it, where the starter's own task has raised a crash."""
    words = open_task(crash)
    if words:
        if not crash.where:
            raise kind(_("The task is still there: {task}").format(task=words))
        raise kind(
            _("The task is still there ({line}): {task}").format(
                line=spoken(str(crash.where)), task=words
            )
        )


def crash_in_words(crash: Crash) -> str:
    """Return a crash in words, with the line that raised it and where that stands."""
    if not crash.where:
        return str(crash)
    line = {"line": crash.where, "code": crash.where.code}
    return said("{crash} ({line}: `{code}`)", crash=crash, **line)
