"""This kit: a class as `grade` takes it, confined where that can be, with every file it writes."""

import json
import os
import sys
from pathlib import Path

from kit.bench.grading.peers import job
from kit.bench.grading.peers.running import run
from kit.course import Course
from kit.grading import intake
from kit.grading.confinement import why_not
from kit.grading.grading import Grading
from kit.grading.journal import Journal
from kit.grading.reports import GRADEBOOK, write
from kit.running.plan import KIT_ROOT

NAME, VERSION = "roundtrip", ""


def packages() -> list[str]:
    return []  # it runs in the environment that there is


def prepare(folder: Path, _python: Path) -> None:
    course = folder / "course"
    for path, text in {
        "labs/01_sums/README.md": "# Lab 1: sums\n",
        "checks/lab_01_sums.py": job.CHECKS,
        "reference/dashboard/__init__.py": f"# lab 1: everything\n{job.RIGHT}",
    }.items():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_text(text, "utf-8")
    for one in job.submissions():
        package = folder / "class" / one.name / "dashboard"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(one.source, "utf-8")


def grade(folder: Path, _python: Path) -> None:
    run([sys.executable, "-m", __name__, folder], KIT_ROOT)


def points(folder: Path) -> dict[str, float]:
    found = json.loads((folder / "out" / GRADEBOOK).read_text("utf-8"))
    return {one["name"]: one["points"] for one in found["students"]}


def main(folder: Path) -> None:
    """Grade the class in `folder` as the command does."""
    course, out = Course(folder / "course"), folder / "out"
    handed_in = intake.read(folder / "class", course)
    grading = Grading(course, course.labs, handed_in, confined=not why_not())
    out.mkdir()
    with Journal(out / "journal.sqlite3") as journal:
        grading.remember(journal)
        grading.run(journal, jobs=os.cpu_count() or 1, hidden=[KIT_ROOT, folder])
    write(grading.results(), out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
