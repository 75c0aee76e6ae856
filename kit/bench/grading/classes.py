"""A class to grade: what proves the checks of some labs, handed in by so many students."""

from itertools import cycle, islice
from pathlib import Path

from kit import cut
from kit.course import Course, Lab
from kit.proving.audit import cases
from kit.proving.case import Case


def hand_in(course: Course, labs: list[Lab], students: int, folder: Path) -> list[tuple[str, Case]]:
    """Write a folder for each student; return who has handed in which case, lab by lab.

    Students take turns with the solution, the starter and the known-wrong submissions.
    """
    handed_in = []
    for lab in labs:
        found = sorted(cases(course, lab), key=lambda case: case.kind != "solution")
        for number, case in enumerate(islice(cycle(found), students), 1):
            name = f"student {number:03}"
            cut.write(case.tree, folder / name / "labs" / lab.slug / "dashboard")
            # Nobody's is another's, byte for byte: so that each is graded by itself.
            mine = folder / name / "labs" / lab.slug / "dashboard" / "whose.txt"
            mine.write_text(f"{name}\n", encoding="utf-8")
            handed_in.append((name, case))
    return handed_in
