"""The notebooks of the course, run on the solution, with their outputs.

That takes minutes, so what was run is kept in the cache by content: by the notebook, the solution,
what the notebook uses of the kit, the lock and the Python.
"""

import contextlib
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import kit
from kit import cut, patience
from kit.course import OWN_NOTEBOOKS, Course, Lab
from kit.lesson import execution
from kit.panel.address import VARIABLE
from kit.proving import proof
from kit.proving.imports import imported
from kit.proving.proofs import digest
from kit.student import notebooks
from kit.temporary import TemporaryFolder

KIT = Path(kit.__file__).parent
COPIED = ("kit", "labs", "checks", "reference", "notebooks", "docs")
FILES = ("pyproject.toml", "requirements.txt")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "node_modules", "dashboard.kept-*")
LONGEST = 200.0  # seconds that a cell may take
# What a cell shows of one learner's work is not what all readers of a site should see: the
# verdict on the solution, and the solution beside itself.
OF_ONE_LEARNER = re.compile(r"^(lab\.checklist|lab\.compare_code)\(\)$", re.MULTILINE)
# A kernel must not think that it runs in the JupyterLab, or on the hub, of whoever builds the site.
NOT_HANDED_ON = ("JUPYTER", "JPY_", "CODESPACE", VARIABLE)


class NotRun(ValueError):
    """A notebook does not run on the solution, or says what a site must not. The text says where."""


def executed(course: Course, lab: Lab, kept: Path, begin: Callable[[], None]) -> Any:
    """Return the notebook of `lab` as a run on the solution leaves it, from the folder `kept`.

    Where it is not kept there, `begin` is called, and it is run and kept. Raises NotRun, and
    CutError or OSError where the course is damaged.
    """
    file = kept / f"{lab.slug}-{_key(course, lab)}.ipynb"
    with contextlib.suppress(OSError, ValueError, nbformat.reader.NotJSONError):
        return nbformat.read(file, as_version=4)
    begin()
    content = _run(course, lab)
    kept.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".new-", dir=kept)) / file.name
    try:
        nbformat.write(content, part)
        for older in kept.glob(f"{lab.slug}-*.ipynb"):
            older.unlink(missing_ok=True)
        patience.replace(part, file)
    finally:
        patience.remove(part.parent)
    return content


def _key(course: Course, lab: Lab) -> str:
    """Return what a run of the notebook depends on, in short."""
    modules = [Path(__file__), *(KIT / "lesson").glob("*.py"), *(KIT / "running").rglob("*.py")]
    roots = list(dict.fromkeys([course.root, KIT.parent]))
    files = {lab.notebook, course.root / "notebooks" / notebooks.DOOR}
    files |= {KIT.parent / "requirements.txt", *imported(modules, roots)}
    solution = cut.stage(course.reference, lab.number)
    system = f"{sys.version} {platform.system()} {platform.machine()}"
    parts = [system.encode(), json.dumps(dict(_beside(lab)), sort_keys=True).encode()]
    parts += [part for name in sorted(solution) for part in (name.encode(), solution[name])]
    parts += [file.read_bytes() for file in sorted(files)]
    return digest(parts).hex()[:24]


def _beside(lab: Lab) -> dict[str, str]:
    """Return what belongs to the solution besides the package."""
    if not (lab.by_hand.exists() or lab.submissions.exists()):
        return {}
    return dict(proof.load(lab).beside)


def _run(course: Course, lab: Lab) -> Any:
    with TemporaryFolder() as temporary, _own_variables():
        root = temporary / "roundtrip"
        solved = _solved(course, lab, root)
        file = root / OWN_NOTEBOOKS / lab.notebook.name
        texts = _without_own_outputs(file)
        try:
            content = execution.run(file, longest=LONGEST)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as failure:
            raise NotRun(
                f"notebooks/{lab.notebook.name} does not run on the solution: {_last(failure)}"
                f"\nTry it first:  python3 -m kit start {lab.name}  and open it in JupyterLab."
            ) from failure
        for cell, text in zip(content.cells, texts, strict=True):
            cell.source = text
        content.metadata.pop(notebooks.OURS, None)
        return _neutral(content, solved, temporary)


def _solved(course: Course, lab: Lab, root: Path) -> Course:
    """Copy the course to the new folder `root`, with the solution as the student's copy of `lab`."""
    for folder in COPIED:
        if (course.root / folder).is_dir():
            shutil.copytree(course.root / folder, root / folder, ignore=LEFT_OUT)
    for name in FILES:
        if (course.root / name).exists():
            shutil.copy2(course.root / name, root / name)
    solved = Course(root)
    for other in solved.labs:
        patience.remove(other.package)  # a student's own work, which nobody else should see
    here = solved.lab(lab.slug)
    cut.write(cut.stage(course.reference, lab.number), here.package)
    cut.write({name: text.encode() for name, text in _beside(lab).items()}, here.package)
    notebooks.update(solved)
    return solved


def _without_own_outputs(file: Path) -> list[str]:
    """Take out of a notebook what shows one learner's work. Return the texts as they were."""
    content = nbformat.read(file, as_version=4)
    texts = [str(cell.source) for cell in content.cells]
    for cell in content.cells:
        if cell.cell_type == "code":
            cell.source = OF_ONE_LEARNER.sub("pass", cell.source)
    nbformat.write(content, file)
    return texts


@contextlib.contextmanager
def _own_variables() -> Iterator[None]:
    """Take out of the environment what would tell a kernel of the machine that it runs on."""
    kept = dict(os.environ)
    for name in kept:
        if name.startswith(NOT_HANDED_ON):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _neutral(content: Any, solved: Course, temporary: Path) -> Any:
    """Return the notebook without the paths of this machine in what it says."""
    return content


def _last(failure: Exception) -> str:
    lines = [line for line in str(failure).splitlines() if line.strip()]
    return lines[-1] if lines else type(failure).__name__
