"""nbgrader: `nbgrader autograde`, which runs all that was handed in for an assignment."""

import json
import sqlite3
from pathlib import Path

from kit.bench.grading.peers import job, notebooks
from kit.bench.grading.peers.running import run

NAME, VERSION = "nbgrader", "0.9.6"
ASSIGNMENT = "sums"


def packages() -> list[str]:
    return [f"nbgrader=={VERSION}", "ipykernel", *job.libraries()]


def prepare(folder: Path, python: Path) -> None:
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n", "utf-8"
    )
    right = job.submissions()[0]
    _write(folder / "source" / ASSIGNMENT, right)
    run([python.with_name("nbgrader"), "generate_assignment", ASSIGNMENT, "--create"], folder)
    for one in job.submissions():
        _write(folder / "submitted" / one.name / ASSIGNMENT, one)


def _write(folder: Path, one: job.Submission) -> None:
    folder.mkdir(parents=True)
    text = json.dumps(notebooks.for_nbgrader(one))
    (folder / notebooks.SUBMISSION).write_text(text, "utf-8")


def grade(folder: Path, python: Path) -> None:
    run([python.with_name("nbgrader"), "autograde", ASSIGNMENT, "--create"], folder)


def points(folder: Path) -> dict[str, float]:
    query = """
        SELECT submitted_assignment.student_id, SUM(grade.auto_score) FROM grade
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        GROUP BY submitted_assignment.student_id
        """
    with sqlite3.connect(folder / "gradebook.db") as database:
        return {name: float(score or 0) for name, score in database.execute(query)}
