"""The student's notebooks: made once, and brought up to date with the course."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit.course import Course
from kit.student import notebooks

Cell = dict[str, Any]


def cell(name: str, source: str, **more: Any) -> Cell:
    return {"id": name, "cell_type": "code", "source": source, "outputs": [], **more}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def change(path: Path, act: Callable[[list[Cell]], None]) -> None:
    content = read(path)
    act(content["cells"])
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def source(course: Course) -> Path:
    """A notebook of the course with three cells, of which the student has a copy."""
    path = course.root / "notebooks" / "03_events.ipynb"
    content = read(path) | {"cells": [cell("a", "1"), cell("b", "2"), cell("c", "3")]}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert notebooks.update(course) == []
    return path


@pytest.fixture
def copy(course: Course, source: Path) -> Path:  # noqa: ARG001 - it makes the copy
    return course.lab(3).own_notebook


def sources(path: Path) -> list[str]:
    return ["".join(one["source"]) for one in read(path)["cells"]]


def test_each_notebook_is_copied_with_what_it_imports(course: Course) -> None:
    assert notebooks.update(course) == []
    for original in (course.root / "notebooks").iterdir():
        copied = course.root / "my-notebooks" / original.name
        if original.suffix == ".ipynb":
            assert read(copied)["cells"] == read(original)["cells"]
            assert read(copied)["metadata"]["kernelspec"]["name"] == "python3"
        elif original.suffix == ".py":
            assert copied.read_bytes() == original.read_bytes()


def test_a_copy_stays_as_it_is_while_the_course_does(course: Course, copy: Path) -> None:
    change(copy, lambda cells: cells.append(cell("mine", "x", outputs=["run"])))
    before = copy.read_bytes()
    assert notebooks.update(course) == []
    assert copy.read_bytes() == before


def test_the_course_s_changes_arrive_and_the_student_s_work_stays(
    course: Course, source: Path, copy: Path
) -> None:
    def work(cells: list[Cell]) -> None:
        cells[0]["outputs"] = ["ran"]
        cells[1]["source"] = ["my own ", "answer"]
        cells.insert(1, cell("mine", "after a"))
        cells.insert(0, cell("first", "at the top"))

    def course_goes_on(cells: list[Cell]) -> None:
        cells[2]["source"] = "3, better"
        cells.insert(1, cell("new", "new of the course"))

    change(copy, work)
    change(source, course_goes_on)

    assert notebooks.update(course) == []

    assert sources(copy) == [
        "at the top", "1", "after a", "new of the course", "my own answer", "3, better",
    ]  # fmt: skip
    assert read(copy)["cells"][1]["outputs"] == ["ran"]


def test_a_cell_that_both_changed_is_the_student_s_and_they_are_told(
    course: Course, source: Path, copy: Path
) -> None:
    change(copy, lambda cells: cells[1].update(source="mine"))
    change(source, lambda cells: cells[1].update(source="the course's"))

    (line,) = notebooks.update(course)

    assert sources(copy) == ["1", "mine", "3"]
    assert "notebooks/03_events.ipynb" in line
    assert notebooks.update(course) == []  # told once
    change(source, lambda cells: cells[0].update(source="1, better"))
    assert notebooks.update(course) == []  # and not again with each change of another cell
    assert sources(copy) == ["1, better", "mine", "3"]


def test_what_the_student_deleted_stays_away_and_what_the_course_drops_goes(
    course: Course, source: Path, copy: Path
) -> None:
    change(copy, lambda cells: cells.pop(0))
    change(source, lambda cells: cells.pop(2))
    assert notebooks.update(course) == []
    assert sources(copy) == ["2"]


def test_a_changed_cell_that_the_course_drops_is_the_student_s_own(
    course: Course, source: Path, copy: Path
) -> None:
    change(copy, lambda cells: cells[1].update(source="mine"))
    change(source, lambda cells: cells.pop(1))
    assert notebooks.update(course) == []
    assert sources(copy) == ["1", "mine", "3"]


@pytest.mark.parametrize("left", ["", "{", "[]", '{"cells": 1}'])
def test_a_copy_that_is_no_notebook_is_kept_beside_a_new_one(
    course: Course, copy: Path, left: str
) -> None:
    copy.write_text(left)
    (line,) = notebooks.update(course)
    (kept,) = copy.parent.glob("03_events.kept-*.ipynb")
    assert kept.read_text() == left
    assert kept.name in line
    assert sources(copy) == ["1", "2", "3"]


def test_a_notebook_of_the_student_s_own_is_left_alone(course: Course, copy: Path) -> None:
    own = copy.with_name("my ideas.ipynb")
    own.write_text("anything")
    notebooks.update(course)
    assert own.read_text() == "anything"
