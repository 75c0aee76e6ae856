"""What a lab's causes still lack: each is told by a check, is written down, and gives nothing away.

A lab keeps them as text in `causes.md`; an older one as constants in its file of checks.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from kit.checking.lab_causes import Causes, CausesError
from kit.course import Course, Lab
from kit.cut import Tree, reaches
from kit.student import given
from kit.syntax import parse

# What is code wherever it stands, unlike a name, a number, or a call without arguments.
CODE = (
    ast.Assign | ast.AnnAssign | ast.AugAssign | ast.If | ast.For | ast.While | ast.With
    | ast.keyword | ast.BinOp | ast.BoolOp | ast.UnaryOp | ast.Compare | ast.Subscript | ast.IfExp
    | ast.JoinedStr | ast.Dict | ast.Tuple | ast.List | ast.ListComp | ast.DictComp
    | ast.GeneratorExp
)  # fmt: skip


def faults(course: Course, lab: Lab) -> Iterator[str]:
    """Yield what the causes of `lab` lack."""
    constants = _constants(lab.checks)
    if not constants and not lab.causes.exists():
        yield "there are no causes. Write each as `## name`, a line `likely:`, a line `next:`"
    for name, is_used in constants.items():
        if not is_used:
            yield f"no check tells the cause {name} of {lab.checks.name}. Tell it or delete it"
    if not lab.causes.exists():
        return
    try:
        written = Causes(lab.causes).by_name
    except CausesError as error:
        yield str(error)
        return
    told = dict(_told(lab))
    for name, where in told.items():
        if name not in written:
            yield f"{where} tells the cause `{name}`. Write it here, below `## {name}`"
    for name in written:
        if name not in told:
            yield f"no check tells the cause `{name}`. Tell it or delete it"
    solution = given.solution(course, lab)
    code = taught(solution, lab.number)
    for name, cause in written.items():
        for line in given_away(cause.next_step, code):
            yield (
                f"the next step of `{name}` holds code of the solution, `{line}`. Say the idea:"
                " code is for the last hint"
            )


def taught(solution: Tree, lab: int) -> set[str]:
    """Return the code that a lab teaches: its lines, and each expression in them but bare names."""
    found: set[str] = set()
    for file, content in solution.items():
        if not file.endswith(".py"):
            continue
        text = content.decode()
        mine = {
            line
            for reach in reaches(text, file)
            if reach.tag.lab == lab and not reach.tag.given
            for line in range(reach.first, reach.last + 1)
        }
        for node in ast.walk(parse(text)):
            if getattr(node, "lineno", 0) in mine and _is_code(node):
                found.add(_squeezed(ast.unparse(node).split("\n")[0]))
    return found


def given_away(words: str, code: set[str]) -> list[str]:
    """Return the pieces of `code` that stand in these words, backquotes or not."""
    said = _squeezed(words)
    return sorted(piece for piece in code if piece in said)


def _is_code(node: ast.AST) -> bool:
    """Whether this is a line or an expression that says more than names do."""
    if isinstance(node, ast.Expr):
        return _is_code(node.value)
    if isinstance(node, ast.Call):
        return bool(node.args or node.keywords)
    return isinstance(node, CODE) and len(_squeezed(ast.unparse(node))) > 3


def _squeezed(text: str) -> str:
    """Return a text without what is written one way or another: blanks, quotes, backquotes."""
    return re.sub(r"[\s`\"']", "", text)


def _told(lab: Lab) -> Iterator[tuple[str, str]]:
    """Yield each cause of the lab that a file of the checks tells, and where."""
    for file in sorted(lab.checks.parent.glob("*.py")):
        tree = parse(file.read_text(encoding="utf-8"))
        names = {name for node in tree.body for name in _holders(node, lab, file)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in names:
                yield node.attr.replace("_", "-"), f"{file.name}, line {node.lineno}"


def _holders(node: ast.stmt, lab: Lab, file: Path) -> Iterator[str]:
    """Yield the names that this statement gives to the causes of the lab, if it does."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return
    call = ast.unparse(node.value)
    its_own = "causes(__file__)" if file == lab.checks else None
    if call in {its_own, f"causes(__file__, {lab.slug!r})"}:
        yield from (ast.unparse(target) for target in node.targets)


def _constants(checks: Path) -> dict[str, bool]:
    """Return the causes that a file of checks holds as constants, and whether it uses each."""
    tree = parse(checks.read_text(encoding="utf-8"))
    used = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return {
        target.id: target.id in used
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if ast.unparse(node.value.func) == "Cause"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
