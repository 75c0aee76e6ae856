"""What an instructor writes by hand: marks and comments of their own, and days that were late.

Both are CSV files with a line for each student and lab. Nothing here ever writes over them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kit.course import Course, UnknownLab
from kit.grading import tables
from kit.grading.results import Student
from kit.grading.roster import COLUMNS, Roster
from kit.language import _

HEADER = "Student,Lab,Points,Rubric,Comment\n"
FIELDS = {
    "student": (*COLUMNS["name"], *COLUMNS["username"], *COLUMNS["email"], *COLUMNS["id"]),
    "lab": ("lab",),
    "points": ("points", "mark", "grade"),
    "rubric": ("rubric",),
    "comment": ("comment", "comments", "feedback"),
    "days": ("days", "days late", "late"),
}
EXCUSED = {"ex", "excused"}
MOST = 10_000


class OwnMarksError(ValueError):
    """A file that an instructor wrote cannot be used. Its text says which line, and why."""


@dataclass(frozen=True)
class OwnMark:
    """An instructor's own mark: points, or excused, or a comment alone.

    `rubric` are the points for what the lab's rubric has, beside those of the checks.
    """

    points: float | None
    is_excused: bool
    comment: str
    rubric: float | None = None


Place = tuple[str, int]  # a student's name in the results, and the number of a lab


def marks(path: Path, course: Course, students: Iterable[Student]) -> dict[Place, OwnMark]:
    """Return the own marks in a file, by student and lab. Raises OwnMarksError."""
    found: dict[Place, OwnMark] = {}
    for where, place, row in _rows(path, course, students, "points"):
        text, comment = row.get("points", ""), row.get("comment", "")
        judged = row.get("rubric", "")
        if not text and not comment and not judged:
            continue
        excused = text.casefold() in EXCUSED
        points = None if excused or not text else _number(text, where, needed="points")
        if place in found:
            raise OwnMarksError(
                _("{where}: {student} has two marks for lab {lab}. Keep one.").format(
                    where=where, student=place[0], lab=place[1]
                )
            )
        rubric = _number(judged, where, needed="rubric") if judged else None
        if rubric is not None and text:
            raise OwnMarksError(
                _(
                    "{where}: Points stand for all of the lab, those for its rubric as well. Keep"
                    " one of both."
                ).format(where=where)
            )
        found[place] = OwnMark(points, excused, comment, rubric)
    return found


def days_late(path: Path, course: Course, students: Iterable[Student]) -> dict[Place, int]:
    """Return the days late in a file, by student and lab; 0 is on time. Raises OwnMarksError."""
    found: dict[Place, int] = {}
    for where, place, row in _rows(path, course, students, "days"):
        days = _number(row["days"], where, needed="days")
        if days != int(days):
            raise OwnMarksError(
                _("{where}: {days} is no number of whole days.").format(
                    where=where, days=row["days"]
                )
            )
        if place in found:
            raise OwnMarksError(
                _("{where}: {student} stands there twice for lab {lab}.").format(
                    where=where, student=place[0], lab=place[1]
                )
            )
        found[place] = int(days)
    return found


def begin(path: Path) -> None:
    """Make the file for own marks, where there is none yet."""
    if not path.exists():
        path.write_text(HEADER, encoding="utf-8")


def _rows(
    path: Path, course: Course, students: Iterable[Student], needed: str
) -> list[tuple[str, Place, dict[str, str]]]:
    """Return where each row stands, whose and for which lab it is, and its fields."""
    try:
        rows = tables.rows(path)
    except tables.TableError as error:
        raise OwnMarksError(str(error)) from None
    columns = tables.columns(rows[0][1] if rows else {}, FIELDS)
    if rows and not {"student", "lab", needed} <= columns.keys():
        raise OwnMarksError(
            _("{path}: its first line must name the columns Student, Lab and {column}.").format(
                path=path, column=needed.capitalize()
            )
        )
    known = Roster(tuple(students))
    found = []
    for line, row in rows:
        fields = {field: row[column] for field, column in columns.items()}
        where = _("{path}, line {line}").format(path=path, line=line)
        called = fields["student"]
        student = known.student(called) or known.student(called.removeprefix("'"))
        if student is None:
            raise OwnMarksError(
                _(
                    "{where}: {called!r} is no student of this class, or not clearly one. Write the"
                    " name as it stands in gradebook.csv, or the username."
                ).format(where=where, called=called)
            )
        try:
            lab = course.lab(fields["lab"])
        except UnknownLab as error:
            raise OwnMarksError(f"{where}: {error}") from None
        found.append((where, (student.name, lab.number), fields))
    return found


def _number(text: str, where: str, *, needed: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= MOST:
        told = _(
            "{where}: {text!r} is no number from 0 to {most} or `excused`. Decimals have a point."
        )
        if needed == "days":
            told = _(
                "{where}: {text!r} is no number from 0 to {most} of whole days. Decimals have a"
                " point."
            )
        raise OwnMarksError(told.format(where=where, text=text, most=MOST))
    return number
