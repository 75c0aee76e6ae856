"""The course as one learner plays it, from the first lab to the last."""

import os
import subprocess
import sys

from kit.course import Course, Lab
from kit.student import given, merging, workspace
from tests import course_copy


def play(course: Course) -> None:
    """Start each lab with the code of the one before, and write what the course itself has there.

    Raises AssertionError where a lab so started is not its starter, as it is when the learner's
    code is the course's.
    """
    for lab in course.labs:
        if lab is course.labs[0]:
            workspace.start(course, lab)
        else:
            copy = workspace.carry_forward(course, lab)
            assert copy.to_look_at == ()
            starter = given.starter(course, lab)
            assert not merging.differ(workspace.own_files(copy.package), starter), lab.title
        course_copy.solve(course, lab)
        if lab is course.labs[0]:
            make_the_environment(lab)


def make_the_environment(lab: Lab) -> None:
    """Do in a terminal what lab 0 asks for, once its lock is written."""
    python = lab.folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = lab.package / "requirements.txt"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(lab.folder / ".venv")], check=True)
    install = ["pip", "install", "--python", str(python), "--require-hashes", "-r", str(lock)]
    subprocess.run([*uv, *install], check=True)
