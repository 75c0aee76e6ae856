"""Which labs there are, and how they are named."""

from pathlib import Path

import pytest

from kit.course import Course, UnknownLab


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of three labs, and folders beside them that are none."""
    for name in ("01_first", "02_second_one", "06_rooms", "notes", "07_unfinished"):
        (tmp_path / "labs" / name).mkdir(parents=True)
    for name in ("01_first", "02_second_one", "06_rooms", "notes"):
        (tmp_path / "labs" / name / "README.md").write_text("# A task\n")
    return Course(tmp_path)


def test_a_lab_is_a_numbered_folder_with_a_task(course: Course) -> None:
    assert [lab.slug for lab in course.labs] == ["01_first", "02_second_one", "06_rooms"]
    assert course.labs[1].title == "Lab 2: second one"


@pytest.mark.parametrize("name", [6, "6", "06", "rooms", "06_rooms", " Rooms "])
def test_a_lab_has_several_names(course: Course, name: str | int) -> None:
    assert course.lab(name).number == 6


def test_each_lab_but_the_last_has_one_after_it(course: Course) -> None:
    assert [lab and lab.number for lab in map(course.after, course.labs)] == [2, 6, None]


@pytest.mark.parametrize("name", ["", "7", "room", "6.0", "labs/06_rooms", "-6", "notes"])
def test_an_unknown_lab_is_told_with_those_there_are(course: Course, name: str) -> None:
    with pytest.raises(UnknownLab, match=r"The labs are: 1 \(first\), 2 \(second_one\), 6"):
        course.lab(name)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ("6", [6]),
        ("1-3,6", [1, 2, 6]),
        ("rooms, 1", [1, 6]),
        ("1-6,2,first", [1, 2, 6]),
        (" 2 - 6 ", [2, 6]),
    ],
)
def test_several_labs_can_be_named_at_once(course: Course, wanted: str, numbers: list[int]) -> None:
    assert [lab.number for lab in course.selected(wanted)] == numbers


@pytest.mark.parametrize("wanted", ["", "3-5", "6-1", "1,77", "1-x"])
def test_what_names_no_lab_is_told(course: Course, wanted: str) -> None:
    with pytest.raises(UnknownLab):
        course.selected(wanted)


def test_a_course_without_labs_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownLab, match="none yet"):
        Course(tmp_path).lab(1)
