"""What a lab's notebook still lacks: cells as the course keeps them, and what has to be there."""

import json
from collections.abc import Iterator

from kit.course import Lab

EARLY = 6  # cells, among which the checklist stands


def faults(lab: Lab) -> Iterator[str]:
    """Yield what the notebook of `lab` lacks."""
    try:
        notebook = json.loads(lab.notebook.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        sources = ["".join(cell["source"]) for cell in cells]
        kernel = notebook["metadata"].get("kernelspec", {}).get("name")
    except (ValueError, KeyError, TypeError, AttributeError):
        yield "it is not a notebook. Take it back from git, or write it in JupyterLab"
        return
    if kernel != "python3":
        yield "it names no kernel `python3`. Choose Python 3 (ipykernel) in JupyterLab, and save"
    ids = [cell.get("id") for cell in cells]
    if None in ids or len({*ids}) < len(ids):
        yield "its cells need an id each: by them students' copies are updated"
    for cell, source in zip(cells, sources, strict=True):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield f"cell {cell.get('id')} keeps what a run left. Clear all outputs, and save"
        if cell["cell_type"] == "code" and "sleep(" in source:
            yield f"cell {cell.get('id')} sleeps. Wait for something that comes"
    if not any(".checklist()" in source for source in sources[:EARLY]):
        yield f"its first {EARLY} cells show no checklist. Put `lab.checklist()` there"
    if not any(f"../labs/{lab.slug}/README.md" in source for source in sources):
        yield f"it has no link to the task. Link to ../labs/{lab.slug}/README.md"
