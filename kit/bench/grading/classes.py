"""A class to grade: what proves the checks of some labs, handed in by so many students."""

import json
from itertools import cycle, islice
from pathlib import Path

from kit import cut
from kit.checking.verdict import Verdict
from kit.course import Course, Lab
from kit.proving.audit import cases
from kit.proving.case import Case, compare


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


def unlike(handed_in: list[tuple[str, Case]], gradebook: Path) -> list[str]:
    """Return whose verdict in `gradebook.json` is not what their submission deserves, and why."""
    found = json.loads(gradebook.read_text(encoding="utf-8"))
    labs = {
        (student["name"], lab["lab"]): lab["verdict"]
        for student in found["students"]
        for lab in student["labs"]
    }
    faults = []
    for student, case in handed_in:
        verdict = labs.get((student, case.lab.number))
        if verdict is None:
            faults.append(f"{student}, {case.name}: there is no verdict")
            continue
        faults += [
            f"{student}, {case.name}, {wrong.check}: {wrong.kind}"
            for wrong in compare(case, Verdict.from_dict(verdict))
        ]
    return faults
