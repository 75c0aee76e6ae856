"""Which line of the finished server is taught in which lab."""

from pathlib import Path

import pytest

from kit import cut
from kit.course import ROOT, Course
from kit.student import given
from kit.student import map as mapping

MODULE = '''"""A module."""

import os


# lab 2 (given): a class
class Feed:
    """Given."""

    # lab 2: start it
    def start(self) -> None:
        """Start."""
        # lab 3: and log
        print("started")

        self.on = True
'''


@pytest.fixture
def small(tmp_path: Path) -> list[mapping.MappedFile]:
    (tmp_path / "__init__.py").write_text('"""The app."""\n\nfrom . import feed\n', "utf-8")
    (tmp_path / "feed.py").write_text(MODULE, "utf-8")
    return mapping.files(tmp_path)


def test_a_line_belongs_to_the_tag_that_covers_it_most_closely(
    small: list[mapping.MappedFile],
) -> None:
    feed = next(file for file in small if file.path == "feed.py")

    told = [
        (one.lab, one.words, one.given, one.first, one.last, one.begins) for one in feed.stretches
    ]

    assert told == [
        (2, None, True, 1, 3, True),
        (2, "a class", True, 6, 8, True),
        (2, "start it", False, 10, 12, True),
        (3, "and log", False, 13, 14, True),
        (2, "start it", False, 16, 16, False),
    ]
    assert feed.lab == 2


def test_a_lab_has_the_lines_that_are_not_empty(small: list[mapping.MappedFile]) -> None:
    assert mapping.shares(small, 2) == [mapping.Share("feed.py", written=4, given=5)]
    assert mapping.shares(small, 3) == [mapping.Share("feed.py", written=2, given=0)]


def test_of_the_finished_server_no_line_is_left_out_and_no_task() -> None:
    course = Course(ROOT)
    mapped = mapping.files(course.reference)
    whole = cut.read(course.reference)

    assert {file.path for file in mapped} == whole.keys()
    for file in mapped:
        if file.stretches:
            lines = whole[file.path].decode().splitlines()
            owned = [n for one in file.stretches for n in range(one.first, one.last + 1)]
            assert len(owned) == len(set(owned)), file.path
            assert {n for n, line in enumerate(lines, 1) if line.strip()} <= {*owned}, file.path
    for lab in course.labs:
        for task in given.tasks(course, lab):
            file = next(one for one in mapped if one.path == task.path)
            assert any(one.words == task.words and not one.given for one in file.of(lab.number))
