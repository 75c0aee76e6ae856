"""A new lab's skeleton: all of it or nothing, whole enough to run, and not whole."""

import json
from pathlib import Path

import nbformat
import pytest

from kit import patience
from kit.authoring import new_lab
from kit.authoring.linter import faults
from kit.authoring.new_lab import CannotBegin
from kit.checking.check import load
from kit.checking.verdict import Outcome
from kit.course import Course
from kit.proving import by_hand
from kit.proving.audit import cases
from kit.proving.case import decide
from kit.running import Launcher
from tests import course_copy

FILES = [
    "labs/14_scaling/hints.md",
    "labs/14_scaling/causes.md",
    "labs/14_scaling/compare.md",
    "checks/lab_14_scaling.py",
    "checks/submissions/lab_14.md",
    "notebooks/14_scaling.ipynb",
    "labs/14_scaling/README.md",
    "checks/contract.py",
]


def files(course: Course) -> dict[str, bytes]:
    """Return every file of the course, and every folder."""
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes() if path.is_file() else b""
        for folder in ("labs", "checks", "notebooks")
        for path in (course.root / folder).rglob("*")
        if "__pycache__" not in path.parts
    }


@pytest.fixture
def course(course: Course) -> Course:
    """A copy of the project in which lab 14 has yet to be written."""
    return course_copy.without(course, "14_scaling")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the project in which nothing may be written."""
    made = course_copy.make(tmp_path_factory.mktemp("untouched") / "a project")
    return course_copy.without(made, "14_scaling")


def test_a_skeleton_has_every_file_and_lacks_only_words_and_proof(course: Course) -> None:
    before = files(course)
    lab, written = new_lab.begin(course, "14_scaling")
    assert [path.relative_to(course.root).as_posix() for path in written] == FILES
    after = files(course)
    assert {name for name in after if after[name] != before.get(name)} >= {*FILES}
    assert before.keys() <= after.keys()
    assert {name for name in before if before[name] != after[name]} == {"checks/contract.py"}

    course = Course(course.root)
    assert course.lab("scaling") == lab
    found = [str(fault) for fault in faults(course, lab)]
    assert {fault.partition(":")[0] for fault in found if "TODO" in fault} == {*FILES}
    lacks_proof = [fault for fault in found if "TODO" not in fault]
    assert [fault.partition(":")[0] for fault in lacks_proof] == [
        "checks/submissions/lab_14.md"
    ] * 3
    # Another lab does not lack what this one does.
    assert faults(course, course.lab(6)) == []


def test_its_files_can_be_used_as_they_are(course: Course) -> None:
    lab, _ = new_lab.begin(course, "14_scaling")
    notebook = nbformat.read(lab.notebook, as_version=4)
    nbformat.validate(notebook)
    assert json.loads(lab.notebook.read_text(encoding="utf-8"))["nbformat"] == 4
    assert by_hand.read(lab.by_hand) == []
    task = lab.task.read_text(encoding="utf-8")
    assert "| `cluster/leading.py` | read the sources for everybody |" in task
    starter, solution = cases(course, lab)
    with Launcher(warm=False) as launcher:
        for case in (starter, solution):
            (result,) = decide(case, load(lab.checks), launcher).results
            assert result.outcome is Outcome.FAILED
            assert result.finding
            # From lab 10 on, an event that there is not is refused.
            assert result.finding.cause.name in ("not-there", "refused")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("scaling", "called by a number and a name, such as 04_dataframes, not 'scaling'"),
        ("14", "such as 04_dataframes, not '14'"),
        ("14_Scaling", "small letters, digits and _"),
        ("14_sca-ling", "small letters, digits and _"),
        ("14_4", "begins with a letter"),
        ("114_scaling", "not '114_scaling'"),
        ("-1_scaling", "not '-1_scaling'"),
        ("14_scaling/..", "not '14_scaling/..'"),
        ("٠٤_scaling", "not '٠٤_scaling'"),
        ("", "not ''"),
        ("06_scaling", "06_rooms has this number already"),
        ("6_scaling", "06_rooms has this number already"),
        ("14_rooms", "06_rooms has this name already"),
        ("14_told", "'told' means something else in checks/contract.py"),
        ("14_class", "'class' means something else in checks/contract.py"),
    ],
)
def test_a_bad_name_is_told_and_nothing_is_written(
    untouched: Course, wanted: str, message: str
) -> None:
    before = files(untouched)
    with pytest.raises(CannotBegin) as caught:
        new_lab.begin(untouched, wanted)
    assert message in str(caught.value)
    assert files(untouched) == before


@pytest.mark.parametrize("name", [*FILES[:-1], "checks/submissions/lab_14_scaling.py"])
def test_nothing_is_overwritten(course: Course, name: str) -> None:
    file = course.root / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine", encoding="utf-8")
    before = files(course)
    with pytest.raises(CannotBegin, match=r"14_scaling has this|is there already"):
        new_lab.begin(course, "14_scaling")
    assert files(course) == before


@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
def test_nothing_half_written_stays(
    course: Course, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    before = files(course)

    def refuse(_source: Path, _target: Path) -> Path:
        raise error

    monkeypatch.setattr(patience, "replace", refuse)  # the last step
    with pytest.raises(type(error)):
        new_lab.begin(course, "14_scaling")
    assert files(course) == before
