"""Who is in the class: a CSV file with a line for each student, as schools have them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kit.grading import tables
from kit.grading.intake.layout import LAB_NUMBER
from kit.grading.results import Student
from kit.language import _

# What columns are called, in lower case: by Canvas, Moodle, Gradescope and people.
COLUMNS = {
    "name": ("name", "student", "student name", "full name", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "id": ("id", "student id", "userid", "user id", "canvas id"),
    "username": ("username", "user name", "sis login id", "login", "login id"),
    "email": ("email", "email address", "e-mail"),
    "section": ("section", "group"),
    "sis_id": ("sis user id", "sis id", "idnumber", "id number"),
}
NO_STUDENT = ("points possible", "student, test", "test student")


class RosterError(ValueError):
    """The roster cannot be used. Its text says why."""


@dataclass(frozen=True)
class Roster:
    """The students of a class, in the order of their file; and all columns that it has."""

    students: tuple[Student, ...]
    columns: tuple[str, ...] = ()

    def student(self, name: str, id: str = "") -> Student | None:  # noqa: A002
        """Return the one student that a hand-in is of, None where no one or several fit.

        `name` is a name, a user name, an e-mail address or a number; `id` the learning system's
        own number, which comes first.
        """
        by_id = [one for one in self.students if id and one.id == id]
        by_name = [one for one in self.students if _plain(name) in _ways(one)]
        fitting = by_id or by_name
        return fitting[0] if len(fitting) == 1 else None

    def column(self, lab: int) -> str:
        """Return the one column that is named after a lab, such as `Lab 3 (1234)`, or nothing."""
        found = [
            column
            for column in self.columns
            if (match := LAB_NUMBER.search(column)) and int(match["number"]) == lab
        ]
        return found[0] if len(found) == 1 else ""


def read(path: Path) -> Roster:
    """Return the roster in a file. Raises RosterError."""
    try:
        rows = [row for _, row in tables.rows(path)]
    except tables.TableError as error:
        raise RosterError(_("The roster {error}").format(error=error)) from None
    columns = tables.columns(rows[0] if rows else {}, COLUMNS)
    if not {"name", "last", "username", "email"} & columns.keys():
        raise RosterError(
            _(
                "The roster {path} has no column for names. Its first line must name its columns,"
                " with at least one of: Name, Student, First name and Last name, Username, Email."
            ).format(path=path)
        )
    students = [_student(row, columns) for row in rows]
    kept = [one for one in students if one.name and _plain(one.name) not in NO_STUDENT]
    names = [one.name for one in kept]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RosterError(
            _("The roster {path} has two students called {twice}. Let their names differ.").format(
                path=path, twice=twice[0]
            )
        )
    return Roster(tuple(kept), tuple(map(str, rows[0])))


def _student(row: Mapping[str, str], columns: Mapping[str, str]) -> Student:
    fields = {field: row[column] for field, column in columns.items()}
    parts = [fields.pop("first", ""), fields.pop("last", "")]
    full = " ".join(part for part in parts if part)
    name = fields.pop("name", "") or full or fields.get("username", "") or fields.get("email", "")
    return Student(unicodedata.normalize("NFC", name.strip()), **fields)


def _ways(student: Student) -> set[str]:
    """Return the ways in which a student is named: Canvas runs the last name into the first."""
    last, comma, first = (part.strip() for part in student.name.partition(","))
    words = student.name.split()
    ways = [student.name, student.id, student.username, student.email, student.sis_id]
    ways += [student.email.partition("@")[0]]
    ways += [f"{first} {last}", last + first] if comma else ["".join([*words[-1:], *words[:-1]])]
    return {_plain(way) for way in ways if way.strip()}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
