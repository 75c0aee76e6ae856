"""The page that opens first leads to every lab that there is, and to nothing that there is not."""

import re

import nbformat

from kit.cli import COMMANDS
from kit.course import ROOT, Course

PAGE = ROOT / "notebooks" / "00_start.ipynb"


def words() -> str:
    cells = nbformat.read(PAGE, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_every_lab_is_linked_and_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", words())
    for lab in Course().labs:
        assert lab.notebook.name in links
        assert f"../labs/{lab.slug}/README.md" in links
    assert not [link for link in links if not (PAGE.parent / link).exists()]


def test_every_command_on_it_exists() -> None:
    named = set(re.findall(r"python3 -m kit\s+(\w+)", words()))
    assert named
    assert named <= COMMANDS.keys()
