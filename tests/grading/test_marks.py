"""From verdicts to marks: points, weights, days late, the lowest dropped, own marks."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.checking.verdict import Cause, Finding, Outcome, Result, Verdict
from kit.course import ROOT, Course
from kit.grading import comparison, earlier, own_marks, scheme
from kit.grading.earlier import Earlier, NoGradebook
from kit.grading.formats import canvas, csv_file, moodle, pages
from kit.grading.marking import Marking
from kit.grading.own_marks import OwnMarksError
from kit.grading.reports import GRADEBOOK, write
from kit.grading.results import ClassResults, LabResult, Mark, State, Student, StudentResults
from kit.grading.scheme import Scheme, SchemeError

CHECKS = ["adds", "doubles", "doubles_for_nobody_else"]
LABS = {1: CHECKS, 2: ["adds"], 3: ["adds"]}
SLOW = Finding((), "it adds", "it does not", Cause("slow", "Likely.", "Next."))
WHEN = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ZOE = Student("Zoë")

A, F, T = Outcome.PASSED, Outcome.FAILED, Outcome.TIMED_OUT


def lab(number: int, *outcomes: Outcome, when: datetime | None = None) -> LabResult:
    if not outcomes:
        return LabResult(number, f"Lab {number}", State.MISSING, len(LABS[number]))
    results = tuple(
        Result(name, number, name, outcome, 0.0, None if outcome is A else SLOW)
        for name, outcome in zip(LABS[number], outcomes, strict=True)
    )
    verdict = Verdict(number, results, 0.0)
    state = State.UNSETTLED if Outcome.CHECKER_BROKE in outcomes else State.GRADED
    return LabResult(number, f"Lab {number}", state, len(results), verdict, handed_in=when)


def of_class(*labs: LabResult) -> ClassResults:
    titles = tuple(one.title for one in labs)
    return ClassResults("Confined.", titles, (StudentResults(ZOE, labs),))


def marked(results: ClassResults, plan: Scheme | None = None, **given: object) -> StudentResults:
    marking = Marking(plan or Scheme(), LABS, **given)  # type: ignore[arg-type]
    return marking.marked(results).students[0]


def mark(found: StudentResults, number: int = 0) -> Mark:
    result = found.labs[number].mark
    assert result
    return result


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Three labs whose checks are called as above."""
    for number, names in LABS.items():
        text = "from kit.checking import check\n" + "".join(
            f'\n\n@check\ndef {name}(start):\n    """{name}."""\n' for name in names
        )
        for path, content in (
            (f"labs/{number:02}_sums{number}/README.md", ""),
            (f"checks/lab_{number:02}_sums{number}.py", text),
        ):
            file = tmp_path / "course" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
    return Course(tmp_path / "course")


def plan(course: Course, text: str) -> Scheme:
    path = course.root / "scheme.toml"
    path.write_text(text, encoding="utf-8")
    return scheme.read(path, course)


def test_checks_have_points_and_a_cause_may_give_a_part(course: Course) -> None:
    found = plan(
        course,
        """
        [labs.1.checks]
        adds = 2.5
        doubles = { points = 0.3, partial = { slow = 0.5, other = 1 } }
        """,
    )
    one = marked(of_class(lab(1, A, T, F)), found)
    assert (one.labs[0].points, one.labs[0].most) == (2.65, 3.8)
    assert [check.points for check in mark(one).by_check] == [2.5, 0.15, 0]


def test_labs_weigh_and_the_lowest_is_dropped(course: Course) -> None:
    found = plan(course, "drop_lowest = 1\nlabs.sums1.weight = 3\nlabs.2.weight = 1")
    one = marked(of_class(lab(1, A, A, F), lab(2, A), lab(3, F)), found)
    assert one.total == 75  # (3 · 2/3 + 1) / 4
    assert [result.counts for result in one.labs] == [True, True, False]
    # What is missing is the lowest of all; what the kit could not decide is not.
    assert marked(of_class(lab(1, F, F, F), lab(2)), found).total == 0
    one = marked(of_class(lab(1, F, F, F), lab(2, Outcome.CHECKER_BROKE)), found)
    assert (one.total, one.labs[1].counts) == (None, True)


def test_without_a_scheme_the_total_is_the_share_of_all_points() -> None:
    assert marked(of_class(lab(1, A, A, A), lab(2, F))).total == 75
    assert marked(of_class(lab(1, A, A, A), lab(2))).total is None  # never silently a zero


LATE = """
[late]
percent_per_day = 10
at_most = 25
free_days = 1
[labs]
1.due = 2026-11-29T12:00:00Z
2.due = 2026-11-27
3.due = 2026-11-30T12:00:00Z
"""


def test_days_late_are_taken_from_what_was_earned(course: Course) -> None:
    found = plan(course, LATE.replace("[late]", '[late]\ntimezone = "UTC"'))
    one = marked(
        of_class(lab(1, A, A, F, when=WHEN), lab(2, A, when=WHEN), lab(3, A, when=WHEN)), found
    )
    assert [mark(one, number).days_late for number in range(3)] == [1, 3, 0]
    assert [result.points for result in one.labs] == [2, 0.75, 1]  # one free, then 25 % at most
    assert "1 day late. 1 of them free." in one.labs[0].notes
    by_hand = marked(of_class(lab(2, A, when=WHEN)), found, days={("Zoë", 2): 2})
    assert by_hand.labs[0].points == 0.9


def test_who_cannot_know_when_does_not_guess(course: Course) -> None:
    with pytest.raises(SchemeError, match="time zone"):
        marked(of_class(lab(2, A, when=WHEN)), plan(course, LATE))
    one = marked(of_class(lab(1, A, A, A)), plan(course, LATE))
    assert one.labs[0].points == 3
    assert "Nobody knows when it was handed in" in one.labs[0].notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("labs.7.weight = 1", "no lab '7'"),
        ("labs.1.weight = 1\nlabs.sums1.weight = 2", "twice"),
        ("labs.1.checks.add = 1", "no check 'add'"),
        ("labs.1.wieght = 1", "`labs.1.wieght` is nothing"),
        ('labs.1.weight = "2"', "labs.1.weight"),
        ("drop_lowest = -1", "drop_lowest"),
        ("labs.2.checks.adds = 0", "no points"),
        ('late.timezone = "Berlin"', "time zone"),
        ("drop_lowest", "cannot be read"),
    ],
)
def test_a_scheme_that_is_wrong_is_refused(course: Course, text: str, why: str) -> None:
    with pytest.raises(SchemeError, match=why):
        plan(course, text)


def own(course: Course, text: str) -> dict[tuple[str, int], own_marks.OwnMark]:
    path = course.root / "own.csv"
    path.write_text(text, encoding="utf-8")
    return own_marks.marks(path, course, [ZOE, Student("'=1+1", username="ben")])


def test_own_marks_count_and_say_when_the_verdict_beneath_is_another(
    course: Course, tmp_path: Path
) -> None:
    before = of_class(lab(1, A, F, F), lab(2))
    write(Marking(Scheme(), LABS).marked(before), tmp_path)
    seen = earlier.read(tmp_path / GRADEBOOK)
    given = own(course, "Student,Lab,Points,Comment\nzoë,1,2.5,Well explained\nZoë,2,EX,\n")

    now = Marking(Scheme(), LABS, given, {}, seen).marked(of_class(lab(1, A, A, F), lab(2)))
    (one,) = now.students
    assert (one.labs[0].points, one.labs[1].shown, one.total) == (2.5, "excused", 83.33)
    assert "doubles: failed, now passed" in now.notes[0]
    # It is said until the instructor has touched the mark, however often is graded.
    write(now, tmp_path)
    seen = earlier.read(tmp_path / GRADEBOOK)
    again = of_class(lab(1, A, A, F), lab(2))
    assert Marking(Scheme(), LABS, given, {}, seen).marked(again).notes
    given = own(course, "Student;Lab;Points;Comment\nZoë;1;2.5;Seen\n")
    assert not Marking(Scheme(), LABS, given, {}, seen).marked(again).notes

    page = pages.feedback(now, one)
    assert "Well explained" in page
    assert "the checks alone give 2" in page
    assert "EX" in canvas.text(
        ClassResults("", now.titles, (StudentResults(Student("Zoë", "7"), one.labs),))
    )
    assert "excused" in csv_file.text(now)


def test_an_own_mark_settles_what_is_missing(course: Course) -> None:
    given = own(course, "student\tlab\tpoints\nZoë\tsums2\t0\n")
    one = marked(of_class(lab(1, A, A, A), lab(2)), own=given)
    assert (one.total, one.is_settled, one.labs[1].state) == (75, True, State.MISSING)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Ida,1,2", "line 2: 'Ida' is no student"),
        ("Zoë,9,2", "no lab '9'"),
        ('Zoë,1,"2,5"', "'2,5' is no number"),
        ("Zoë,1,nan", "no number"),
        ("Zoë,1,-1", "no number"),
        ("Zoë,1,1\nzoë,sums1,2", "line 3: Zoë has two marks"),
        ("Zoë,1,1,4", "more cells"),
    ],
)
def test_own_marks_that_are_wrong_are_refused(course: Course, row: str, why: str) -> None:
    with pytest.raises(OwnMarksError, match=why):
        own(course, f"Student,Lab,Points\n{row}\n")


def test_a_name_is_found_as_the_gradebook_writes_it(course: Course) -> None:
    assert list(own(course, "Student,Lab,Points\n''=1+1,1,1\nben,2,1\n")) == [
        ("'=1+1", 1),
        ("'=1+1", 2),
    ]


def test_days_late_by_hand(course: Course) -> None:
    path = course.root / "late.csv"
    path.write_text("Student,Lab,Days\nZoë,1,2\n")
    assert own_marks.days_late(path, course, [ZOE]) == {("Zoë", 1): 2}
    path.write_text("Student,Lab,Days\nZoë,1,0.5\n")
    with pytest.raises(OwnMarksError, match="whole days"):
        own_marks.days_late(path, course, [ZOE])


def test_moodle_would_refuse_more_than_the_most(course: Course, tmp_path: Path) -> None:
    who = Student("Zoë", username="zoe")
    results = ClassResults("", ("Lab 2",), (StudentResults(who, (lab(2, A),)),))
    given = own(course, "Student,Lab,Points\nZoë,2,3\n")
    found = Marking(Scheme(), LABS, given).marked(results)
    assert moodle.too_high(found) == ["Zoë"]
    assert [remark for remark in write(found, tmp_path) if "Moodle refuses" in remark]


def test_hidden_checks_count_and_are_not_told(course: Course) -> None:
    found = plan(course, "labs.1.checks.doubles = { points = 2, hidden = true }")
    results = Marking(found, LABS).marked(of_class(lab(1, A, F, A)))
    page = pages.feedback(results, results.students[0])
    assert "2 of 4 points" in page
    assert "doubles_for_nobody_else" in page
    assert ">doubles<" not in page.replace("\n", "").replace("</span>", "<")
    assert "1 more is not shown here" in page


def compared(
    folder: Path, before: ClassResults, now: ClassResults, **given: object
) -> list[tuple[str, tuple[str, ...]]]:
    write(Marking(Scheme(), LABS).marked(before), folder)
    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    given = {"scheme": Scheme(), "earlier": earlier.read(folder / GRADEBOOK)} | given
    marking = Marking(checks=LABS, **given)  # type: ignore[arg-type]
    moves = comparison.moves(marking.earlier, marking.marked(now))
    assert kept == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [(str(move), move.because) for move in moves]


def test_a_comparison_says_whose_marks_move_by_how_much_and_why(
    course: Course, tmp_path: Path
) -> None:
    before = of_class(lab(1, A, F, F), lab(2, A))
    assert compared(tmp_path, before, before) == []
    assert compared(tmp_path, before, of_class(lab(1, A, A, F), lab(2, A))) == [
        ("Zoë, Lab 1: 1 of 3 → 2 of 3 (+1)", ("doubles: failed, now passed; 0 of 1, now 1 of 1",)),
        ("Zoë, total: 50 % → 75 % (+25)", ("the labs above",)),
    ]
    heavier = plan(course, "labs.2.weight = 1\nlabs.1.weight = 3")
    gone = of_class(lab(1, A, F, F), lab(2))
    assert compared(tmp_path, before, gone, scheme=heavier) == [
        ("Zoë, Lab 2: 1 of 1 → missing", ("it was graded, and is missing",)),
        ("Zoë, total: 50 % → not settled", ("the labs above",)),
    ]
    lighter = plan(course, "labs.2.weight = 9")
    assert compared(tmp_path, before, before, scheme=lighter)[0][0].startswith("Zoë, total")
    given = own(course, "Student,Lab,Points\nZoë,2,0.5\n")
    (moved, _) = compared(tmp_path, before, before, own=given)
    assert moved == ("Zoë, Lab 2: 1 of 1 → 0.5 of 1 (-0.5)", ("it has your own mark now",))


@pytest.mark.parametrize("text", ["{", "[]", '{"students": [{}]}', '{"x": 1}'])
def test_a_gradebook_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / GRADEBOOK).write_text(text)
    with pytest.raises(NoGradebook):
        earlier.read(tmp_path / GRADEBOOK)
    assert Earlier().labs == {}


def test_the_scheme_in_the_documentation_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "grading.md").read_text("utf-8")
    (tmp_path / "scheme.toml").write_text(text.split("```toml")[1].split("```")[0], "utf-8")
    found = scheme.read(tmp_path / "scheme.toml", Course())
    assert found.drop_lowest == 1
    assert found.lab(6).checks
