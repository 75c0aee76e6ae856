"""Run the course's notebooks as JupyterLab does."""

import copy
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from kit.course import ROOT, Course, Lab
from tests import waiting

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LABS = [lab for lab in Course().labs if lab.notebook in NOTEBOOKS]


def name(one: Any) -> str:
    return str(one.slug if isinstance(one, Lab) else one.relative_to(ROOT))


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
