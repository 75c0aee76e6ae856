"""Merge two versions of a module statement by statement, where their lines cannot be merged.

So what a lab gives arrives whole, function by function, also in a file that the student has
changed; and what the student has written stays.
"""

import ast
from collections import Counter
from dataclasses import dataclass

from kit.syntax import parse

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
NAMED = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)


@dataclass(frozen=True)
class Statement:
    """A statement with the comments above it, and what it is called in its module or class."""

    name: str
    text: str
    node: ast.stmt

    @property
    def has_name(self) -> bool:
        """Whether it makes something that has a name; a text, such as a docstring, counts too."""
        text = isinstance(self.node, ast.Expr) and isinstance(self.node.value, ast.Constant)
        return text or isinstance(self.node, (*NAMED, *DEFINITIONS))

    @property
    def meaning(self) -> str:
        """What tells it from another version; comments and layout do not count."""
        return ast.dump(self.node)


def merge(base: str, own: str, new: str) -> tuple[str, bool] | None:
    """Return `new` with the student's changes of `base`, and whether all of both could be kept.

    Where both have changed one statement, the student's stands. Returns None where one of the three
    is no Python, or has two statements on a line; where they differ in more than imports,
    definitions and what is assigned: then the order may matter; and where the lab changes what the
    student has deleted: that may have a new home, and there must not be two of it.
    """
    try:
        texts = [_statements(parse(text).body, text) for text in (base, own, new)]
        if len({tuple(one.meaning for one in text if not one.has_name) for text in texts}) > 1:
            return None
        merged, whole = _merged(*texts)
        text = _joined(merged, "\n\n")
        parse(text)
    except (SyntaxError, CannotMerge):
        return None
    tail = own.splitlines(keepends=True)[_end(parse(own).body) :]
    return text + "".join(tail), whole


class CannotMerge(Exception):
    """A statement has no text of its own, or may have a new home."""


def _merged(
    base: list[Statement], own: list[Statement], new: list[Statement]
) -> tuple[list[Statement], bool]:
    old = {one.name: one for one in base}
    theirs = {one.name: one for one in own}
    labs = {one.name for one in new}
    # What only the student has stays behind what it followed.
    added: dict[str, list[Statement]] = {"": []}
    before = ""
    for one in own:
        if one.name in labs:
            before = one.name
        elif one.name not in old or old[one.name].meaning != one.meaning:
            added.setdefault(before, []).append(one)
    merged, whole = list(added[""]), True
    for one in new:
        mine, was = theirs.get(one.name), old.get(one.name)
        if mine is None:
            if was is not None and was.meaning != one.meaning:
                raise CannotMerge(one.name)
            merged += [one] if was is None else []
        else:
            both, kept = _both(was, mine, one)
            merged.append(both)
            whole = whole and kept
        merged += added.get(one.name, [])
    return merged, whole


def _both(was: Statement | None, mine: Statement, labs: Statement) -> tuple[Statement, bool]:
    """Return one statement for both versions, and whether it has the changes of both."""
    if was is not None and mine.meaning == was.meaning:
        return labs, True
    if mine.meaning == labs.meaning or (was is not None and labs.meaning == was.meaning):
        return mine, True
    if isinstance(mine.node, ast.ImportFrom) and isinstance(labs.node, ast.ImportFrom):
        return _imports(mine, mine.node, labs.node), True
    if isinstance(mine.node, ast.ClassDef) and isinstance(labs.node, ast.ClassDef):
        inner = [_inner(one) if one else [] for one in (was, mine, labs)]
        body, whole = _merged(*inner)
        whole = whole and _heading(mine.node) == _heading(labs.node)
        head = mine.text[: len(mine.text) - sum(len(one.text) for one in inner[1])]
        return Statement(mine.name, head + _joined(body, "\n"), mine.node), whole
    return mine, False


def _heading(node: ast.ClassDef) -> list[str]:
    """Return what stands above the body of a class: its bases and its decorators."""
    return [ast.dump(one) for one in (*node.bases, *node.keywords, *node.decorator_list)]


def _joined(statements: list[Statement], gap: str) -> str:
    """Return the text of statements, with a `gap` before a definition that stood first."""
    text = ""
    for one in statements:
        is_tight = isinstance(one.node, DEFINITIONS) and not one.text.startswith("\n")
        text += gap + one.text if text and is_tight else one.text
    return text


def _imports(mine: Statement, one: ast.ImportFrom, other: ast.ImportFrom) -> Statement:
    """Return an import of all that both import from one module."""
    aliases = {(alias.name, alias.asname): alias for alias in (*one.names, *other.names)}
    names = [aliases[key] for key in sorted(aliases, key=lambda key: (key[0], key[1] or ""))]
    both = ast.ImportFrom(one.module, names, one.level)
    line = ast.unparse(both)
    if len(line) > 100:
        listed = "".join(f"    {ast.unparse(alias)},\n" for alias in names)
        line = f"{line.partition(' import ')[0]} import (\n{listed})"
    lines = mine.text.splitlines(keepends=True)
    above = lines[: len(lines) - ((one.end_lineno or one.lineno) - one.lineno + 1)]
    return Statement(mine.name, f"{''.join(above)}{line}\n", both)


def _inner(one: Statement) -> list[Statement]:
    """Return the statements of a class."""
    node = parse(one.text).body[0]
    assert isinstance(node, ast.ClassDef)
    return _statements(node.body, one.text)


def _statements(body: list[ast.stmt], text: str) -> list[Statement]:
    lines = text.splitlines(keepends=True)
    first = body[0] if body else None
    end = 0
    if first is not None and first.col_offset:  # above it stands the class's own line
        decorators = getattr(first, "decorator_list", [])
        end = min(node.lineno for node in (first, *decorators)) - 1
        while not lines[end - 1].split("#")[0].strip():
            end -= 1
    found, seen = [], Counter[str]()
    for node in body:
        name = _name(node)
        seen[name] += 1
        until = node.end_lineno or node.lineno
        if until == end:
            raise CannotMerge(name)
        written = "".join(lines[end:until])
        written = written if written.endswith("\n") else f"{written}\n"
        found.append(Statement(f"{name} {seen[name]}", written, node))
        end = until
    return found


def _end(body: list[ast.stmt]) -> int:
    return (body[-1].end_lineno or 0) if body else 0


def _name(node: ast.stmt) -> str:
    if isinstance(node, DEFINITIONS):
        return node.name
    if isinstance(node, ast.ImportFrom):
        return f"from {'.' * node.level}{node.module or ''}"
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return ast.unparse(node.targets[0])
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return "a text"
    return ast.unparse(node)
