"""Files in a wrong place are said to be there; those in their place, and others, are not."""

import os
from pathlib import Path

import pytest

from kit.course import Course, Lab
from kit.student import workspace
from kit.student.misplaced import MOST, misplaced
from tests import course_copy


@pytest.fixture
def lab(course: Course) -> Lab:
    workspace.start(course, course.lab(5))
    course_copy.solve(course, course.lab(6))
    return course.lab(6)


def test_what_belongs_there_is_not_told(course: Course, lab: Lab) -> None:
    (lab.folder / "try_it.py").write_text("print('a script of my own')\n")
    (lab.package / "copying.py").write_text("\n")
    (lab.package / "chart (old idea).md").write_text("\n")
    saved = lab.package / ".ipynb_checkpoints/events-checkpoint.py"
    saved.parent.mkdir()
    saved.write_bytes((lab.package / "events.py").read_bytes())  # as JupyterLab does at each save
    assert [misplaced(course, one) for one in course.labs[5:7]] == [[], []]


WRONG = {
    "labs/06_rooms/events.py": "Is it meant to be `labs/06_rooms/dashboard/events.py`?",
    "labs/events.py": "lies outside `dashboard`",
    "labs/05_figures/dashboard/rooms.py": "lies in the folder of lab 5",
    "labs/06_rooms/dashboard/dashboard/events.py": "Move what is in it one folder up.",
    "labs/06_rooms/dashboard/Copy of events.py": "your server imports `events.py`",
    "labs/06_rooms/dashboard/events-Copy1.py": "your server imports `events.py`",
    "labs/06_rooms/dashboard/events copy.py": "your server imports `events.py`",
    "labs/06_rooms/dashboard/events - Copy (2).py": "your server imports `events.py`",
    "labs/06_rooms/dashboard/events (1).py": "your server imports `events.py`",
    "labs/06_rooms/dashboard/events.py.txt": "your server imports `events.py`",
}


def test_what_lies_in_a_wrong_place_is_told_with_the_right_one(course: Course, lab: Lab) -> None:
    for name, told in WRONG.items():
        path = course.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("# my work\n")
        (sentence,) = misplaced(course, lab)
        path.unlink()
        assert told in sentence
        shown = path.parent if path.parent.parent.name == "dashboard" else path
        assert f"`{shown.relative_to(course.root).as_posix()}`" in sentence


def test_jupyterlabs_copy_counts_where_it_is_newer_than_the_file(course: Course, lab: Lab) -> None:
    edited = lab.package / ".ipynb_checkpoints/events-checkpoint.py"
    edited.parent.mkdir()
    edited.write_text("# my work\n")
    _set_age(lab.package / "events.py", 100)
    (sentence,) = misplaced(course, lab)
    assert "Did you edit the copy?" in sentence
    _set_age(edited, 200)
    assert misplaced(course, lab) == []


def test_of_many_some_are_told(course: Course, lab: Lab) -> None:
    for number in range(9):
        (lab.package / f"events ({number}).py").write_text("\n")
    told = misplaced(course, lab)
    assert len(told) == MOST + 1
    assert told[-1] == "And 4 more files."


def _set_age(path: Path, seconds: float) -> None:
    when = path.stat().st_mtime - seconds
    os.utime(path, (when, when))
