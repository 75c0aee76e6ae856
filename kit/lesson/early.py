"""A cell that is run too early: one kind sentence in place of a traceback."""

import ast
import json
import re
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from kit.checking.codebase import Codebase
from kit.course import Course, Lab
from kit.cut import Task
from kit.language import _, _n
from kit.student import given
from kit.syntax import parse

HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SERVES = "lab.serve("


@dataclass(frozen=True)
class Cell:
    """A code cell of the course: its text, the heading above it, and the names that it makes."""

    text: str
    heading: str
    makes: frozenset[str]


def explain(shell: Any, course: Course, lab: Lab) -> None:
    """Let IPython's `shell` say in a sentence that a cell of this lab was run too early.

    Other errors, and those in cells that are not the course's, are shown as ever.
    """

    def show(
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        tb_offset: int | None = None,
    ) -> None:
        text = shell.history_manager.input_hist_raw[-1]
        sentence = reason(error, text, read(lab), course, lab)
        if sentence:
            shell._showtraceback(kind, error, [sentence])
        else:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((Exception,), show)


def reason(
    error: BaseException, text: str, cells: list[Cell], course: Course, lab: Lab
) -> str | None:
    """Return why the cell `text` came too early, if that is why it raised `error`."""
    if hasattr(error, "_render_traceback_"):  # it says itself what to do
        return None
    # A name that is missing in the student's own files is no matter of an order of cells.
    if isinstance(error, NameError) and error.name in _names_used(text):
        made = next((cell for cell in cells if error.name in cell.makes), None)
        if made and made.text != text.strip():
            return _(
                "`{name}` is not there yet. The cell below *{heading}* makes it:"
                " run that cell first, then this one again."
            ).format(name=error.name, heading=made.heading)
    plays = [cell.text for cell in cells[_serving(cells) :]]
    if text.strip() in plays and (tasks := open_tasks(course, lab)):
        return _n(
            "This cell stopped ({error}): it asks for something that your server does not do yet."
            " One task is still open. The next one is in `{path}`: {words}. Do that first, then run"
            " the cells from *{heading}* on.",
            "This cell stopped ({error}): it asks for something that your server does not do yet."
            " {count} tasks are still open. The next one is in `{path}`: {words}. Do that first,"
            " then run the cells from *{heading}* on.",
            len(tasks),
        ).format(
            error=type(error).__name__,
            count=len(tasks),
            path=tasks[0].path,
            words=tasks[0].words,
            heading=cells[_serving(cells)].heading,
        )
    return None


def open_tasks(course: Course, lab: Lab) -> list[Task]:
    """Return the tasks of `lab` that still stand in the student's copy."""
    code = Codebase(lab.folder)
    tasks = given.tasks(course, lab)
    return [task for task in tasks if code.task(lab.number, task.words)]


def read(lab: Lab) -> list[Cell]:
    """Return the code cells of the lab's notebook, from top to bottom."""
    heading, cells = lab.title, []
    for cell in json.loads(lab.notebook.read_bytes())["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append(Cell(text.strip(), heading, frozenset(_names_made(text))))
        elif found := HEADING.findall(text):
            heading = found[-1]
    return cells


def _serving(cells: list[Cell]) -> int:
    """Return which cell starts the student's server: the first, or one after the last."""
    return next((n for n, cell in enumerate(cells) if SERVES in cell.text), len(cells))


def _names_made(text: str) -> set[str]:
    made: set[str] = set()
    for statement in parse(text).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            made |= {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
        else:
            made |= {
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
    return made


def _names_used(text: str) -> set[str]:
    try:
        tree = parse(text)
    except SyntaxError:  # a line of IPython's own, such as %time
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
