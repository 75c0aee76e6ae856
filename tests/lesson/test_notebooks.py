"""Every notebook: run against the solution and against the starter, and how it is written."""

import copy
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kit.course import OWN_NOTEBOOKS, ROOT, Course, Lab
from kit.proving import proof
from kit.student import notebooks, workspace
from tests import course_copy, waiting

COURSE = Course()
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LABS = [lab for lab in COURSE.labs if lab.notebook in NOTEBOOKS]
TEXTS = [*NOTEBOOKS, *sorted((ROOT / "labs").glob("*/*.md"))]
SERVES = "lab.serve("


def name(one: Any) -> str:
    return str(one.slug if isinstance(one, Lab) else one.relative_to(ROOT))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the project, shared: no two tests use the same lab."""
    return course_copy.make(tmp_path_factory.mktemp("notebooks") / "a project")


def run(notebook: Path, *, times: int = 1) -> Any:
    """Run a notebook as JupyterLab does, in its own folder, each cell so many times.

    Raises CellExecutionError.
    """
    cells = nbformat.read(notebook, as_version=4)
    cells.cells = [copy.deepcopy(cell) for cell in cells.cells for _ in range(times)]
    for cell in cells.cells:  # a person has no hundred other tests beside them
        cell.source = cell.source.replace("timeout=5", f"timeout={waiting.LONGEST}")
    client = NotebookClient(
        cells,
        timeout=int(waiting.LONGEST),
        startup_timeout=int(waiting.LONGEST),
        resources={"metadata": {"path": str(notebook.parent)}},
    )
    client.execute()
    return cells


@pytest.mark.parametrize("lab", LABS, ids=name)
def test_it_runs_from_top_to_bottom_on_the_solution(tree: Course, lab: Lab) -> None:
    here = tree.lab(lab.slug)
    workspace.start(tree, here)
    course_copy.solve(tree, here)
    for path, text in proof.load(here).beside.items():
        file = here.package / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    run(here.notebook, times=2)  # any cell may be run again


def test_the_first_page_runs(tree: Course) -> None:
    notebooks.update(tree)
    run(tree.root / OWN_NOTEBOOKS / "00_start.ipynb")  # as students run it, from their own folder


@pytest.mark.parametrize("lab", [lab for lab in LABS if lab.number], ids=name)
def test_on_the_starter_it_stops_with_one_plain_message(tmp_path: Path, lab: Lab) -> None:
    if SERVES not in lab.notebook.read_text(encoding="utf-8"):
        pytest.fail(f"{lab.notebook.name} never starts the student's server.")
    course = course_copy.make(tmp_path / "untouched")
    with pytest.raises(CellExecutionError) as caught:
        run(course.lab(lab.slug).notebook)
    assert caught.value.ename == "ServerDidNotStart"
    assert "None of the tasks of this lab is done yet" in caught.value.evalue
    assert "Traceback" not in caught.value.traceback
    assert "/kit/" not in caught.value.traceback


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_it_is_kept_without_what_a_run_leaves(notebook: Path) -> None:
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    # Without it JupyterLab asks which kernel to use.
    assert content.metadata.kernelspec["name"] == "python3"
    ids = [cell.id for cell in content.cells]
    assert len(set(ids)) == len(ids)
    for cell in content.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert "sleep(" not in cell.source


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_its_links_lead_somewhere(text: Path) -> None:
    content = text.read_text(encoding="utf-8")
    if text.suffix == ".ipynb":
        cells = nbformat.reads(content, as_version=4).cells
        content = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for link in links(content):
        if not re.match(r"(https?|mailto):", link):
            target = text.parent / link.partition("#")[0]
            assert target.exists(), f"{link} in {name(text)}"


def links(markdown: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    inner = [child for token in tokens for child in token.children or []]
    found = [child.attrs.get("href") or child.attrs.get("src") for child in inner]
    return [str(link) for link in found if link]
