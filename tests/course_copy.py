"""A copy of the whole project for a test to change, as it is in a fresh clone that was set up."""

import shutil
from pathlib import Path

from kit import installation
from kit.course import ROOT, Course, Lab
from kit.student import given

FOLDERS = ("kit", "labs", "checks", "reference", "notebooks")
FILES = (
    "pyproject.toml",
    "requirements.txt",
    "requirements-tests.txt",
    "requirements-cluster.txt",
)
CUTS = installation.cache(ROOT) / "cuts"
LEFT_OUT = ("__pycache__", ".*", "dashboard.kept-*", "node_modules")


def make(root: Path) -> Course:
    """Copy the project to the new folder `root`, without students' work; return its course."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=_left_out)
    for name in FILES:
        shutil.copy2(ROOT / name, root / name)
    if CUTS.exists():  # what was cut before is the same here
        whole = shutil.ignore_patterns("*.[0-9]*")
        shutil.copytree(CUTS, root / CUTS.relative_to(ROOT), ignore=whole)
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
    for name, content in given.solution(course, lab).items():
        file = lab.package / name
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _left_out(folder: str, names: list[str]) -> set[str]:
    left_out = set(shutil.ignore_patterns(*LEFT_OUT)(folder, names))
    if Path(folder).parent == ROOT / "labs":
        left_out.add("dashboard")
    return left_out
