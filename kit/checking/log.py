"""What a submission logs, as a check reads it.

It is what the server's process has written to its output, and so it may be anything: a line counts
as an object only where it is strict JSON. Where a client can see the same thing, a check asks the
client as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kit.checking.http import strict_json
from kit.checking.server import Server

REST = 0.1  # seconds of rest after which nothing more is written of what was done before
A_MOMENT = 0.02  # the same, where the first line of it is there already


@dataclass(frozen=True)
class Line:
    """A line of the output; `fields` is the JSON object that it is, or None."""

    text: str
    fields: dict[str, Any] | None


class Log:
    """The log of a running submission, from where it is opened, or from the server's start."""

    def __init__(self, server: Server, *, whole: bool = False) -> None:
        """Begin to read the log of `server`; with `whole`, also what is in it already."""
        self._server = server
        if not whole:
            server.app.catch_up_log()
        self._first = 0 if whole else len(server.app.log)

    def lines(self) -> list[Line]:
        """Return every line that has been written since, once the server is at rest."""
        self._server.rests(A_MOMENT)
        return self._so_far()

    def objects(self) -> list[dict[str, Any]]:
        """Return the lines that are JSON objects."""
        return [line.fields for line in self.lines() if line.fields is not None]

    def find(self, fits: Callable[[dict[str, Any]], Any]) -> dict[str, Any] | None:
        """Return the first object that fits, as soon as it is there.

        None where the server comes to rest without one.
        """
        for rest in (0, A_MOMENT, REST):
            self._server.rests(rest)
            for line in self._so_far():
                if line.fields is not None and fits(line.fields):
                    return line.fields
        return None

    def _so_far(self) -> list[Line]:
        self._server.app.catch_up_log()
        texts = [line.text for line in list(self._server.app.log)[self._first :]]
        read = self._server.renaming.from_app
        return [Line(text, _object(text)) for text in map(read, texts)]


def _object(text: str) -> dict[str, Any] | None:
    try:
        read = strict_json(text)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
