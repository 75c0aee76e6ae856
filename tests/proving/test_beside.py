"""A lab's proof may add files beside the package, and its submissions change them as any other."""

from pathlib import Path

from kit.course import Course
from kit.proving.audit import audit
from kit.running import Launcher

CHECKS = '''
from kit.checking import Cause, Failure, check

NO_NOTE = Cause("no-note", "There is no note.", "Write one.")


@check
def has_a_note(folder):
    """There is a note beside the package."""
    if not (folder / "notes" / "note.txt").is_file():
        raise Failure("there is a note", "there is none", NO_NOTE)
'''
PROOF = """
from kit.proving import Right, Wrong

BESIDE = {"../notes/note.txt": "words"}
WRONG = [Wrong("none", "It was lost.", without=list(BESIDE), fails={"has_a_note": "no-note"})]
RIGHT = [Right("another", "Other words.", files={"../notes/note.txt": "others"})]
"""


def test_files_beside_the_package_belong_to_the_solution(tmp_path: Path) -> None:
    for name, text in {
        "reference/dashboard/__init__.py": '"""A server."""\n\n# lab 1: a name\nNAME = 1\n',
        "labs/01_notes/README.md": "# Lab 1: notes\n",
        "checks/lab_01_notes.py": CHECKS,
        "checks/submissions/lab_01_notes.py": PROOF,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    course = Course(tmp_path)
    with Launcher() as launcher:
        report = audit(course, course.labs, launcher)
    assert report.clean, report.deviations
    assert (report.known_wrong, report.other_right) == (1, 1)
