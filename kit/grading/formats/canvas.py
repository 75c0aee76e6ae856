"""A file that Canvas imports into its gradebook."""

from kit.grading.formats.cells import table
from kit.grading.results import ClassResults, StudentResults

IDENTITY = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def text(results: ClassResults) -> str:
    """Return the marks of those whom Canvas can tell by an id; the others would stop its import.

    A cell is empty where a lab has no points: there Canvas leaves what it has; `EX` is what it
    reads as excused. A column has the
    title that the roster gives it, such as `Lab 3 (1234)`: Canvas makes a new assignment of any
    other.
    """
    columns = results.columns or [""] * len(results.titles)
    titles = [column or title for column, title in zip(columns, results.titles, strict=True)]
    most = [lab.most for lab in results.students[0].labs] if results.students else []
    rows: list[list[object]] = [
        [*IDENTITY, *titles],
        ["    Points Possible", "", "", "", "", *most],
    ]
    for one in results.students:
        student = one.student
        if knows(one):
            identity = (student.name, student.id, student.sis_id, student.username, student.section)
            rows.append([*identity, *("EX" if lab.is_excused else lab.points for lab in one.labs)])
    return table(rows)


def knows(one: StudentResults) -> bool:
    """Whether Canvas can tell who this is."""
    return bool(one.student.id or one.student.sis_id or one.student.username)
