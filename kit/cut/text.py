"""Cut the text of one module, or of one list of requirements."""

import ast

from kit.cut.reach import LISTS, CutError, Function, Reach, Tag, reaches, start
from kit.language import _
from kit.syntax import parse

# Decorators that say what kind of thing a function is. Any other one is part of the task.
KEPT_DECORATORS = {"property", "staticmethod", "classmethod"}


def cut(source: str, lab: int, name: str = "<reference>") -> str:
    """Return `source` without anything tagged later than `lab`.

    Raises CutError where a tag is malformed or a block is left empty.
    """
    gone = {
        line
        for reach in reaches(source, name)
        if reach.tag.lab > lab
        for line in range(reach.first, reach.last + 1)
    }
    lines = enumerate(source.splitlines(keepends=True), start=1)
    return _parsed("".join(text for number, text in lines if number not in gone), lab, name)


def blank(source: str, lab: int, name: str = "<reference>") -> str:
    """Return stage `lab` of `source` in which what is tagged `lab` has become a task.

    A function keeps its signature and docstring and raises NotImplementedError with the tag's
    words. Other lines become one comment, `# TODO lab 5: words`.
    Raises CutError where a task would be lost within another.
    """
    source = cut(source, lab, name)
    lines = source.splitlines(keepends=True)
    found = [r for r in reaches(source, name) if r.tag.lab == lab and not r.tag.given]
    outermost = [r for r in found if not any(_inside(r, other) for other in found)]
    for reach in reversed(outermost):
        written = _task(reach, lines, found)
        lost = [r for r in reaches(source, name) if _inside(r, reach) and r.tag.lab == lab]
        for tag in (r.tag for r in lost if r.tag.given or _todo(r.tag) not in written):
            raise CutError(
                _(
                    "{name}: what is tagged {words!r} would be lost in the task"
                    " {other!r} of the same lab; leave one of these two tags out"
                ).format(name=name, words=tag.words, other=reach.tag.words)
            )
        lines[reach.first - 1 : reach.last] = written
    heads = (r for r in reaches(source, name) if r.tag.lab == lab and r.tag.given and r.first == 1)
    if outermost and any(head.last == source.count("\n") for head in heads):
        del lines[0]  # a file that is to be filled in does not say that it is given
    return _parsed("".join(lines), lab, name)


def _parsed(source: str, lab: int, name: str) -> str:
    """Return `source` if it is whole; raise CutError if the cut broke a module."""
    if name.endswith(LISTS):
        return source
    try:
        parse(source)
    except SyntaxError as error:
        raise CutError(
            _(
                "{name}: stage {lab} does not parse (line {lineno}: {msg});"
                " a tag may have left a block empty"
            ).format(name=name, lab=lab, lineno=error.lineno, msg=error.msg)
        ) from error
    return source


def _inside(reach: Reach, other: Reach) -> bool:
    return other.first < reach.first and reach.last <= other.last


def _task(reach: Reach, lines: list[str], found: list[Reach]) -> list[str]:
    """Return the lines that stand for what `reach` covers until it is written."""
    if reach.statements is None:
        return [_todo(reach.tag)]
    result: list[str] = []
    wrote_todo = False
    for index, stmt in enumerate(reach.statements):
        if isinstance(stmt, Function):
            result += ["\n", "\n"] if index else []
            nested = [r.tag for r in found if stmt.lineno < r.first <= (stmt.end_lineno or 0)]
            result += _stub(stmt, reach.tag, lines, nested)
        elif isinstance(stmt, ast.ClassDef):
            raise CutError(
                _("line {first}: tag the methods of a class, not the class: {words!r}").format(
                    first=reach.first, words=reach.tag.words
                )
            )
        elif isinstance(stmt, ast.Import | ast.ImportFrom) or _is_docstring(stmt, index):
            result += lines[stmt.lineno - 1 : stmt.end_lineno]
        elif not wrote_todo:
            result.append(_todo(reach.tag))
            wrote_todo = True
    return result


def _is_docstring(stmt: ast.stmt, index: int) -> bool:
    return (
        index == 0
        and isinstance(stmt, ast.Expr)
        and isinstance(stmt.value, ast.Constant)
        and isinstance(stmt.value.value, str)
    )


def _todo(tag: Tag) -> str:
    return f"{' ' * tag.column}# TODO lab {tag.lab}: {tag.words}\n"


def _stub(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    tag: Tag,
    lines: list[str],
    nested: list[Tag],
) -> list[str]:
    kept = [
        line
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Name) and decorator.id in KEPT_DECORATORS
        for line in lines[decorator.lineno - 1 : decorator.end_lineno]
    ]
    first = function.body[0]
    body_starts = start(first)
    if ast.get_docstring(function) is not None:
        body_starts = (first.end_lineno or first.lineno) + 1
    else:
        # What is said above the first statement speaks of the solution; nested tags stand there.
        while not lines[body_starts - 2].split("#")[0].strip():
            body_starts -= 1
    indent = " " * (function.col_offset + 4)
    words = f"lab {tag.lab}: {tag.words}".replace("\\", "\\\\").replace('"', '\\"')
    return [
        *kept,
        *lines[function.lineno - 1 : body_starts - 1],
        *(_todo(other) for other in nested),
        f'{indent}raise NotImplementedError("{words}")\n',
    ]
