"""A run that is killed loses no verdict and doubles none; what is unchanged is not graded again."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from kit import language
from kit.checking.verdict import Outcome, Result, Verdict
from kit.course import Course
from kit.grading import intake
from kit.grading.grading import Grading
from kit.grading.journal import Journal, JournalError
from kit.grading.results import State
from kit.running.plan import KIT_ROOT
from tests import waiting
from tests.grading.small_class import CHECKS, MOST, RIGHT, STARTER, grade, hand_in, make_course
from tests.processes import is_alive

STUDENTS = 6
GRADE = """
import sys
from pathlib import Path
from kit import language
from kit.checking.verdict import Outcome, Result, Verdict
from kit.course import Course
from tests.grading.small_class import grade
course, folder, out = map(Path, sys.argv[1:])
grade(Course(course), folder, out)
"""


def _rows(out: Path) -> dict[str, str]:
    """Return the verdicts in the journal, by key, as somebody else reads them meanwhile."""
    with sqlite3.connect(out / "journal.sqlite3") as database:
        try:
            return dict(database.execute("SELECT key, verdict FROM verdicts"))
        except sqlite3.OperationalError:  # the table is being made
            return {}
        finally:
            database.rollback()


@pytest.mark.usefixtures("_walls")
def test_killed_and_run_again(tmp_path: Path) -> None:
    course, folder, out = tmp_path / "course", tmp_path / "class", tmp_path / "out"
    make_course(course)
    out.mkdir()
    for number in range(STUDENTS):
        hand_in(folder, f"student {number}", f"{RIGHT if number % 2 else STARTER}# {number}\n")
    running = subprocess.Popen(
        [sys.executable, "-c", GRADE, str(course), str(folder), str(out)], cwd=KIT_ROOT
    )
    try:
        before = waiting.until(lambda: _rows(out), what="the first verdict")
        family = psutil.Process(running.pid).children(recursive=True)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    waiting.until(
        lambda: not [one for one in family if is_alive(one)], what="the end of every process"
    )
    assert len(before) < STUDENTS
    before = _rows(out)

    results = grade(Course(course), folder, out)
    after = _rows(out)
    assert len(after) == STUDENTS
    assert {key: after[key] for key in before} == before
    assert [one.labs[0].points for one in results.students] == [0, MOST] * (STUDENTS // 2)


def _left(course: Course, folder: Path, journal: Journal, *, confined: bool = True) -> int:
    grading = Grading(course, course.labs, intake.read(folder, course), confined=confined)
    grading.remember(journal)
    return len(grading.left)


def test_only_what_has_changed_is_graded_again(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    folder = tmp_path / "class"
    for name, text in (("ana", "1"), ("ben", "1"), ("eve", "2")):
        hand_in(folder, name, text)
    with Journal(tmp_path / "journal") as journal:
        grading = Grading(course, course.labs, intake.read(folder, course), confined=True)
        assert len(grading.left) == 2  # two have handed in the same
        for unit in grading.left:
            journal.note(unit.key, unit.without_an_end([]))
        assert _left(course, folder, journal) == 0
        assert _left(course, folder, journal, confined=False) == 2
        (folder / "ana" / "dashboard" / "__init__.py").write_text("3", encoding="utf-8")
        assert _left(course, folder, journal) == 1
        course.labs[0].checks.write_text(CHECKS + "\n# another line\n", encoding="utf-8")
        assert _left(course, folder, journal) == 3


def test_where_the_kit_broke_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_course(tmp_path / "course")
    hand_in(tmp_path / "class", "ana", RIGHT)

    def break_down(units: object, *, tell: object, **_: object) -> None:
        for unit in units:  # type: ignore[attr-defined]
            tell(unit, unit.broken([], "why"))  # type: ignore[operator]

    monkeypatch.setattr("kit.grading.pool.grade", break_down)
    results = grade(course, tmp_path / "class", tmp_path)
    lab = results.students[0].labs[0]
    assert (lab.state, lab.points) == (State.UNSETTLED, None)
    assert not _rows(tmp_path)


def test_a_report_says_which_language_its_findings_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_course(tmp_path / "course")
    for name, text in (("ana", RIGHT), ("ben", STARTER)):
        hand_in(tmp_path / "class", name, text)
    handed_in = intake.read(tmp_path / "class", course)
    monkeypatch.setenv(language.OWN, "es")
    with Journal(tmp_path / "journal") as journal:
        for unit in Grading(course, course.labs, handed_in, confined=True).left:
            passed = RIGHT.encode() in unit.package.values()
            result = Result("adds", 1, "", Outcome.PASSED if passed else Outcome.FAILED, 0.0)
            journal.note(unit.key, Verdict(1, (result,), 0.0))
        told = {}
        for spoken in ("es", language.ENGLISH):
            monkeypatch.setenv(language.OWN, spoken)
            grading = Grading(course, course.labs, handed_in, confined=True)
            grading.remember(journal)
            results = grading.results()
            told[spoken] = [*results.notes, *(one.labs[0].notes for one in results.students)]
    assert told["es"] == [(), ()]
    of_class, ana, (ben,) = told[language.ENGLISH]
    assert of_class.startswith("What the checks found in 1 verdict is told in Spanish")
    assert (ana, ben[:36]) == ((), "What the checks found is told in Spa")


def test_a_journal_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("no database, and long enough to be seen as none" * 9)
    with pytest.raises(JournalError):
        Journal(tmp_path / "journal")
