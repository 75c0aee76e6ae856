"""A file that Moodle imports into its gradebook."""

from kit.grading.formats.cells import table
from kit.grading.results import ClassResults, StudentResults

IDENTITY = ["username", "useremail", "useridnumber"]


def text(results: ClassResults) -> str:
    """Return the marks of those whom Moodle can tell; one whom it cannot ends its whole import.

    A cell is `-` where a lab has no points: to Moodle that is no grade, and no zero.
    """
    rows: list[list[object]] = [[*IDENTITY, *results.titles]]
    for one in results.students:
        student = one.student
        if knows(one):
            points = ["-" if lab.points is None else lab.points for lab in one.labs]
            rows.append([student.username, student.email, student.sis_id, *points])
    return table(rows)


def too_high(results: ClassResults) -> list[str]:
    """Return whose points are above a lab's most: they would end the whole import."""
    return [
        one.student.name
        for one in results.students
        if knows(one) and any((lab.points or 0) > lab.most for lab in one.labs)
    ]


def knows(one: StudentResults) -> bool:
    """Whether Moodle can tell who this is."""
    return bool(one.student.username or one.student.email or one.student.sis_id)
