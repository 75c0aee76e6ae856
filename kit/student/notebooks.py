"""The student's notebooks: copies of the course's, so that running one leaves no trace in git.

A cell is recognised by its id. What the course changes later reaches the copies, except for cells
that the student has changed or deleted; cells that the student has added, and outputs, stay.
"""

import json
import tempfile
from collections import defaultdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from kit import patience
from kit.course import OWN_NOTEBOOKS, Course
from kit.language import _

DOOR = "roundtrip.py"  # what all notebooks import; it is the kit's, and not the student's
OURS = "roundtrip"  # in a copy's metadata: which text each cell had in the course

Cell = dict[str, Any]
Notebook = dict[str, Any]


def update(course: Course) -> list[str]:
    """Make the copies that are missing, and bring the others up to date with the course.

    Return a line for the person about each copy that needs a look. Nothing of theirs is lost: a
    copy that cannot be read is kept beside the new one, with the date in its name.
    """
    folder = course.root / OWN_NOTEBOOKS
    folder.mkdir(exist_ok=True)
    door = (course.root / "notebooks" / DOOR).read_bytes()
    if not (folder / DOOR).exists() or (folder / DOOR).read_bytes() != door:
        _write(folder / DOOR, door)
    lines = [
        _updated(source, folder / source.name)
        for source in sorted((course.root / "notebooks").glob("*.ipynb"))
    ]
    return [line for line in lines if line]


def _updated(source: Path, copy: Path) -> str:
    """Make or update one copy. Return what the person should know of it, or nothing."""
    theirs: Notebook = json.loads(source.read_bytes())
    if not copy.exists():
        _save(copy, theirs, theirs)
        return ""
    shown = f"{OWN_NOTEBOOKS}/{copy.name}"
    try:
        mine: Notebook = json.loads(copy.read_bytes())
        known: dict[str, str] = mine["metadata"].get(OURS, {})
        if known == _texts(theirs):
            return ""
        cells, both = merge(mine["cells"], theirs["cells"], known)
    except (ValueError, KeyError, TypeError, AttributeError):
        kept = copy.with_name(f"{copy.stem}.kept-{datetime.now():%Y-%m-%d-%H%M%S}.ipynb")
        patience.rename(copy, kept)
        _save(copy, theirs, theirs)
        return _(
            "{shown} was not a notebook any more. It is kept as {name}; a new one is there."
        ).format(shown=shown, name=kept.name)
    _save(copy, mine | {"cells": cells}, theirs)
    if both:
        return _(
            "{shown} is up to date with the course. Cells that both you and the course have"
            " changed are as you left them; the course's are in notebooks/{name}."
        ).format(shown=shown, name=copy.name)
    return ""


def merge(
    mine: list[Cell], theirs: list[Cell], known: dict[str, str]
) -> tuple[list[Cell], list[str]]:
    """Return the cells of a copy that is up to date, and the ids that both sides have changed.

    `mine` are the student's cells, `theirs` the course's; `known` says by id which text a cell of
    the course had when the student's copy was last brought up to date.
    """
    by_id = {cell.get("id"): cell for cell in mine}
    course = {cell["id"] for cell in theirs}
    # What the student has added or changed, and the course lacks, stays where it stood.
    own: defaultdict[str | None, list[Cell]] = defaultdict(list)
    before: str | None = None
    for cell in mine:
        if cell.get("id") in course:
            before = cell["id"]
        elif known.get(cell.get("id", "")) != _text(cell):
            own[before].append(cell)
    cells, both = [*own[None]], []
    for cell in theirs:
        name = cell["id"]
        copy = by_id.get(name)
        if copy is None:
            if name not in known:  # else the student has deleted it
                cells.append(cell)
        elif _text(copy) in {_text(cell), known.get(name)}:
            cells.append(copy if _text(copy) == _text(cell) else cell)
        else:
            cells.append(copy)
            if known.get(name) != _text(cell):
                both.append(name)
        cells += own[name]
    return cells, both


def _texts(notebook: Notebook) -> dict[str, str]:
    return {cell["id"]: _text(cell) for cell in notebook["cells"]}


def _text(cell: Cell) -> str:
    """Return what tells one text of a cell from another. Its outputs do not matter."""
    text = f"{cell['cell_type']}\n{''.join(cell['source'])}"
    return sha256(text.encode()).hexdigest()[:16]


def _save(copy: Path, notebook: Notebook, theirs: Notebook) -> None:
    noted = notebook | {"metadata": notebook["metadata"] | {OURS: _texts(theirs)}}
    _write(copy, f"{json.dumps(noted, indent=1, ensure_ascii=False)}\n".encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-") as temporary:
        new = Path(temporary) / path.name
        new.write_bytes(content)
        patience.replace(new, path)
