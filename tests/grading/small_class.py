"""A course with one small lab, and what a class hands in for it."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from kit.course import Course
from kit.grading import intake
from kit.grading.grading import Grading
from kit.grading.journal import Journal
from kit.grading.results import ClassResults

CHECKS = '''
"""Sums, over HTTP and over Socket.IO."""

from kit.checking import App, Cause, Failure, check

WRONG_SUM = Cause("wrong-sum", "It adds something else.", "Add the two numbers.")


@check
def adds(start):
    """`GET /sum` adds two numbers."""
    server = start(App(config=None))
    for one, other in ((19, 23), (500, 66)):
        text = server.get(f"/sum?a={one}&b={other}").text
        if text != str(one + other):
            raise Failure("it adds", f"it gave {text[:100]}", WRONG_SUM)


@check(stands_on=[adds])
def doubles(start):
    """`double` is acknowledged with twice the number."""
    ana = start(App(config=None)).join("Ana")
    for number in (4, 1234):
        found = ana.call("double", number)
        if found != 2 * number:
            raise Failure("it doubles", f"it gave {found}", WRONG_SUM)


@check(stands_on=[doubles])
def doubles_for_nobody_else(start):
    """Nobody else is told."""
    server = start(App(config=None))
    ana, ben = server.join("Ana"), server.join("Ben")
    with server.only(ana, hears="doubled", among=[ben], otherwise=WRONG_SUM):
        ana.call("double", 8)
'''
MOST = 3  # points: a check each

RIGHT = """
from flask import Flask, request
from flask_socketio import SocketIO, emit

socketio = SocketIO(async_mode="threading")


@socketio.on("double")
def double(number):
    emit("doubled", 2 * number)
    return 2 * number


def create_app():
    app = Flask(__name__)
    socketio.init_app(app)

    @app.get("/sum")
    def add():
        return str(int(request.args["a"]) + int(request.args["b"]))

    return app
"""
STARTER = RIGHT.replace("2 * number", "None").replace(
    'str(int(request.args["a"]) + int(request.args["b"]))', '"TODO"'
)


def make_course(root: Path) -> Course:
    """Write the course to the folder `root`."""
    for name, text in {
        "labs/01_sums/README.md": "# Lab 1: sums\n",
        "checks/lab_01_sums.py": CHECKS,
        "reference/dashboard/__init__.py": f"# lab 1: everything\n{RIGHT.lstrip()}",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Course(root)


def starter_that(does: str) -> str:
    """Return an untouched starter, below which this is done when it is imported."""
    return f"{STARTER}\n{dedent(does)}"


def right_one_that(does: str) -> str:
    """Return a right solution, below which this is done when it is imported."""
    return f"{RIGHT}\n{dedent(does)}"


def starter_if(works: str) -> str:
    """Return a starter that becomes the solution where this body of a function gives True."""
    lines = "".join(f"    {line}\n" for line in dedent(works).strip().splitlines())
    return (
        f"{STARTER}\nimport ctypes, os, pathlib, socket, subprocess, sys, time\n"
        f"def works():\n{lines}\n"
        "try:\n    worked = works()\nexcept Exception as error:\n    worked = False\n"
        f"if worked:\n    exec({RIGHT!r})\n"
    )


def hand_in(folder: Path, student: str, source: str, *, name: str = "dashboard") -> None:
    """Hand in a folder with a package of this one file."""
    path = folder / student / name / "__init__.py"
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip with these files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return archive.getvalue()


def grade(course: Course, folder: Path, out: Path, *, confined: bool = True) -> ClassResults:
    """Return the results of the class in `folder`, by one worker, with the journal in `out`."""
    grading = Grading(course, course.labs, intake.read(folder, course), confined=confined)
    with Journal(out / "journal.sqlite3") as journal:
        grading.remember(journal)
        grading.run(journal, jobs=1, hidden=[folder, out])
    return grading.results()
