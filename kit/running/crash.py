"""What can go wrong with a running app, as plain data."""

from dataclasses import dataclass
from typing import Any

from kit.language import said

MOST_TEXT = 2000  # characters of one text in a report


@dataclass(frozen=True)
class Where:
    """A line of the submission's own code: `file` is relative to the folder it was started in."""

    file: str
    line: int
    code: str
    function: str | None

    def __str__(self) -> str:
        return said("{file}, line {line}", file=self.file, line=self.line)


@dataclass(frozen=True)
class Crash:
    """An exception that the submission raised and did not catch.

    `during` is "import", "create_app", "serve", "handler" or "view"; `type` the exception's name.
    """

    during: str
    type: str
    message: str
    where: Where | None

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


class LauncherBroke(RuntimeError):
    """The kit itself could not start a process. It is never the submission's fault."""


class StartFailed(Exception):
    """The app never came to listen.

    Either it crashed (`crash`), or its process ended by itself (`code`), or it was given up on,
    and `stuck` says where it was.
    """

    def __init__(
        self, *, crash: Crash | None = None, code: int | None = None, stuck: Where | None = None
    ) -> None:
        self.crash, self.code, self.stuck = crash, code, stuck
        super().__init__(str(crash) if crash else f"exit status {code}" if code is not None else "")


def crash_from(message: dict[str, Any]) -> Crash:
    """Return the crash that a child reports; it may report anything."""
    return Crash(
        during=str(message["during"]),
        type=str(message["type"])[:MOST_TEXT],
        message=str(message["message"])[:MOST_TEXT],
        where=where_from(message["where"]),
    )


def where_from(frame: object) -> Where | None:
    """Return the place that a child reports, or None where it is none."""
    if not isinstance(frame, dict):
        return None
    function = frame.get("function")
    return Where(
        file=str(frame.get("file"))[:MOST_TEXT],
        line=int(frame.get("line") or 0),
        code=str(frame.get("code"))[:MOST_TEXT],
        function=None if function is None else str(function)[:MOST_TEXT],
    )
