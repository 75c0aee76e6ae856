"""A place in the code of a submission: a file, or one function in it."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

from kit.proving.submission import SubmissionError
from kit.syntax import parse

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Place:
    """The text of a file, and the name of the function in it that counts, if it is one alone."""

    text: str
    function: str | None

    def node(self) -> ast.Module | Function:
        """Return the function, or the whole file. Raises SubmissionError."""
        tree = parse(self.text)
        if self.function is None:
            return tree
        found = [
            one for one in ast.walk(tree) if isinstance(one, Function) and one.name == self.function
        ]
        if len(found) != 1:
            raise SubmissionError(f"there are {len(found)} functions {self.function}, not one")
        return found[0]

    def handler(self) -> Function:
        """Return the function. Raises SubmissionError."""
        node = self.node()
        if isinstance(node, ast.Module):
            raise SubmissionError("this is done to a function: name it")
        return node

    def one(self, fits: Callable[[ast.AST], bool], what: str) -> ast.AST:
        """Return the one node that fits, of those here. Raises SubmissionError."""
        found = [one for one in ast.walk(self.node()) if fits(one)]
        if len(found) != 1:
            number = f"{len(found)} times, not once" if found else "nowhere"
            raise SubmissionError(f"{what} stands {number} in {self.function or 'the file'}")
        return found[0]

    def lines(self, first: int, last: int, new: list[str]) -> str:
        """Return the text with other lines in place of those from `first` to `last`."""
        lines = self.text.splitlines()
        lines[first - 1 : last] = new
        return "\n".join(lines) + "\n"

    def replaced(self, node: ast.AST, code: str) -> str:
        """Return the text with other code in the place of a node of it."""
        start, end = offset(self.text, node), offset(self.text, node, end=True)
        return self.text[:start] + code + self.text[end:]

    def statement(self, code: str) -> ast.stmt:
        """Return the statement that begins with this line. Raises SubmissionError."""
        lines = self.text.splitlines()

        def fits(node: ast.AST) -> bool:
            return isinstance(node, ast.stmt) and lines[node.lineno - 1].strip().rstrip(":") == code

        found = self.one(fits, "it")
        assert isinstance(found, ast.stmt)
        return found

    def emit(self, event: str) -> ast.Call:
        """Return the call that sends this event. Raises SubmissionError."""
        found = self.one(lambda node: _sends(node) == event, f"a line that sends `{event}`")
        assert isinstance(found, ast.Call)
        return found

    def decorator(self) -> ast.Call:
        """Return the call that registers the function. Raises SubmissionError."""
        calls = [one for one in self.handler().decorator_list if isinstance(one, ast.Call)]
        if len(calls) != 1:
            raise SubmissionError("it has no decorator that names an event")
        return calls[0]


def sent_events(node: ast.AST) -> list[str]:
    """Return the names of the events that the code below a node sends."""
    return [event for one in ast.walk(node) if (event := _sends(one))]


def _sends(node: ast.AST) -> str:
    """Return the name of the event that a node sends, if it is a call that sends one."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] != "emit":
        return ""
    first = node.args[0] if node.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def offset(text: str, node: ast.AST, *, end: bool = False) -> int:
    """Return where a node begins or ends in its text, in characters."""
    line, column = (
        (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    )
    lines = text.splitlines(keepends=True)
    before = lines[line - 1].encode()[:column].decode()
    return sum(map(len, lines[: line - 1])) + len(before)
