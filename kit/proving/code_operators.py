"""Operators on any code: an expression, a statement, a block."""

import ast
from collections.abc import Callable

from kit.proving.place import Place, offset
from kit.proving.submission import SubmissionError
from kit.syntax import parse


def becomes(place: Place, old: str, new: str) -> str:
    node = place.node()
    whole = isinstance(node, ast.Module)
    start = 0 if whole else offset(place.text, node)
    end = len(place.text) if whole else offset(place.text, node, end=True)
    count = place.text.count(old, start, end)
    if count != 1:
        raise SubmissionError(f"this stands {count} times there, not once")
    at = place.text.index(old, start)
    return place.text[:at] + new + place.text[at + len(old) :]


def without(place: Place, code: str) -> str:
    found = place.statement(code)
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
    found = place.statement(code)
    body = found.body if isinstance(found, ast.With | ast.If | ast.For | ast.While) else []
    if not body:
        raise SubmissionError("nothing stands inside it")
    first, last = body[0].lineno, body[-1].end_lineno or body[-1].lineno
    step = body[0].col_offset - found.col_offset
    inner = [line[step:] for line in place.text.splitlines()[first - 1 : last]]
    return place.lines(found.lineno, last, inner)


def moves(place: Place, code: str, where: str, target: str) -> str:
    found, other = place.statement(code), place.statement(target)
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
    first = parse(place.text).body[0]
    after = (first.end_lineno or 0) if isinstance(first, ast.Expr) else 0
    return place.lines(after + 1, after, [code])


ANY: dict[str, Callable[..., str]] = {
    "`(.+)` becomes `(.+)`": becomes,
    "without `(.+)`": without,
    "unwraps `(.+)`": unwraps,
    "moves `(.+)` (before|after|into) `(.+)`": moves,
    "begins with `(.+)`": begins_with,
    "with `(.+)`": has_at_the_top,
}
