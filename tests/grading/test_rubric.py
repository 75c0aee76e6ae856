"""What only people can judge: points of their own beside those of the checks."""

import csv
import io
from pathlib import Path

import pytest

from kit import cut
from kit.course import Course, Lab
from kit.grading import comparison, earlier, own_marks, scheme
from kit.grading.formats import checks_csv, csv_file, pages
from kit.grading.grading import Grading
from kit.grading.intake import HandedIn
from kit.grading.marking import Marking
from kit.grading.own_marks import OwnMarksError
from kit.grading.reports import GRADEBOOK, write
from kit.grading.results import ClassResults
from kit.grading.scheme import Scheme, SchemeError

MOST = 14  # points by the rubric


class Capstone:
    """A class of one who has passed every check of lab 15, and what an instructor writes."""

    def __init__(self, folder: Path) -> None:
        self.course = Course()
        self.lab: Lab = self.course.lab(15)
        self.folder = folder
        handed_in = HandedIn("Zoë", packages={15: cut.stage(self.course.reference, 15)})
        self.grading = Grading(self.course, [self.lab], [handed_in], confined=True)
        self.checks = len(self.grading.checks[15])
        (unit,) = self.grading.left
        self.grading._known[unit.key] = unit.without_an_end([])
        self.plan = self._plan(f"labs.15.rubric = {MOST}")

    def _plan(self, text: str) -> Scheme:
        (self.folder / "scheme.toml").write_text(text, encoding="utf-8")
        return scheme.read(self.folder / "scheme.toml", self.course)

    def marked(self, own: str = "", plan: Scheme | None = None) -> ClassResults:
        results = self.grading.results()
        (self.folder / "own.csv").write_text(f"Student,Lab,Points,Rubric\n{own}\n", "utf-8")
        students = [one.student for one in results.students]
        marks = own_marks.marks(self.folder / "own.csv", self.course, students)
        before = self.folder / GRADEBOOK
        last = earlier.read(before) if before.exists() else earlier.Earlier()
        marking = Marking(plan or self.plan, self.grading.checks, marks, earlier=last)
        return marking.marked(results)


@pytest.fixture(scope="module")
def capstone(tmp_path_factory: pytest.TempPathFactory) -> Capstone:
    return Capstone(tmp_path_factory.mktemp("capstone"))


def _cells(results: ClassResults) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_file.text(results))))


def test_the_mark_is_open_until_somebody_has_judged(capstone: Capstone) -> None:
    results = capstone.marked()
    lab = results.students[0].labs[0]
    assert (lab.points, lab.most) == (None, capstone.checks + MOST)
    assert lab.shown == "0 so far, to be judged"
    assert results.students[0].total is None
    assert _cells(results)[1][4] == "to be judged"
    assert f"15,rubric,,to be judged,,{MOST}" in checks_csv.text(results)
    page = pages.feedback(results, results.students[0])
    for item in lab.rubric:
        assert item.split(". ")[0] in page
    assert "**" not in page
    assert f"{MOST} points, not given yet" in page


def test_what_was_judged_is_added_and_compared(capstone: Capstone) -> None:
    write(capstone.marked(), capstone.folder)
    results = capstone.marked("Zoë,15,,9.5")
    (lab,) = results.students[0].labs
    assert (lab.points, lab.is_outdated) == (9.5, False)  # no check has passed
    assert _cells(results)[1][4] == "9.5"
    assert f"15,rubric,,judged,9.5,{MOST}" in checks_csv.text(results)
    assert f"9.5 of {MOST} points" in pages.feedback(results, results.students[0])
    before = earlier.read(capstone.folder / GRADEBOOK)
    (move, _total) = comparison.moves(before, results)
    assert str(move).endswith(f": to be judged → 9.5 of {capstone.checks + MOST}")
    assert move.because == ("by the rubric: nothing yet, now 9.5",)
    write(results, capstone.folder)
    again = earlier.read(capstone.folder / GRADEBOOK)
    assert comparison.moves(again, capstone.marked("Zoë,15,,9.5")) == []
    (lab,) = capstone.marked("Zoë,15,3,").students[0].labs
    assert lab.points == 3  # for all of the lab


def test_without_points_for_it_the_rubric_is_shown_and_no_mark_is_open(capstone: Capstone) -> None:
    results = capstone.marked(plan=Scheme())
    (lab,) = results.students[0].labs
    assert (lab.points, lab.most) == (0, capstone.checks)
    assert "People judge, and no check" in pages.feedback(results, results.students[0])
    assert capstone.plan.without_rubrics().lab(15).rubric == 0


@pytest.mark.parametrize(
    ("own", "error", "told"),
    [
        ("Zoë,15,4,9", OwnMarksError, "Keep one of both"),
        ("Zoë,15,,many", OwnMarksError, "'many' is no number"),
        ("Zoë,15,,15", SchemeError, r"rubric = 15 under \[labs.15\]"),
    ],
)
def test_what_does_not_fit_is_told(
    capstone: Capstone, own: str, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        capstone.marked(own)


def test_a_lab_without_a_rubric_has_no_points_for_it(capstone: Capstone) -> None:
    with pytest.raises(SchemeError, match="Lab 3: events has no rubric"):
        capstone._plan("labs.3.rubric = 2")
