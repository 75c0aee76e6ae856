"""A notebook's cells, run before what they need is there, in a real kernel."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from kit import cut
from kit.course import Course, Lab
from kit.lesson.early import open_tasks
from tests import course_copy, waiting


@pytest.fixture
def here(tmp_path: Path) -> Course:
    return course_copy.make(tmp_path / "a project")


def run(lab: Lab, *cells: str) -> list[Any]:
    """Run cells of a lab's notebook in this order, whatever each raises; return their errors.

    A cell is named by its id, or it is a text of the student's own.
    """
    content = nbformat.read(lab.notebook, as_version=4)
    by_id = {cell.id: cell for cell in content.cells}
    content.cells = [by_id.get(cell) or nbformat.v4.new_code_cell(cell) for cell in cells]
    NotebookClient(
        content,
        timeout=int(waiting.LONGEST),
        startup_timeout=int(waiting.LONGEST),
        allow_errors=True,
        resources={"metadata": {"path": str(lab.notebook.parent)}},
    ).execute()
    return [
        next((output for output in cell.outputs if output.output_type == "error"), None)
        for cell in content.cells
    ]


def opening(slug: str) -> str:
    return f'from roundtrip import lesson\n\nlab = lesson("{slug}")'


def test_a_cell_that_needs_an_earlier_one_names_it(here: Course) -> None:
    lab = here.lab(2)
    opened, asked, own, theirs = run(
        lab, opening(lab.slug), "sign_in", "print(server.url)", "print(mine)"
    )
    assert opened is None
    assert asked.traceback == [
        "`requests` is not there yet. The cell below *A program asks* makes it:"
        " run that cell first, then this one again."
    ]
    assert len(own.traceback) == 1
    assert "*Start your server*" in own.traceback[0]
    assert "Traceback" in "".join(theirs.traceback)  # a name that the course does not know


def test_while_a_task_is_open_a_cell_that_stops_names_it(here: Course) -> None:
    lab = here.lab(3)
    solved = cut.stage(here.reference, 3)
    words = "answer refresh_data with data_updated"
    begins = b"    dashboard = find(payload)\n"
    assert begins in solved["events.py"]
    still = f'    raise NotImplementedError("lab 3: {words}")\n'.encode()
    solved["events.py"] = solved["events.py"].replace(begins, still + begins)
    cut.write(solved, lab.package)
    assert [task.words for task in open_tasks(here, lab)] == [words]
    *_, met, asked, own = run(lab, opening(lab.slug), "serve", "meet", "ask", "1 / 0")
    assert met is None
    assert len(asked.traceback) == 1
    assert "One task is still open" in asked.traceback[0]
    assert words in asked.traceback[0]
    assert "ZeroDivisionError" in "".join(own.traceback)
    assert "Traceback" in "".join(own.traceback)  # a cell of the student's own


def test_when_all_is_written_an_error_is_shown_as_ever(here: Course) -> None:
    lab = here.lab(2)
    cut.write(cut.stage(here.reference, 2), lab.package)
    assert open_tasks(here, lab) == []
    *_, asked = run(lab, opening(lab.slug), "serve", "server.stop()", "ask")
    assert "Traceback" in "".join(asked.traceback)
