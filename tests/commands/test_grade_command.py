"""`python3 -m kit grade`, run as an instructor runs it."""

import csv
import json
from pathlib import Path

import pytest

from kit import cut
from kit.course import Course
from tests.command import Project
from tests.grading.small_class import zipped


def _hand_in(course: Course, folder: Path) -> None:
    trees = {"zoe": cut.stage(course.reference, 1), "ben": cut.starter(course.reference, 1)}
    folder.mkdir()
    for name, tree in trees.items():
        files = {f"work/dashboard/{path}": text.decode() for path, text in tree.items()}
        (folder / f"{name}.zip").write_bytes(zipped(files))
    (folder / "eve.zip").write_bytes(b"no zip")


def _gradebook(out: Path) -> dict[str, list[str]]:
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        return {row[0]: row for row in csv.reader(file)}


@pytest.mark.usefixtures("_walls")
def test_a_class_is_graded_once(course: Course, tmp_path: Path) -> None:
    project, folder, out = Project(course), tmp_path / "handed in", tmp_path / "marks"
    _hand_in(course, folder)
    roster = tmp_path / "roster.csv"
    roster.write_text("Name,Username\nZoe,zoe\nBen,ben\nEve,eve\nIda,ida\n", encoding="utf-8")
    arguments = ("grade", str(folder), "--out", str(out), "--labs", "1", "--roster", str(roster))

    first = project.run(*arguments, "--jobs", "1")
    assert first.returncode == 1, first.stdout + first.stderr  # somebody has handed in nothing
    assert "Confined with bubblewrap" in first.stdout
    rows = _gradebook(out)
    most = rows["Student"][4].partition("of ")[2].rstrip(")")
    assert [rows[name][4] for name in ("Zoe", "Ben", "Eve", "Ida")] == [
        most,
        "0",
        "unreadable",
        "missing",
    ]
    assert "eve.zip" in rows["Eve"][-1]
    results = json.loads((out / "gradebook.json").read_text("utf-8"))
    assert "bubblewrap" in results["confinement"]
    assert (out / "feedback" / "Zoe.html").exists()

    again = project.run(*arguments)
    assert "2 verdicts are known already" in again.stdout
    assert _gradebook(out) == rows

    # An instructor's own mark and a scheme: first what would move, then the marks.
    own = out / "own-marks.csv"
    assert own.read_text("utf-8") == "Student,Lab,Points,Rubric,Comment\n"
    own.write_text(
        "Student,Lab,Points,Comment\nIda,1,EX,was ill\nEve,1,0.5,sent by mail\n", "utf-8"
    )
    plan = tmp_path / "scheme.toml"
    first_check = results["students"][0]["labs"][0]["verdict"]["results"][0]["check"]
    plan.write_text(f"labs.1.checks.{first_check} = 3\n", "utf-8")
    compared = project.run(*arguments, "--scheme", str(plan), "--compare")
    assert compared.returncode == 1, compared.stderr
    assert f"Zoe, Lab 1: factory: {most} of {most} → " in compared.stdout
    assert f"because {first_check}: passed; 1 of 1, now 3 of 3" in compared.stdout
    assert "Ida, Lab 1: factory: missing → excused" in compared.stdout
    assert _gradebook(out) == rows

    done = project.run(*arguments, "--scheme", str(plan))
    assert done.returncode == 0, done.stdout + done.stderr
    rows = _gradebook(out)
    assert [rows[name][4] for name in ("Zoe", "Eve", "Ida")] == [
        str(int(most) + 2),
        "0.5",
        "excused",
    ]
    assert "was ill" in (out / "feedback" / "Ida.html").read_text("utf-8")
    assert "was ill" in own.read_text("utf-8")
    assert (
        "No mark would move" in project.run(*arguments, "--scheme", str(plan), "--compare").stdout
    )

    own.write_text("Student,Lab,Points\nNobody,1,2\n", "utf-8")
    refused = project.run(*arguments)
    assert (refused.returncode, "line 2" in refused.stderr) == (2, True), refused.stderr


def test_without_walls_it_has_to_be_agreed_to(course: Course, tmp_path: Path) -> None:
    project, folder, out = Project(course), tmp_path / "handed in", tmp_path / "marks"
    folder.mkdir()
    (folder / "eve.zip").write_bytes(b"no zip")
    arguments = ("grade", str(folder), "--out", str(out), "--labs", "1")
    refused = project.run(*arguments, PATH=str(tmp_path))
    assert refused.returncode == 2
    assert "--unconfined" in refused.stderr
    assert not out.exists()

    agreed = project.run(*arguments, "--unconfined", PATH=str(tmp_path))
    assert agreed.returncode == 1, agreed.stderr
    assert "NOT confined" in agreed.stdout
    for file in ("gradebook.csv", "gradebook.json", "class.html", "feedback/eve.html"):
        assert "NOT confined" in (out / file).read_text("utf-8"), file


def test_what_cannot_be_graded_is_said_before_anything_is_run(
    course: Course, tmp_path: Path
) -> None:
    project = Project(course)
    (tmp_path / "eve").mkdir()
    for labs, words in (("0", "the student's own machine"), ("99", "There is no lab")):
        found = project.run(
            "grade", str(tmp_path), "--out", str(tmp_path / "o"), "--labs", labs, "--unconfined"
        )
        assert (found.returncode, words in found.stderr) == (2, True), found.stderr
