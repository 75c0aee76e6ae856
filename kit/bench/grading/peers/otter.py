"""Otter: its own function that grades a notebook, called for all of them in one process.

Its command for many submissions wants Docker.
"""

import json
from pathlib import Path

from kit.bench.grading.peers import job, notebooks
from kit.bench.grading.peers.running import run

NAME, VERSION = "otter", "7.0.0"
GRADE = """
import json, sys
from pathlib import Path
from otter.api import grade_submission

if __name__ == "__main__":
    found = {}
    for path in sorted(Path("class").glob("*/*.ipynb")):
        results = grade_submission(str(path), "autograder.zip", quiet=True)
        found[path.parent.name] = float(results.total)
    Path("found.json").write_text(json.dumps(found))
"""


def packages() -> list[str]:
    return [f"otter-grader=={VERSION}", "ipykernel", *job.libraries()]


def prepare(folder: Path, python: Path) -> None:
    (folder / "tests").mkdir()
    for name in job.TESTS:
        (folder / "tests" / f"{name}.py").write_text(notebooks.otter_test(name), "utf-8")
    run([python.with_name("otter"), "generate", "--no-environment"], folder)
    for one in job.submissions():
        (folder / "class" / one.name).mkdir(parents=True)
        text = json.dumps(notebooks.for_otter(one))
        (folder / "class" / one.name / notebooks.SUBMISSION).write_text(text, "utf-8")
    (folder / "grade.py").write_text(GRADE, "utf-8")


def grade(folder: Path, python: Path) -> None:
    run([python, "grade.py"], folder)


def points(folder: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads((folder / "found.json").read_text("utf-8"))
    return found
