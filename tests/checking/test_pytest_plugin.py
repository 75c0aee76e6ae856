"""The checks run by pytest: `pytest checks --app DIR`."""

import subprocess
import sys
from pathlib import Path

from kit import cut
from kit.course import ROOT, Course

COURSE = Course()


def run_pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_a_solution_passes(tmp_path: Path) -> None:
    cut.write(cut.stage(COURSE.reference, 1), tmp_path / "dashboard")
    done = run_pytest("checks/lab_01_factory.py", "--app", str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert " passed in " in done.stdout


def test_a_mistake_is_explained_and_what_stands_on_it_is_skipped(tmp_path: Path) -> None:
    cut.write(cut.stage(COURSE.reference, 3), tmp_path / "dashboard")
    events = tmp_path / "dashboard" / "events.py"
    text = events.read_text(encoding="utf-8")
    events.write_text(text.replace('emit("welcome"', 'emit("wellcome"'), encoding="utf-8")
    done = run_pytest("checks/lab_03_events.py", "--app", str(tmp_path))
    assert done.returncode == 1
    for word in ("done: ", "expected: ", "came: ", "likely: ", "next: ", "wellcome", "skipped"):
        assert word in done.stdout


def test_a_folder_without_an_app_is_one_message(tmp_path: Path) -> None:
    done = run_pytest("checks/lab_01_factory.py", "--app", str(tmp_path))
    assert done.returncode == 4
    assert "There is no app in" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
