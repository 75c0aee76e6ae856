"""The usual mistakes, made by machine: operators over the syntax tree of one function or file.

Each is a few words, with code between backquotes, as submissions name them:

    `points(rows)` becomes `points(rows.tail(1))`      an expression, a constant, a comparison
    without `join_room(dashboard.room)`                a statement and all that belongs to it
    unwraps `with dashboard.lock`                      its lines stay, and it goes
    moves `join_room(room)` after `with lock`          or before, or to the end inside
    begins with `payload = {}`                         a statement more, below the docstring
    with `from flask_socketio import rooms`            a line more at the top of the file
    takes `sid` first, is `async`, ...                 and more: see `event_operators`
    sends `update_chart` to everyone, ...              the same

Several belong together where commas stand between them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kit.proving.code_operators import ANY
from kit.proving.event_operators import ANSWER, HANDLER
from kit.proving.place import Place
from kit.proving.submission import SubmissionError

OPERATORS = ANY | ANSWER | HANDLER
# A comma outside backquotes.
COMMA = re.compile(r", (?=(?:[^`]*`[^`]*`)*[^`]*$)")


@dataclass(frozen=True)
class Operation:
    """Operators on one place in `file`; `where` says where they are written."""

    file: str
    where: str
    what: str
    function: str | None = None

    def made_in(self, text: str) -> str:
        """Return `text` with this change. Raises SubmissionError where it does not fit."""
        for part in COMMA.split(self.what):
            operator, arguments = self._operator(part)
            try:
                text = operator(Place(text, self.function), *arguments)
            except SubmissionError as error:
                raise SubmissionError(f"{self.where}: {part}: {error}") from None
        return text

    def _operator(self, part: str) -> tuple[Callable[..., str], tuple[str, ...]]:
        for pattern, operator in OPERATORS.items():
            if match := re.fullmatch(pattern, part):
                return operator, match.groups()
        known = "; ".join(pattern.replace("(.+)", "...") for pattern in OPERATORS)
        raise SubmissionError(f"{self.where}: there is no operator {part!r}. There are: {known}")
