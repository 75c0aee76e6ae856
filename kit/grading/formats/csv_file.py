"""The gradebook for people and spreadsheets: a line for each student."""

from kit.grading.formats.cells import table
from kit.grading.results import ClassResults, LabResult, neat


def text(results: ClassResults) -> str:
    """Return the gradebook. Where a lab has no points, its cell says why; then there is no sum.

    The total is in percent, weighted as the scheme says; what is excused or dropped is not in it.
    """
    most = [lab.most for lab in results.students[0].labs] if results.students else []
    titles = [f"{title} (of {points})" for title, points in zip(results.titles, most, strict=False)]
    every = all(lab.counts for one in results.students for lab in one.labs)
    whole = f"Sum (of {neat(sum(most))})" if every else "Sum"
    rows: list[list[object]] = [
        ["Student", "ID", "Username", "Email", *titles, whole, "Total (%)", "Notes"]
    ]
    for one in results.students:
        student = one.student
        points = [_kept(lab) if lab.points is None else lab.points for lab in one.labs]
        rows.append(
            [
                *(student.name, student.id, student.username, student.email),
                *points,
                one.points if one.is_settled else "not settled",
                "not settled" if one.total is None else one.total,
                " ".join(one.notes),
            ]
        )
    rows.append(["", "", "", "", *[""] * len(most), "", "", results.confinement])
    return table(rows)


def _kept(lab: LabResult) -> str:
    """Return why a lab has no points, in the words that programs read."""
    return "excused" if lab.is_excused else lab.standing
