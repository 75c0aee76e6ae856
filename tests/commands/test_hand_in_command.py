"""`hand-in`: what is the student's and nothing else, and it is what grading reads."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kit import cut
from kit.cli import FAILED, PASSED, USAGE
from kit.grading import intake
from tests import course_copy
from tests.command import Project


def _work(project: Project) -> Path:
    """Let somebody have solved lab 1, begun lab 3 and left lab 2 as it was."""
    course = project.course
    course_copy.solve(course, course.lab(1))
    for number in (2, 3):
        cut.write(cut.starter(course.reference, number), course.lab(number).package)
    package = course.lab(3).package
    (package / "größe.py").write_text("x = 1\n")
    for name in ("__pycache__/x.pyc", ".venv/lib/y.py", "node_modules/z.js", ".DS_Store"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("nobody's")
    if sys.platform != "win32":
        os.mkfifo(package / "pipe.py")
        (package / "link.py").symlink_to("/etc/passwd")
    return package


def test_what_is_packed_is_what_grading_reads(project: Project, tmp_path: Path) -> None:
    _work(project)
    subprocess.run(["git", "init", "-q"], cwd=project.root, check=True)
    (project.root / ".gitignore").write_text("/labs/*/dashboard/\n")
    told = project.run("hand-in", "--git")
    assert told.returncode == FAILED, told.stderr
    lines = {line.partition(":")[0]: line for line in told.stdout.splitlines() if line[:3] == "Lab"}
    assert "not attempted" not in lines["Lab 1"]
    assert "passed" in lines["Lab 1"]
    assert "not attempted" in lines["Lab 3"]
    assert "Lab 2: blueprints is still the starter" in told.stdout

    archive = project.root / "hand-in.zip"
    names = zipfile.ZipFile(archive).namelist()
    assert "labs/03_events/dashboard/größe.py" in names
    nobodys = {"x.pyc", "y.py", "z.js", ".DS_Store", "pipe.py", "link.py"}
    assert not nobodys & {Path(name).name for name in names}
    (tmp_path / "class").mkdir()
    archive.rename(tmp_path / "class" / "zoe.zip")
    (tmp_path / "class" / "ben.zip").write_bytes(b"")
    (zoe,) = [one for one in intake.read(tmp_path / "class", project.course) if one.packages]
    assert set(zoe.packages) == {1, 3}
    assert zoe.packages[1] == cut.stage(project.course.reference, 1)

    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=project.root, capture_output=True, check=True
    )
    assert sorted(tracked.stdout.decode().strip("\0").split("\0")) == sorted(names)


@pytest.mark.parametrize("arguments", [(), ("0",), ("4",)])
def test_without_work_it_says_so(project: Project, arguments: tuple[str, ...]) -> None:
    told = project.run("hand-in", *arguments)
    assert told.returncode == USAGE
    assert "nothing" in told.stderr
    assert not (project.root / "hand-in.zip").exists()


def test_a_named_lab_is_packed_as_it_is(project: Project, tmp_path: Path) -> None:
    _work(project)
    file = tmp_path / "two.zip"
    told = project.run("hand-in", "2", "--unchecked", "--out", str(file))
    assert told.returncode == PASSED, told.stderr
    assert "not checked" in told.stdout
    assert all(name.startswith("labs/02_") for name in zipfile.ZipFile(file).namelist())
