"""What a lab gives a student: its starter, its tasks, and the solutions of the labs before it.

They are cut from the reference. A student's edition has none: there they lie beside the task, in
`given.zip`, as `write` has left them.
"""

import json
import zipfile
from dataclasses import asdict
from pathlib import Path

from kit import cut
from kit.course import Course, Lab
from kit.cut import Task, Tree
from kit.language import _

STARTER, BEFORE, TASKS = "starter/", "before/", "tasks.json"
DATE = (1980, 1, 1, 0, 0, 0)  # of everything in the file: what is the same has the same bytes


def starter(course: Course, lab: Lab) -> Tree:
    """Return the package that a student begins `lab` with."""
    if lab.given.exists():
        return _within(lab.given, STARTER)
    return cut.starter(course.reference, lab.number)


def solution(course: Course, lab: Lab) -> Tree:
    """Return the package that solves `lab`, as the lab after it gives it.

    Raises NotGiven in a student's edition without a lab after it.
    """
    if course.has_reference:
        return cut.stage(course.reference, lab.number)
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


def write(course: Course, lab: Lab, before: Lab | None, target: Path) -> None:
    """Write what `lab` gives into the file `target`, for a course without the reference.

    `before` is the lab that comes before it there, whose solution its starter holds.
    """
    trees = {STARTER: cut.starter(course.reference, lab.number)}
    if before:
        trees[BEFORE] = cut.stage(course.reference, before.number)
    listed = [asdict(task) for task in cut.tasks(course.reference, lab.number)]
    files = {TASKS: json.dumps(listed, indent=1).encode()}
    for folder, tree in trees.items():
        files |= {folder + name: content for name, content in tree.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)


class NotGiven(ValueError):
    """A student's edition does not have what was asked for."""


def _within(archive: Path, folder: str) -> Tree:
    with zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if name.startswith(folder)]
        return {name.removeprefix(folder): opened.read(name) for name in names}
