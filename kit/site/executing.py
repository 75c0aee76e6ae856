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
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import kit
from kit import cut, downloads, patience, reachable
from kit.course import OWN_NOTEBOOKS, Course, Lab
from kit.lesson import execution
from kit.panel.address import VARIABLE
from kit.proving import proof
from kit.proving.imports import imported
from kit.proving.proofs import digest
from kit.student import given, notebooks, workspace
from kit.temporary import TemporaryFolder

KIT = Path(kit.__file__).parent
COPIED = ("kit", "labs", "checks", "reference", "notebooks", "docs")
FILES = ("pyproject.toml", "requirements.txt")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "node_modules", "dashboard.kept-*")
PROJECT = "roundtrip"  # what the copy is called in which a notebook is run
LONGEST = 200.0  # seconds that a cell may take
# What a cell shows of one learner's work is not what all readers of a site should see: the
# verdict on the solution, and the solution beside itself.
OF_ONE_LEARNER = re.compile(r"^(lab\.(?:checklist|compare_code))\(\)$", re.MULTILINE)
# Where variables name hosts, and how; the last ones are everybody's.
OF_NETWORKS = re.compile(r"INDEX|PROXY|REGISTRY", re.IGNORECASE)
HOST = re.compile(r"://(?:[^\s/@]*@)?([\w.-]+)")
KNOWN = {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org"}
SHORT = 4  # a machine's name of so few letters may well be a word of the course
# A kernel must not think that it runs in the JupyterLab, or on the hub, of whoever builds the site.
NOT_HANDED_ON = ("JUPYTER", "JPY_", "CODESPACE", VARIABLE)


class NotRun(ValueError):
    """A notebook does not run on the solution, or says what a site must not. Its text says so."""


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
    solution = given.solution(course, lab)
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
        root = temporary / PROJECT
        _solve(course, lab, root)
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
        return _neutral(content, temporary)


def _solve(course: Course, lab: Lab, root: Path) -> None:
    """Copy the course to the new folder `root`, with the solution as the student's `lab`."""
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
    workspace.start(solved, here)  # with what set-up has fetched for the page
    cut.write(given.solution(course, lab), here.package)
    cut.write({name: text.encode() for name, text in _beside(lab).items()}, here.package)
    notebooks.update(solved)


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


def _neutral(content: Any, temporary: Path) -> Any:
    """Return the notebook with `/home/you` where its outputs name places of this machine.

    Raises NotRun where they name this machine, or the host of a package index, all the same.
    """
    places = [
        (temporary / PROJECT, "/home/you/roundtrip"),
        (Path(sys.prefix), "/home/you/roundtrip/.venv"),
        (Path(sys.base_prefix), "/opt/python"),
        (temporary, "/tmp"),
        (Path.home(), "/home/you"),
        (Path(tempfile.gettempdir()), "/tmp"),
    ]
    ways = [(way, shown) for place, shown in places for way in _written(place)]
    hidden = _hosts()
    for cell in content.cells:
        for output in cell.get("outputs", []):
            # Pictures stay as they are; a figure has no paths, and is no text.
            texts = output if "text" in output else output.get("data", {})
            for kind, text in list(texts.items()):
                if kind == "text" or kind.startswith("text/"):
                    texts[kind] = _replaced(text, ways)
                    named = next((host for host in hidden if host in texts[kind]), None)
                    if named:
                        raise NotRun(
                            f"What the cell `{cell.id}` prints names {named}, which belongs to this"
                            " machine. Let the cell print something else."
                        )
    return content


def _replaced(text: str, ways: Iterable[tuple[str, str]]) -> str:
    for way, shown in ways:
        text = re.sub(rf"{re.escape(way)}(?![\w-])", shown, text)
    return text


def _written(place: Path) -> list[str]:
    """Return the ways in which a path may be printed, the longest first."""
    paths = {str(place), str(place.resolve())} - {place.anchor, "/"}
    return sorted({form for one in paths for form in (one, one.replace("\\", "\\\\"))}, key=len)[
        ::-1
    ]


def _hosts() -> list[str]:
    """Return the names that no page may tell: this machine's, and those of its own indexes."""
    told = [value for name, value in os.environ.items() if OF_NETWORKS.search(name)]
    told += downloads.pip_settings().values()
    hosts = {found[1] for text in told for found in HOST.finditer(text)} - KNOWN
    hosts = {host for host in hosts if not reachable.is_loopback(host)}
    own = socket.gethostname()
    return sorted(hosts | ({own} if len(own) > SHORT else set()))


def _last(failure: Exception) -> str:
    lines = [line for line in str(failure).splitlines() if line.strip()]
    return lines[-1] if lines else type(failure).__name__
