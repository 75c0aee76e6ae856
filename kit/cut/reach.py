"""What each tag in a module covers.

A tag is a comment alone on its line, `# lab 5: words` or `# lab 5 (given): words`. It covers:

- at the head of a file, above its docstring or its imports, the file;
- between brackets, the lines up to the next tag or the closing bracket;
- between decorators, the decorator below it;
- elsewhere the statements below it at its own indentation, each whole, up to a blank line, the
  next tag or the end of the block.

In a list of requirements (`.in`, `.txt`) it covers the lines up to the next tag or the end of the
file.

What is *given* arrives with its lab, but is never a task.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kit.language import _
from kit.syntax import parse

TAG = re.compile(r"# lab (?P<lab>\d+)(?P<given> \(given\))?: (?P<words>\S.*)$")
LOOKS_LIKE_A_TAG = re.compile(r"#\s*lab\s*\d", re.IGNORECASE)

Function = ast.FunctionDef | ast.AsyncFunctionDef

LISTS = (".in", ".txt")  # what a list of requirements is called


class CutError(ValueError):
    """The reference is tagged in a way that cannot be cut; the text names the file and line."""


@dataclass(frozen=True)
class Tag:
    """One tag: the lab that teaches it, its words, and its line (from 1) and column (from 0)."""

    lab: int
    words: str
    given: bool
    line: int
    column: int


@dataclass(frozen=True)
class Reach:
    """A tag and the lines it covers, `first` (the tag's own) to `last`, both from 1.

    `statements` are the covered statements, or None where the tag covers lines inside a statement.
    """

    tag: Tag
    first: int
    last: int
    statements: tuple[ast.stmt, ...] | None


@lru_cache(maxsize=256)  # each stage is cut from the same texts
def reaches(source: str, name: str = "<reference>") -> tuple[Reach, ...]:
    """Return the reach of every tag in `source`, in the order of their lines.

    Raises CutError where a tag is malformed or covers nothing. `name` is used in its text, and
    its ending says whether `source` is a list of requirements; otherwise it is a module.
    """
    if name.endswith(LISTS):
        return tuple(_of_a_list(source, name))
    try:
        tree = parse(source)
    except SyntaxError as error:
        raise CutError(f"{name}:{error.lineno}: {error.msg}") from error
    tags, brackets = _scan(source, name)
    lines = source.splitlines()
    decorators = [
        pair
        for node in ast.walk(tree)
        if isinstance(node, Function | ast.ClassDef)
        for pair in pairwise(node.decorator_list)
    ]
    found: list[Reach] = []
    for tag in tags:
        later = [other.line for other in tags if other.line > tag.line]
        reach = (
            _of_the_file(tag, tree, lines)
            or _between_brackets(tag, brackets, later)
            or _between_decorators(tag, decorators)
            or _of_statements(tag, tree, lines, later)
        )
        if reach is None:
            raise CutError(
                _("{name}:{line}: the tag {words!r} covers nothing").format(
                    name=name, line=tag.line, words=tag.words
                )
            )
        found.append(reach)
        for other in found[:-1]:
            if other.last >= reach.last and other.tag.lab > tag.lab:
                raise CutError(
                    _(
                        "{name}:{line}: {words!r} of lab {lab} lies within"
                        " {other!r}, which arrives later, with lab {later}"
                    ).format(
                        name=name,
                        line=tag.line,
                        words=tag.words,
                        lab=tag.lab,
                        other=other.tag.words,
                        later=other.tag.lab,
                    )
                )
    return tuple(found)


def _scan(source: str, name: str) -> tuple[list[Tag], list[tuple[int, int]]]:
    """Return the tags, and the first and last line of every pair of brackets, outermost last."""
    tags: list[Tag] = []
    opened: list[int] = []
    brackets: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        line, column = token.start
        if token.type == tokenize.OP and token.string in "([{":
            opened.append(line)
        elif token.type == tokenize.OP and token.string in ")]}":
            brackets.append((opened.pop(), line))
        elif token.type == tokenize.COMMENT and LOOKS_LIKE_A_TAG.match(token.string):
            alone = not token.line[:column].strip()
            tags.append(_tag(token.string, alone, line, column, name))
    return tags, brackets


def _tag(comment: str, alone: bool, line: int, column: int, name: str) -> Tag:
    match = TAG.fullmatch(comment)
    if match is None or not alone:
        raise CutError(
            _(
                "{name}:{line}: write a tag alone on its line, as '# lab 5: words'"
                " or '# lab 5 (given): words', not {comment!r}"
            ).format(name=name, line=line, comment=comment)
        )
    return Tag(int(match["lab"]), match["words"], match["given"] is not None, line, column)


def _of_a_list(source: str, name: str) -> list[Reach]:
    lines = source.splitlines()
    tags = [
        _tag(line[match.start() :].rstrip(), not match.start(), number, 0, name)
        for number, line in enumerate(lines, start=1)
        if (match := LOOKS_LIKE_A_TAG.search(line))
    ]
    ends = [*(tag.line - 1 for tag in tags[1:]), len(lines)]
    for tag, end in zip(tags, ends, strict=False):
        if not any(line.strip() for line in lines[tag.line : end]):
            raise CutError(
                _("{name}:{line}: the tag {words!r} covers nothing").format(
                    name=name, line=tag.line, words=tag.words
                )
            )
    return [Reach(tag, tag.line, end, None) for tag, end in zip(tags, ends, strict=False)]


def _of_the_file(tag: Tag, tree: ast.Module, lines: list[str]) -> Reach | None:
    if any(line.strip() and not line.startswith("#") for line in lines[: tag.line - 1]):
        return None
    first = tree.body[0] if tree.body else None
    heads_a_docstring = first is not None and ast.get_docstring(tree) is not None
    if not (heads_a_docstring or isinstance(first, ast.Import | ast.ImportFrom)):
        return None
    return Reach(tag, tag.line, len(lines), tuple(tree.body))


def _between_brackets(tag: Tag, brackets: list[tuple[int, int]], later: list[int]) -> Reach | None:
    around = [(first, last) for first, last in brackets if first < tag.line <= last]
    if not around:
        return None
    last = min(last for _, last in around)  # of the innermost pair
    end = min([line for line in later if line < last], default=last) - 1
    return Reach(tag, tag.line, end, None) if end > tag.line else None


def _between_decorators(tag: Tag, decorators: list[tuple[ast.expr, ast.expr]]) -> Reach | None:
    for above, below in decorators:
        if (above.end_lineno or 0) < tag.line < below.lineno:
            return Reach(tag, tag.line, below.end_lineno or below.lineno, None)
    return None


def _of_statements(tag: Tag, tree: ast.Module, lines: list[str], later: list[int]) -> Reach | None:
    below = tag.line + 1
    while below <= len(lines) and lines[below - 1].strip().startswith("#"):
        below += 1
    covered: list[ast.stmt] = []
    end = tag.line
    for stmt in _block_from(tree, below, tag.column):
        between = range(end + 1, start(stmt))
        blank = any(not lines[line - 1].strip() for line in between)
        if blank or any(line in later for line in between):
            break
        covered.append(stmt)
        end = stmt.end_lineno or stmt.lineno
    return Reach(tag, tag.line, end, tuple(covered)) if covered else None


def _block_from(tree: ast.Module, line: int, column: int) -> list[ast.stmt]:
    """Return the statement that starts at `line` and `column`, and those after it in its block."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            for index, stmt in enumerate(block if isinstance(block, list) else []):
                if start(stmt) == line and stmt.col_offset == column:
                    return list(block[index:])  # type: ignore[index]
    return []


def start(stmt: ast.stmt) -> int:
    """Return the first line of a statement, its decorators included."""
    decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
    return min([stmt.lineno, *(decorator.lineno for decorator in decorators)])
