"""A copy of the whole project for a test to change, as it is in a fresh clone that was set up."""

import shutil
from pathlib import Path

from kit import cut
from kit.course import ROOT, Course, Lab

FOLDERS = ("kit", "labs", "checks", "reference", "notebooks")
FILES = (
    "pyproject.toml",
    "requirements.txt",
    "requirements-tests.txt",
    "requirements-cluster.txt",
)
LEFT_OUT = ("__pycache__", ".*", "dashboard.kept-*", "node_modules")


def make(root: Path) -> Course:
    """Copy the project to the new folder `root`, without students' work; return its course."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=_left_out)
    for name in FILES:
        shutil.copy2(ROOT / name, root / name)
    return Course(root)


def without(course: Course, wanted: str) -> Course:
    """Take a lab out of a copy, as if nobody had written it yet; return the course that is left."""
    lab = course.lab(wanted)
    shutil.rmtree(lab.folder)
    for file in (lab.checks, lab.by_hand, lab.notebook):
        file.unlink()
    return Course(course.root)


def solve(course: Course, lab: Lab) -> None:
    """Write the solution of `lab` over the student's copy, as somebody would who saves each file.

    What has not changed is left alone.
    """
    for name, content in cut.stage(course.reference, lab.number).items():
        file = lab.package / name
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _left_out(folder: str, names: list[str]) -> set[str]:
    left_out = set(shutil.ignore_patterns(*LEFT_OUT)(folder, names))
    if Path(folder).parent == ROOT / "labs":
        left_out.add("dashboard")
    return left_out
