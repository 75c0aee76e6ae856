"""Grading that is killed makes the same gradebook; a full disk is told once and loses nothing."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kit.bench.grading import classes, kills
from kit.checking.verdict import Outcome, Result, Verdict
from kit.course import Course
from kit.grading.journal import FULL, Journal, JournalError
from tests.command import Project, environment

LAB = "3"
LEFT = ("gradebook.json", "gradebook.csv", "checks.csv", "junit.xml", "class.html")


@pytest.mark.usefixtures("_walls")
def test_killed_at_random_instants_it_is_the_same_gradebook(tmp_path: Path) -> None:
    course = Course()
    handed_in = classes.hand_in(course, [course.lab(LAB)], 2, tmp_path / "class")
    report = kills.measure(tmp_path / "class", ["--labs", LAB], tmp_path, kills=1, load=2, seed=7)
    assert report.faults == []
    assert (report.kills, report.verdicts) == (1, 2)
    assert report.memory > 10_000_000 or sys.platform != "linux"
    assert (tmp_path / "loaded" / "gradebook.json").exists()
    book = tmp_path / kills.UNDISTURBED / "gradebook.json"
    assert classes.unlike(handed_in, book) == []
    (one, solution), (_, starter) = handed_in
    assert classes.unlike([(one, starter), ("nobody", solution)], book)  # who got another's
    found = kills.gradebook(tmp_path / "undisturbed")
    assert set(LEFT) <= found.keys()
    assert b'"seconds"' not in found["gradebook.json"]
    assert len([name for name in found if name.startswith("feedback/")]) == 2


def test_a_gradebook_that_differs_is_seen(tmp_path: Path) -> None:
    for name, text in (("gradebook.json", '{"seconds": 1, "x": 2}'), ("a.csv", "1")):
        (tmp_path / name).write_text(text)
    assert kills.gradebook(tmp_path) == {"gradebook.json": b'{"x": 2}', "a.csv": b"1"}
    faults: list[str] = []
    known = {"lost": "1", "another": "1", "kept": "1"}
    kills._compared(known, {"another": "2", "kept": "1"}, faults)
    assert len(faults) == 2


def test_a_journal_on_a_full_disk_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal") as journal:
        journal.note("kept", Verdict(1, (), 0.0))
        size = journal._database.execute("PRAGMA page_count").fetchone()[0]
        journal._database.execute(f"PRAGMA max_page_count = {size}")
        result = Result("adds", 1, "It adds.", Outcome.FAILED, 0.0, None, "x" * 10_000)
        with pytest.raises(JournalError) as told:
            journal.note("too much", Verdict(1, (result,), 0.0))
    assert str(told.value) == FULL
    with sqlite3.connect(tmp_path / "journal") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT key FROM verdicts").fetchall() == [("kept",)]


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk of one's own is Linux's")
@pytest.mark.usefixtures("_walls")
def test_a_full_disk_is_told_once_and_the_next_run_goes_on(course: Course, tmp_path: Path) -> None:
    project = Project(course)
    folder, out = tmp_path / "class", tmp_path / "out"
    classes.hand_in(project.course, [project.course.lab(LAB)], 1, folder)
    out.mkdir()
    grade = [sys.executable, "-m", "kit", "grade", str(folder), "--out", str(out), "--labs", LAB]
    # Large enough for the journal, and too small for the gradebook.
    small = ["--size", str(40_000), "--tmpfs", str(out)]
    keep = f"cp {out}/journal.sqlite3 {tmp_path}/kept; exit 0"
    wall = ["bwrap", "--dev-bind", "/", "/", *small, "--", "bash", "-c"]
    script = f'"$@"; echo "status $?"; ls -A {out}; {keep}'
    done = subprocess.run(
        [*wall, script, "bash", *grade, "--unconfined"],
        cwd=project.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "status 3" in done.stdout, done.stdout + done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("The disk is full. Make room")
    assert "Traceback" not in done.stderr
    assert ".new" not in done.stdout
    (tmp_path / "kept").replace(out / "journal.sqlite3")
    again = project.run(*grade[3:], "--unconfined")
    assert "1 verdicts are known already" in again.stdout, again.stdout + again.stderr
    assert (out / "gradebook.csv").exists()
