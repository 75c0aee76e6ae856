"""The usual mistakes, made by machine: operators over the syntax tree of one function or file.

Each is a few words, with code between backquotes, as submissions name them:

    `points(rows)` becomes `points(rows.tail(1))`      an expression, a constant, a comparison
    without `join_room(dashboard.room)`                a statement and all that belongs to it
    unwraps `with dashboard.lock`                      its lines stay, and it goes
    moves `join_room(room)` after `with lock`          or before, or to the end inside
    begins with `payload = {}`                         a statement more, below the docstring
    with `from flask_socketio import rooms`            a line more at the top of the file
    takes `sid` first, is `async`, ...                 see `HANDLER`
    sends `update_chart` to everyone, ...              see `ANSWER`

Several belong together where commas stand between them.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from kit.proving.submission import SubmissionError

Function = ast.FunctionDef | ast.AsyncFunctionDef
# A comma outside backquotes.
COMMA = re.compile(r", (?=(?:[^`]*`[^`]*`)*[^`]*$)")


@dataclass(frozen=True)
class Place:
    """The text of a file, and the name of the function in it that counts, if it is one alone."""

    text: str
    function: str | None

    def node(self) -> ast.Module | Function:
        """Return the function, or the whole file. Raises SubmissionError."""
        tree = ast.parse(self.text)
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
        start, end = _offset(self.text, node), _offset(self.text, node, end=True)
        return self.text[:start] + code + self.text[end:]


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


# On any code.


def becomes(place: Place, old: str, new: str) -> str:
    node = place.node()
    whole = isinstance(node, ast.Module)
    start = 0 if whole else _offset(place.text, node)
    end = len(place.text) if whole else _offset(place.text, node, end=True)
    count = place.text.count(old, start, end)
    if count != 1:
        raise SubmissionError(f"this stands {count} times there, not once")
    at = place.text.index(old, start)
    return place.text[:at] + new + place.text[at + len(old) :]


def without(place: Place, code: str) -> str:
    found = _statement(place, code)
    blocks = [
        block
        for parent in ast.walk(place.node())
        for block in (getattr(parent, "body", []), getattr(parent, "orelse", []))
        if isinstance(block, list) and found.lineno in [one.lineno for one in block]
    ]
    alone = all(len(block) == 1 for block in blocks)
    passing = [" " * found.col_offset + "pass"] if alone else []
    return place.lines(found.lineno, found.end_lineno or found.lineno, passing)


def unwraps(place: Place, code: str) -> str:
    found = _statement(place, code)
    body = found.body if isinstance(found, ast.With | ast.If | ast.For | ast.While) else []
    if not body:
        raise SubmissionError("nothing stands inside it")
    first, last = body[0].lineno, body[-1].end_lineno or body[-1].lineno
    step = body[0].col_offset - found.col_offset
    inner = [line[step:] for line in place.text.splitlines()[first - 1 : last]]
    return place.lines(found.lineno, last, inner)


def moves(place: Place, code: str, where: str, target: str) -> str:
    found, other = _statement(place, code), _statement(place, target)
    lines = place.text.splitlines()
    last = found.end_lineno or found.lineno
    moved = [line[found.col_offset :] for line in lines[found.lineno - 1 : last]]
    column, after = other.col_offset, other.end_lineno or other.lineno
    if where == "before":
        after = other.lineno - 1
    elif where == "into":
        body = getattr(other, "body", [other])
        column = body[-1].col_offset
    new = [" " * column + line for line in moved]
    if after >= last:
        lines[after:after] = new
        del lines[found.lineno - 1 : last]
    else:
        del lines[found.lineno - 1 : last]
        lines[after:after] = new
    return "\n".join(lines) + "\n"


def begins_with(place: Place, code: str) -> str:
    body = place.handler().body
    has_docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    first = body[1] if has_docstring else body[0]
    return place.lines(first.lineno, first.lineno - 1, [" " * first.col_offset + code])


def has_at_the_top(place: Place, code: str) -> str:
    first = ast.parse(place.text).body[0]
    after = (first.end_lineno or 0) if isinstance(first, ast.Expr) else 0
    return place.lines(after + 1, after, [code])


# On a handler: a function that is registered for an event.


def takes_first(place: Place, name: str) -> str:
    arguments = place.handler().args
    others = [*arguments.posonlyargs, *arguments.args]
    if not others:
        line = place.text.splitlines()[place.handler().lineno - 1]
        at = place.handler().lineno
        return place.lines(at, at, [line.replace("(", f"({name}", 1)])
    default = "=None" if arguments.defaults else ""
    return place.replaced(others[0], f"{name}{default}, {ast.unparse(others[0])}")


def takes_no_default(place: Place) -> str:
    default = place.handler().args.defaults[0]
    start, end = _offset(place.text, default), _offset(place.text, default, end=True)
    return place.text[:start].rstrip(" =") + place.text[end:]


def is_async(place: Place) -> str:
    line = place.text.splitlines()[place.handler().lineno - 1]
    return place.lines(place.handler().lineno, place.handler().lineno, [f"async {line}"])


def is_not_registered(place: Place) -> str:
    first, *_, last = [*place.handler().decorator_list] * 2
    return place.lines(first.lineno, last.end_lineno or last.lineno, [])


def is_registered_as(place: Place, event: str) -> str:
    call = _decorator(place)
    return place.replaced(call.args[0], repr(event))


def is_in_the_namespace(place: Place, name: str) -> str:
    call = _decorator(place)
    namespace = ast.keyword("namespace", ast.Constant(name))
    return place.replaced(call, ast.unparse(ast.Call(call.func, call.args, [namespace])))


def returns(place: Place, code: str) -> str:
    """Let the last statement return something else."""
    last = place.handler().body[-1]
    if not isinstance(last, ast.Return):
        raise SubmissionError("it does not end with a return")
    return place.replaced(last, f"return {code}")


def never_returns(place: Place) -> str:
    last = place.handler().body[-1]
    return place.replaced(last, "while True: __import__('time').sleep(1)")


# On an answer: a call of `emit` with the name of an event.


def sends_under_another_name(place: Place, event: str, name: str) -> str:
    return place.replaced(_emit(place, event).args[0], repr(name))


def sends_to_everyone(place: Place, event: str) -> str:
    return _sent(place, event, to=None)


def sends_to(place: Place, event: str, to: str) -> str:
    return _sent(place, event, to=to)


def sends_twice(place: Place, event: str) -> str:
    call = _emit(place, event)
    line = place.text.splitlines()[call.lineno - 1]
    again = " " * (len(line) - len(line.lstrip())) + ast.unparse(call)
    return place.lines((call.end_lineno or 0) + 1, call.end_lineno or 0, [again])


def sends_as_text(place: Place, event: str) -> str:
    payload = _emit(place, event).args[1]
    return place.replaced(payload, f"__import__('json').dumps({ast.unparse(payload)})")


def sends_without(place: Place, event: str, key: str) -> str:
    payload = ast.unparse(_emit(place, event).args[1])
    kept = f"{{k: v for k, v in {payload}.items() if k != {key!r}}}"
    return place.replaced(_emit(place, event).args[1], kept)


def sends_with(place: Place, event: str, key: str, value: str) -> str:
    payload = _emit(place, event).args[1]
    return place.replaced(payload, f"{ast.unparse(payload)} | {{{key!r}: {value}}}")


def sends_in_the_namespace(place: Place, event: str, name: str) -> str:
    call = _emit(place, event)
    keywords = [*call.keywords, ast.keyword("namespace", ast.Constant(name))]
    return place.replaced(call, ast.unparse(ast.Call(call.func, call.args, keywords)))


def returns_instead(place: Place, event: str) -> str:
    call = _emit(place, event)
    return place.replaced(call, f"return {ast.unparse(call.args[1])}")


ANY: dict[str, Callable[..., str]] = {
    "`(.+)` becomes `(.+)`": becomes,
    "without `(.+)`": without,
    "unwraps `(.+)`": unwraps,
    "moves `(.+)` (before|after|into) `(.+)`": moves,
    "begins with `(.+)`": begins_with,
    "with `(.+)`": has_at_the_top,
}
HANDLER: dict[str, Callable[..., str]] = {
    "takes `(.+)` first": takes_first,
    "takes no default": takes_no_default,
    "is `async`": is_async,
    "is not registered": is_not_registered,
    "is registered as `(.+)`": is_registered_as,
    "is in the namespace `(.+)`": is_in_the_namespace,
    "returns `(.+)`": returns,
    "never returns": never_returns,
}
ANSWER: dict[str, Callable[..., str]] = {
    "sends `(.+)` under the name `(.+)`": sends_under_another_name,
    "sends `(.+)` to everyone": sends_to_everyone,
    "sends `(.+)` to `(.+)`": sends_to,
    "sends `(.+)` twice": sends_twice,
    "sends `(.+)` as text": sends_as_text,
    "sends `(.+)` without `(.+)`": sends_without,
    "sends `(.+)` with `(.+)` as `(.+)`": sends_with,
    "sends `(.+)` in the namespace `(.+)`": sends_in_the_namespace,
    "returns `(.+)` instead": returns_instead,
}
OPERATORS = ANY | ANSWER | HANDLER


def _statement(place: Place, code: str) -> ast.stmt:
    """Return the statement that begins with this line. Raises SubmissionError."""
    lines = place.text.splitlines()

    def fits(node: ast.AST) -> bool:
        return isinstance(node, ast.stmt) and lines[node.lineno - 1].strip().rstrip(":") == code

    found = place.one(fits, "it")
    assert isinstance(found, ast.stmt)
    return found


def sent_events(node: ast.AST) -> list[str]:
    """Return the names of the events that the code below a node sends."""
    return [event for one in ast.walk(node) if (event := _sends(one))]


def _sends(node: ast.AST) -> str:
    """Return the name of the event that a node sends, if it is a call that sends one."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] != "emit":
        return ""
    first = node.args[0] if node.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _emit(place: Place, event: str) -> ast.Call:
    found = place.one(lambda node: _sends(node) == event, f"a line that sends `{event}`")
    assert isinstance(found, ast.Call)
    return found


def _sent(place: Place, event: str, *, to: str | None) -> str:
    """Return the text where the event is sent by the object, to a room or to everyone."""
    call = _emit(place, event)
    room = [ast.keyword("to", ast.parse(to, mode="eval").body)] if to else []
    function = ast.parse("socketio.emit", mode="eval").body
    return place.replaced(call, ast.unparse(ast.Call(function, call.args, room)))


def _decorator(place: Place) -> ast.Call:
    """Return the call that registers the function. Raises SubmissionError."""
    calls = [one for one in place.handler().decorator_list if isinstance(one, ast.Call)]
    if len(calls) != 1:
        raise SubmissionError("it has no decorator that names an event")
    return calls[0]


def _offset(text: str, node: ast.AST, *, end: bool = False) -> int:
    """Return where a node begins or ends in its text, in characters."""
    line, column = (
        (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    )
    lines = text.splitlines(keepends=True)
    before = lines[line - 1].encode()[:column].decode()
    return sum(map(len, lines[: line - 1])) + len(before)
