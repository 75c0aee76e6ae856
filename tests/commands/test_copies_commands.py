"""`start`, `reset` and `progress`: the student's copies."""

from kit import cut
from kit.cli import FAILED, PASSED
from tests.command import Project


def test_start_reset_and_progress_tell_what_they_did(project: Project) -> None:
    first = project.run("start", "events")
    assert first.returncode == PASSED
    assert "Lab 3: events: your copy is in labs/03_events/dashboard\n" in first.stdout
    assert "The task: labs/03_events/README.md" in first.stdout

    again = project.run("start", "3")
    assert again.returncode == PASSED
    assert "already. It was left as it is." in again.stdout

    reset = project.run("reset", "3")
    assert reset.returncode == PASSED
    assert "the starter is back in labs/03_events/dashboard" in reset.stdout
    assert "Your older work is kept in labs/03_events/dashboard.kept-" in reset.stdout

    progress = project.run("progress")
    assert progress.returncode == PASSED
    lines = {line.split(":")[0].strip(): line for line in progress.stdout.splitlines()}
    assert "started, not checked yet" in lines["Lab 3"]
    assert "not started" in lines["Lab 1"]


def test_mine_without_work_to_carry_says_what_to_do(project: Project) -> None:
    done = project.run("start", "3", "--mine")
    assert done.returncode == FAILED
    assert "There is no code of yours from a lab before Lab 3: events." in done.stderr
    assert "python3 -m kit start events" in done.stderr


def test_mine_names_the_files_to_look_at(project: Project) -> None:
    before = project.course.lab(2)
    cut.write(cut.stage(project.course.reference, 2), before.package)
    (before.package / "__init__.py").write_text("mine = 1\n")

    done = project.run("start", "3", "--mine")

    assert done.returncode == PASSED
    assert "Both you and this lab changed labs/03_events/dashboard/__init__.py" in done.stdout
    assert "__init__.py.lab" in done.stdout
