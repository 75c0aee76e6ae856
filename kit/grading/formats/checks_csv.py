"""Every check of every student, a line each: what became of it, and what it gave."""

from kit.grading.formats.cells import table
from kit.grading.results import TO_BE_JUDGED, ClassResults

HEADER = ("Student", "Lab", "Check", "Title", "Outcome", "Points", "Of", "Cause", "Hidden")


def text(results: ClassResults) -> str:
    """Return the table. A lab without a verdict has one line, whose outcome says why."""
    rows: list[tuple[object, ...]] = [HEADER]
    for one in results.students:
        for lab in one.labs:
            worth = {check.check: check for check in lab.mark.by_check} if lab.mark else {}
            for result in lab.verdict.results if lab.verdict else ():
                check = worth.get(result.check)
                rows.append(
                    (
                        *(one.student.name, lab.lab, result.check, result.title),
                        *(str(result.outcome), check and check.points, check and check.of),
                        result.finding.cause.name if result.finding else "",
                        "yes" if check and check.hidden else "",
                    )
                )
            if lab.mark and lab.mark.rubric and lab.verdict:
                outcome = TO_BE_JUDGED if lab.mark.judged is None else "judged"
                points = lab.mark.judged, lab.mark.rubric
                rows.append((one.student.name, lab.lab, "rubric", "", outcome, *points, "", ""))
            if not lab.verdict:
                rows.append((one.student.name, lab.lab, "", "", str(lab.state), None, lab.most))
    return table(rows)
