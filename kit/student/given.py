"""What a lab gives a student: its starter, its tasks, and the solutions of the labs before it.

They are cut from the reference. A student's edition has none: there they lie beside the task, in
`given.zip`, as `write` has left them. What it has of the map are counts of lines, and no code.
"""

import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from kit import cut, installation
from kit.course import Course, Lab
from kit.cut import Task, Tree
from kit.language import _
from kit.student import map as mapping
from kit.student.map import MappedFile, Share

STARTER, BEFORE, TASKS, LINES = "starter/", "before/", "tasks.json", "lines.json"
DATE = (1980, 1, 1, 0, 0, 0)  # of everything in the file: what is the same has the same bytes


def starter(course: Course, lab: Lab) -> Tree:
    """Return the package that a student begins `lab` with."""
    if lab.given.exists():
        return _within(lab.given, STARTER)
    return _kept(cut.starter, course, lab)


def solution(course: Course, lab: Lab) -> Tree:
    """Return the package that solves `lab`, as the lab after it gives it.

    Raises NotGiven in a student's edition without a lab after it.
    """
    if course.has_reference:
        return _kept(cut.stage, course, lab)
    after = course.after(lab)
    if after is None:
        raise NotGiven(
            _("No lab after {title} is here, which would show its solution.").format(
                title=lab.title
            )
        )
    return _within(after.given, BEFORE)


def tasks(course: Course, lab: Lab) -> list[Task]:
    """Return what `lab` asks for, in the order of its files."""
    if lab.given.exists():
        with zipfile.ZipFile(lab.given) as archive:
            return [Task(**task) for task in json.loads(archive.read(TASKS))]
    return cut.tasks(course.reference, lab.number)


def lines(course: Course, labs: Iterable[Lab]) -> dict[Lab, list[Share]]:
    """Return how many lines of the finished server each of `labs` has, file by file."""
    mapped = mapping.files(course.reference) if course.has_reference else []
    return {lab: _lines(lab) or mapping.shares(mapped, lab.number) for lab in labs}


def write(course: Course, lab: Lab, before: Lab | None, target: Path) -> None:
    """Write what `lab` gives into the file `target`, for a course without the reference.

    `before` is the lab that comes before it there, whose solution its starter holds.
    """
    trees = {STARTER: _kept(cut.starter, course, lab)}
    if before:
        trees[BEFORE] = _kept(cut.stage, course, before)
    listed = [asdict(task) for task in cut.tasks(course.reference, lab.number)]
    shares = mapping.shares(_mapped(course.reference), lab.number)
    counts = [asdict(share) for share in shares]
    files = {
        TASKS: json.dumps(listed, indent=1).encode(),
        LINES: json.dumps(counts, indent=1).encode(),
    }
    for folder, tree in trees.items():
        files |= {folder + name: content for name, content in tree.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)


class NotGiven(ValueError):
    """A student's edition does not have what was asked for."""


def _kept(make: Callable[[Path, int], Tree], course: Course, lab: Lab) -> Tree:
    return cut.kept(make, course.reference, lab.number, installation.cache(course.root) / "cuts")


@lru_cache(maxsize=1)  # an edition has it of each lab
def _mapped(reference: Path) -> list[MappedFile]:
    return mapping.files(reference)


def _lines(lab: Lab) -> list[Share]:
    """Return what an edition says of a lab's lines; nothing where this is the whole project."""
    if not lab.given.exists():
        return []
    with zipfile.ZipFile(lab.given) as archive:
        if LINES not in archive.namelist():  # an edition made before there were maps
            return []
        return [Share(**share) for share in json.loads(archive.read(LINES))]


def _within(archive: Path, folder: str) -> Tree:
    with zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if name.startswith(folder)]
        return {name.removeprefix(folder): opened.read(name) for name in names}
