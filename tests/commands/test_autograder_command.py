"""`autograder`: the zip for Gradescope, unpacked and run as Gradescope does."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kit import cut
from kit.cli import PASSED, USAGE
from tests.command import Project, environment

HIDDEN = "labs.1.checks.{check} = {{ points = 2, hidden = true }}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's containers are Linux")
@pytest.mark.usefixtures("_walls")
def test_it_grades_as_gradescope_runs_it(project: Project, tmp_path: Path) -> None:
    course, root = project.course, tmp_path / "autograder"
    check = "never_set"
    for line in course.lab(1).checks.read_text("utf-8").splitlines():
        if line.startswith("def ") and not line.startswith("def _"):
            check = line.removeprefix("def ").partition("(")[0]
    (tmp_path / "scheme.toml").write_text(HIDDEN.format(check=check))
    file = tmp_path / "autograder.zip"
    arguments = ("--labs", "1", "--scheme", str(tmp_path / "scheme.toml"))
    made = project.run("autograder", str(file), *arguments)
    assert made.returncode == PASSED, made.stderr

    with zipfile.ZipFile(file) as opened:
        names = opened.namelist()
        opened.extractall(root / "source")
    assert {"setup.sh", "run_autograder"} <= set(names)
    assert not [name for name in names if "submissions/" in name or "/dashboard/" in name]
    assert subprocess.run(["bash", "-n", root / "source" / "setup.sh"], check=False).returncode == 0
    shutil.copy2(root / "source" / "run_autograder", root)
    (root / "source" / ".venv").symlink_to(sys.prefix)
    run = ["bash", str(root / "run_autograder")]

    cut.write(cut.stage(course.reference, 1), root / "submission" / "dashboard")
    done = subprocess.run(run, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((root / "results" / "results.json").read_text("utf-8"))
    assert found["score"] == sum(test["max_score"] for test in found["tests"])
    assert [test["visibility"] for test in found["tests"]].count("hidden") == 1

    shutil.rmtree(root / "submission")
    (root / "submission").mkdir()
    (root / "submission" / "sorry.txt").touch()
    done = subprocess.run(run, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((root / "results" / "results.json").read_text("utf-8"))
    assert "unreadable" in found["tests"][0]["name"]
    assert "no package" in found["output"]

    # Where nothing can be confined and nobody has agreed to that, nobody gets a zero.
    (root / "results" / "results.json").unlink()
    bare = environment(PATH="/bin-without-bubblewrap")
    bash = shutil.which("bash") or "bash"
    command = [
        bash,
        "-c",
        f'cd "{root}/source"; exec .venv/bin/python -m kit.grading.gradescope.once "{root}"',
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=bare, check=False)
    assert done.returncode == 1
    assert "cannot be confined" in done.stdout
    assert not (root / "results" / "results.json").exists()


def test_what_cannot_be_an_assignment_is_refused(project: Project, tmp_path: Path) -> None:
    for labs in ("0", "99"):
        made = project.run("autograder", str(tmp_path / "x.zip"), "--labs", labs)
        assert made.returncode == USAGE
    assert not (tmp_path / "x.zip").exists()
