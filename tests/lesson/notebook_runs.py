"""Run the course's notebooks as JupyterLab does."""

from pathlib import Path
from typing import Any

from kit.course import ROOT, Course, Lab
from kit.lesson import execution
from tests import waiting

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LABS = [lab for lab in Course().labs if lab.notebook in NOTEBOOKS]


def name(one: Any) -> str:
    return str(one.slug if isinstance(one, Lab) else one.relative_to(ROOT))


def run(notebook: Path, *, times: int = 1) -> Any:
    """Run a notebook as JupyterLab does, each cell so many times: raises CellExecutionError.

    A person has no hundred other tests beside them, so here each wait may be long.
    """
    return execution.run(notebook, longest=waiting.LONGEST, times=times)
