"""The gradebook for people and spreadsheets: a line for each student."""

from kit.grading.formats.cells import table
from kit.grading.results import ClassResults


def text(results: ClassResults) -> str:
    """Return the gradebook. Where a lab has no points, its cell says why; then there is no sum."""
    most = [lab.most for lab in results.students[0].labs] if results.students else []
    titles = [f"{title} (of {points})" for title, points in zip(results.titles, most, strict=False)]
    rows: list[list[object]] = [
        ["Student", "ID", "Username", "Email", *titles, f"Sum (of {sum(most)})", "Notes"]
    ]
    for one in results.students:
        student = one.student
        points = [lab.shown if lab.points is None else lab.points for lab in one.labs]
        rows.append(
            [
                *(student.name, student.id, student.username, student.email),
                *points,
                one.points if one.is_settled else "not settled",
                " ".join(one.notes),
            ]
        )
    rows.append(["", "", "", "", *[""] * len(most), "", results.confinement])
    return table(rows)
