"""A learner's own code beside the course's, function by function: for after a lab is passed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from kit.course import Course, Lab
from kit.student import given, workspace
from kit.syntax import parse


@dataclass(frozen=True)
class Pair:
    """A function that a lab asks for, as the course has it and as the learner wrote it.

    `name` is such as `Feed.run`. `own` is None where the learner has none of this name: what it
    does is done elsewhere, or in another shape. `own_file` says where it lies.
    """

    name: str
    file: str
    course: str
    own: str | None = None
    own_file: str | None = None

    @property
    def is_alike(self) -> bool:
        """Whether the two differ in nothing but blanks, comments and docstrings."""
        return self.own is not None and _bare(self.own) == _bare(self.course)


def words(lab: Lab) -> str:
    """Return what the course does otherwise than people mostly do, and why, as Markdown."""
    return lab.compare.read_text(encoding="utf-8")


def pairs(course: Course, lab: Lab) -> list[Pair]:
    """Return each function that `lab` asks for, beside the learner's of the same name.

    Raises NotGiven in a student's edition that does not hold the solution.
    """
    solution, starter = given.solution(course, lab), given.starter(course, lab)
    own = workspace.own_files(lab.package)
    written = {name: dict(_functions(text)) for name, text in own.items() if name.endswith(".py")}
    found = []
    for file, text in solution.items():
        if not file.endswith(".py"):
            continue
        begun = dict(_functions(starter.get(file, b"")))
        for name, code in _functions(text):
            if begun.get(name) != code:
                # The same file first: a method may have its name in several.
                places = sorted(written, key=lambda other: other != file)
                place = next((one for one in places if name in written[one]), None)
                mine = written[place][name] if place else None
                found.append(Pair(name, file, code, mine, place))
    return found


def _functions(content: bytes) -> Iterator[tuple[str, str]]:
    """Give each function of a module with its code, decorators included; none of broken code."""
    try:
        text = content.decode()
        module = parse(text)
    except (SyntaxError, ValueError):
        return
    lines = text.splitlines()

    def within(body: list[ast.stmt], before: str) -> Iterator[tuple[str, str]]:
        for one in body:
            if isinstance(one, ast.ClassDef):
                yield from within(one.body, f"{before}{one.name}.")
            elif isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = min([one.lineno, *(each.lineno for each in one.decorator_list)])
                yield before + one.name, "\n".join(lines[first - 1 : one.end_lineno])

    yield from within(module.body, "")


def _bare(code: str) -> str:
    """Return a function without what Python does not run."""
    try:
        tree = parse(code.lstrip() if not code.startswith(" ") else f"class _:\n{code}")
    except SyntaxError:
        return code
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)
