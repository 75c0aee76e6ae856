"""Mutants: the solution with one small change, made everywhere in what a lab teaches.

A mutant that passes every check is a survivor. Either its change is nothing that the contract
speaks of, and `checks/submissions/lab_06_survivors.md` says why, or a check is missing:

    - `feed.py`, without `self.app.logger.exception("late")`: No client sees the log.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kit.checking.code import handlers
from kit.cut import Tree, reaches
from kit.proving.operators import Operation
from kit.proving.place import Function, Place, sent_events
from kit.proving.submission import SubmissionError

REASON = re.compile(r"- `(?P<file>[^`]+)`, (?P<words>.+): (?P<reason>[^:`]+)")
OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


@dataclass(frozen=True)
class Mutant:
    """A change at a line of a file, in words, and the file's text with it."""

    file: str
    line: int
    words: str
    text: str

    @property
    def name(self) -> str:
        """What names it whatever is added above its line."""
        return f"`{self.file}`, {self.words}"


def mutants(solution: Tree, lab: int) -> Iterator[Mutant]:
    """Yield every mutant of what the lab of this number teaches, in the order of files and lines.

    A name that comes twice has a number behind it.
    """
    seen: dict[str, int] = {}
    for file in sorted(name for name in solution if name.endswith(".py")):
        text = solution[file].decode()
        found = reaches(text, file)
        mine = {
            line
            for reach in found
            if reach.tag.lab == lab and not reach.tag.given
            for line in range(reach.first, reach.last + 1)
        }
        changes = _changes(Place(text, None), mine)
        for line, words, changed in sorted(changes, key=lambda one: one[0]):
            mutant = Mutant(file, line, words, changed)
            seen[mutant.name] = seen.get(mutant.name, 0) + 1
            again = f" ({seen[mutant.name]})" if seen[mutant.name] > 1 else ""
            yield Mutant(file, line, words + again, changed)


def reasons(path: Path) -> dict[str, str]:
    """Return why each survivor may survive, by its name. Raises SubmissionError."""
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("- "):
            item = REASON.fullmatch(line)
            if item is None:
                raise SubmissionError(
                    f"{path.name}, line {number}: a survivor is ``- `file.py`, change: reason``."
                )
            found[f"`{item['file']}`, {item['words']}"] = item["reason"]
    return found


def _changes(place: Place, mine: set[int]) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the words and the whole text of each change to these lines of a file."""
    tree = place.node()
    nodes = [node for node in ast.walk(tree) if getattr(node, "lineno", 0) in mine]
    for node in nodes:
        if isinstance(node, Function):
            for what in _usual(node):
                change = Operation("", "", what, node.name)
                yield node.lineno, f"{node.name} {what}", change.made_in(place.text)
    texts = {id(part) for node in ast.walk(tree) for part in _texts(node)}
    for node in nodes:
        if id(node) in texts:
            continue
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.ClassDef):
            code = place.text.splitlines()[node.lineno - 1].strip().rstrip(":")
            yield node.lineno, f"without `{code}`", place.replaced(node, "pass")
            if isinstance(node, ast.With):
                # Not what stands in the `with` of another statement: the lines stay as they are.
                start = ast.get_source_segment(place.text, node) or ""
                words = f"unwraps `{code}`"
                yield node.lineno, words, place.replaced(node, start.replace(code, "if True", 1))
        elif isinstance(node, ast.expr):
            changed = _changed(node)
            if changed:
                words = f"`{ast.unparse(node)}` becomes `{changed}`"
                yield node.lineno, words, place.replaced(node, changed)


def _usual(node: Function) -> Iterator[str]:
    """Yield the operators for a handler, where a function is one, and for each event it sends."""
    if handlers(ast.unparse(node)):
        yield from ("is `async`", "is not registered", "never returns", "takes `sid` first")
        yield "is in the namespace `/other`"
        if isinstance(node.body[-1], ast.Return):
            yield "returns `None`"
        if node.args.defaults:
            yield "takes no default"
    sent = sent_events(node)
    for event in [event for event in sent if sent.count(event) == 1]:
        yield from (f"sends `{event}` to everyone", f"sends `{event}` twice")
        yield from (f"sends `{event}` as text", f"sends `{event}` in the namespace `/other`")
        yield f"returns `{event}` instead"


def _changed(node: ast.expr) -> str:
    """Return the code of another expression in the place of this one, or nothing."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return ast.unparse(ast.Compare(node.left, [OTHER[type(node.ops[0])]()], node.comparators))
    if isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        return ast.unparse(ast.BoolOp(other, node.values))
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            return repr(not value)
        if isinstance(value, int):
            return repr(value + 1)
        return repr(value + "x") if isinstance(value, str) else ""
    return ""


def _texts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what no program reads, docstrings and annotations, and the parts of f-strings."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield from (node, node.value)
    if isinstance(node, ast.JoinedStr):
        yield from node.values
    notes = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    for note in notes:
        yield from ast.walk(note) if note else ()
