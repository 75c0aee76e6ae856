"""The job as notebooks, for the graders that take those."""

from typing import Any

from kit.bench.grading.peers.job import TESTS, Submission, function

SUBMISSION = "sums.ipynb"


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a notebook of these cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def cell(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    """Return a cell of code."""
    return {
        "cell_type": "code",
        "id": name.replace("_", "-"),
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def for_nbgrader(one: Submission) -> dict[str, Any]:
    """Return what a student hands in where nbgrader is used."""

    def marked(name: str, *, points: int = 0) -> dict[str, Any]:
        return {
            "nbgrader": {
                "grade": bool(points),
                "grade_id": name,
                "locked": bool(points),
                "schema_version": 3,
                "solution": not points,
                "task": False,
                **({"points": points} if points else {}),
            }
        }

    tests = [
        cell(name, f"{function(name)}\ntest_{name}()\n", **marked(name, points=1)) for name in TESTS
    ]
    return notebook([cell("answer", one.source, **marked("answer")), *tests])


def for_otter(one: Submission) -> dict[str, Any]:
    """Return what a student hands in where Otter is used; its tests lie beside it."""
    begin = "import otter\ngrader = otter.Notebook()\n"
    ask = "".join(f'grader.check("{name}")\n' for name in TESTS)
    return notebook([cell("begin", begin), cell("answer", one.source), cell("ask", ask)])


def otter_test(name: str) -> str:
    """Return a test in the form that Otter reads."""
    lines = [*function(name).rstrip().splitlines()]
    prompts = [
        f">>> {lines[0]}",
        *(f"... {line}" for line in lines[1:]),
        "... ",
        f">>> test_{name}()",
    ]
    case = {"code": "\n".join(prompts), "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test = {"name": name, "points": 1, "suites": [suite]}
    return f"OK_FORMAT = True\n\ntest = {test!r}\n"
