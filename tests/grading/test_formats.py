"""The gradebook in every format: nothing graded is ever a zero, and no cell is a formula."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from kit.checking.verdict import Cause, Finding, Outcome, Result, Verdict
from kit.course import ROOT
from kit.grading import intake, roster
from kit.grading.formats import canvas, checks_csv, csv_file, gradescope, json_file, junit, moodle
from kit.grading.formats.cells import table
from kit.grading.grading import Grading
from kit.grading.reports import feedback_files, write
from kit.grading.results import ClassResults, LabResult, State, Student, StudentResults
from tests.grading.small_class import RIGHT, hand_in, make_course

HOSTILE = '=HYPERLINK("http://192.0.2.1","<b>Zoë</b>")'
FINDING = Finding(("Ana sent `x`",), "`42`", "<script>\x00\x1b[2J", Cause("c", "Likely.", "Next."))


def _verdict(*outcomes: Outcome) -> Verdict:
    results = [
        Result(
            f"check_{number}",
            3,
            f"Title {number}",
            outcome,
            0.1,
            FINDING if outcome in {Outcome.FAILED, Outcome.TIMED_OUT} else None,
            "a traceback" if outcome is Outcome.CHECKER_BROKE else "",
        )
        for number, outcome in enumerate(outcomes)
    ]
    return Verdict(3, tuple(results), 1.0)


ALL = _verdict(*Outcome)
GRADED = _verdict(*[one for one in Outcome if one is not Outcome.CHECKER_BROKE])


def _one(student: Student, state: State, verdict: Verdict | None = None) -> StudentResults:
    return StudentResults(student, (LabResult(3, "Lab 3: events", state, 6, verdict),), ("@note",))


CLASS = ClassResults(
    "Confined.",
    ("Lab 3: events",),
    (
        _one(Student(HOSTILE, "7", "zoe", "zoe@example.org"), State.GRADED, GRADED),
        _one(Student("Ben", "8", "ben"), State.MISSING),
        _one(Student("ben"), State.UNREADABLE),
        _one(Student("Eve/../../x", "9"), State.UNSETTLED, ALL),
    ),
    ("Lab 3 (1234)",),
)


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_gradebook_says_why_there_are_no_points() -> None:
    rows = _rows(csv_file.text(CLASS))
    assert rows[0][4:] == ["Lab 3: events (of 6)", "Sum (of 6)", "Total (%)", "Notes"]
    assert [row[4] for row in rows[1:5]] == ["1", "missing", "unreadable", "unsettled"]
    assert [row[5] for row in rows[1:5]] == ["1", "not settled", "not settled", "not settled"]


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\n=1", "\uff1d1", "x;=1+1", "x;\t@y", "\r\n+1"],
)
def test_nothing_that_a_spreadsheet_would_compute(name: str) -> None:
    (cell,) = _rows(table([[name]]))[0]
    for part in (cell, *cell.split(";"), *cell.split("\t")):
        assert not part.strip().startswith(("=", "+", "-", "@", "\uff1d")), cell


def test_every_csv_is_written_in_one_place() -> None:
    writers = [
        path
        for path in (ROOT / "kit" / "grading").rglob("*.py")
        if "csv.writer" in path.read_text("utf-8") or "DictWriter" in path.read_text("utf-8")
    ]
    assert [path.name for path in writers] == ["cells.py"]


@pytest.mark.parametrize("kind", [csv_file, canvas, moodle, checks_csv])
def test_no_cell_is_a_formula(kind: object) -> None:
    text = kind.text(CLASS)  # type: ignore[attr-defined]
    cells = [cell for row in _rows(text) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    assert kind is moodle or f"'{HOSTILE}" in cells


def test_canvas_has_its_own_columns_and_blanks_for_no_points() -> None:
    rows = _rows(canvas.text(CLASS))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 3 (1234)"]
    assert "Points Possible" in rows[1][0]
    assert rows[1][5] == "6"
    assert [(row[1], row[5]) for row in rows[2:]] == [("7", "1"), ("8", ""), ("9", "")]


def test_moodle_has_dashes_for_no_points_and_nobody_whom_it_does_not_know() -> None:
    assert [(row[0], row[3]) for row in _rows(moodle.text(CLASS))[1:]] == [
        ("zoe", "1"),
        ("ben", "-"),
    ]


def test_json_keeps_all_outcomes_apart() -> None:
    found = json.loads(json_file.text(CLASS))
    verdict = found["students"][3]["labs"][0]["verdict"]
    assert [one["outcome"] for one in verdict["results"]] == list(Outcome)
    assert Verdict.from_dict(verdict) == ALL
    assert found["students"][1]["labs"][0]["points"] is None
    assert found["confinement"] == "Confined."


def test_junit_can_be_read_and_counts_each_outcome_once() -> None:
    suites = list(Xml.fromstring(junit.text(CLASS)))
    counts = [
        tuple(int(suite.get(name, "")) for name in ("tests", "failures", "errors", "skipped"))
        for suite in suites
    ]
    assert counts == [(5, 2, 0, 2), (1, 0, 0, 1), (1, 0, 1, 0), (6, 2, 1, 2)]
    for suite, (_, failures, errors, skipped) in zip(suites, counts, strict=True):
        assert len(suite.findall("testcase/failure")) == failures
        assert len(suite.findall("testcase/error")) == errors
        assert len(suite.findall("testcase/skipped")) == skipped


def test_gradescope_gets_a_test_for_each_check_and_a_word_for_each_outcome() -> None:
    found = json.loads(gradescope.text(CLASS.students[0], "NOT confined"))
    assert (found["score"], found["stdout_visibility"]) == (1, "hidden")
    assert "NOT confined" in found["output"]
    tests = found["tests"]
    keys = {"score", "max_score", "status", "name", "number", "output", "visibility"}
    assert all(set(test) == keys for test in tests)
    assert [test["status"] for test in tests] == ["passed", *["failed"] * 4]
    theirs = [outcome for outcome in Outcome if outcome is not Outcome.CHECKER_BROKE]
    for outcome, test in zip(theirs, tests, strict=True):
        assert outcome == "passed" or f"Outcome: {outcome}" in test["output"]
    (missing,) = json.loads(gradescope.text(CLASS.students[1]))["tests"]
    assert "missing" in missing["name"]


def test_pages_are_written_for_each_and_escape_what_strangers_wrote(tmp_path: Path) -> None:
    remarks = write(CLASS, tmp_path)
    files = feedback_files(CLASS)
    assert len(set(files.values())) == len(CLASS.students)
    for name in files.values():
        assert (tmp_path / name).resolve().parent == (tmp_path / "feedback").resolve()
    page = (tmp_path / files[HOSTILE]).read_text("utf-8")
    whole = (tmp_path / "class.html").read_text("utf-8")
    assert "<script" not in page + whole
    assert "<b>Zoë" not in page + whole
    assert "&lt;script&gt;" in page
    assert "Eve" not in page
    assert "Confined." in page
    assert "Confined." in whole
    for word in ("missing", "unreadable", "unsettled", "1 of 6"):
        assert word in whole
    assert len(remarks) == 2
    assert "ben" in remarks[0]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Student,ID,SIS User ID,SIS Login ID,Section,Lab 3 (1234)\n"
         '"García, Zoë",88321,s1,zgarcia,A,\n    Points Possible,,,,,6\n', "garcíazoë"),
        ("First name;Surname;Email;Username\nZoë;García;z@example.org;zgarcia\n", "zgarcia"),
        ("\ufeffName\tEmail\nZoë García\tzg@example.org\n", "zoë  GARCÍA"),
    ],
)  # fmt: skip
def test_a_roster_is_read_as_schools_write_it(tmp_path: Path, text: str, by: str) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(text, encoding="utf-8")
    found = roster.read(file)
    assert len(found.students) == 1
    assert found.student(by) == found.students[0]
    assert found.student("somebody else") is None
    assert found.column(3) == ("Lab 3 (1234)" if "Lab 3" in text else "")


def test_a_roster_without_names_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(roster.RosterError, match="no column for names"):
        roster.read(file)


def test_who_is_not_in_the_roster_is_kept_apart_and_named(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    for name in ("zoe", "Zoë García", "eve"):
        hand_in(tmp_path / "class", name, RIGHT)
    (tmp_path / "roster.csv").write_text("Name,Username\nZoë García,zoe\nIda,ida\n", "utf-8")
    handed_in = intake.read(tmp_path / "class", course)
    grading = Grading(course, course.labs, handed_in, confined=False)
    found = grading.results(roster.read(tmp_path / "roster.csv"))
    states = {one.student.name: one.labs[0].state for one in found.students}
    assert states == {
        "Zoë García": State.UNSETTLED,  # nothing has been graded
        "Ida": State.MISSING,
        "eve (not in the roster)": State.UNSETTLED,
        "Zoë García (not in the roster)": State.UNSETTLED,
    }
    assert len(found.notes) == 2
    assert len(set(feedback_files(found).values())) == 4
