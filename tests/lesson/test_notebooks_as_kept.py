"""How the notebooks and the labs' texts are written."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kit.course import ROOT
from tests.lesson.notebook_runs import NOTEBOOKS, name

TEXTS = [*NOTEBOOKS, *sorted((ROOT / "labs").glob("*/*.md"))]


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
    for link in links(tokens(text)):
        if not re.match(r"(https?|mailto):", link):
            target = text.parent / link.partition("#")[0]
            assert target.exists(), f"{link} in {name(text)}"


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_its_tables_name_their_columns(text: Path) -> None:
    found = tokens(text)
    heads = [cell for opened, cell in pairwise(found) if opened.type == "th_open"]
    assert [cell.map for cell in heads if not cell.content] == []


def tokens(text: Path) -> list[Token]:
    """Return what the Markdown of a text consists of."""
    content = text.read_text(encoding="utf-8")
    if text.suffix == ".ipynb":
        cells = nbformat.reads(content, as_version=4).cells
        content = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return MarkdownIt("commonmark").enable("table").parse(content)


def links(found: list[Token]) -> list[str]:
    inner = [child for token in found for child in token.children or []]
    found = [child.attrs.get("href") or child.attrs.get("src") for child in inner]
    return [str(link) for link in found if link]
