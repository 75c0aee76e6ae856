"""The student's copies: made whole, never overwritten, never lost."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kit import cut
from kit.course import Course, Lab
from kit.student import given, workspace

# Makes the copy of a lab as another process; "ready" tells that its imports are done.
START = """
import sys
from pathlib import Path
from kit.course import Course
from kit.student import workspace
course = Course(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(workspace.start(course, course.lab(3)).made, flush=True)
"""
# The same, but it stays for ever where half of the copy is written.
STUCK = START.replace(
    'print("ready", flush=True)',
    """
from kit import cut
def half(tree, folder):
    whole(dict(list(tree.items())[:3]), folder)
    print("half", flush=True)
    sys.stdin.read()
whole, cut.write = cut.write, half
""",
)


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab("events")


@pytest.fixture
def before(course: Course) -> Lab:
    """The lab before it, for code to carry forward."""
    return course.lab("blueprints")


@pytest.fixture
def process(course: Course) -> Iterator[Any]:
    """A function that starts a script as another process, on the same course."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", script, str(course.root)],
                cwd=course.root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.communicate()


def beside(lab: Lab) -> list[str]:
    """What lies in the lab's folder apart from what the course brings."""
    return sorted(path.name for path in lab.folder.iterdir() if path.suffix != ".md")


def is_whole(course: Course, lab: Lab) -> bool:
    return cut.read(lab.package) == given.starter(course, lab)


def test_start_makes_the_starter_with_the_browsers_libraries(course: Course, lab: Lab) -> None:
    copy = workspace.start(course, lab)

    assert copy == workspace.Copy(lab.package, made=True)
    assert is_whole(course, lab)
    fetched = {file.name for file in (course.reference / cut.FETCHED).iterdir()}
    assert {file.name for file in (lab.package / cut.FETCHED).iterdir()} == fetched
    assert beside(lab) == ["dashboard"]


def test_start_leaves_a_copy_as_it_is(course: Course, lab: Lab) -> None:
    workspace.start(course, lab)
    (lab.package / "events.py").write_text("mine")
    (lab.package / "api.py").unlink()

    assert not workspace.start(course, lab).made
    assert (lab.package / "events.py").read_text() == "mine"
    assert not (lab.package / "api.py").exists()


def test_many_starts_at_once_in_one_process_make_one_whole_copy(course: Course, lab: Lab) -> None:
    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(lambda _: workspace.start(course, lab), range(4)))

    assert sorted(copy.made for copy in copies) == [False, False, False, True]
    assert is_whole(course, lab)
    assert beside(lab) == ["dashboard"]


def test_two_starts_at_once_in_two_processes_make_one_whole_copy(
    course: Course, lab: Lab, process: Any
) -> None:
    starts = [process(START), process(START)]
    for one in starts:
        assert one.stdout.readline() == "ready\n"
    for one in starts:
        one.stdin.write("go\n")
        one.stdin.flush()

    assert sorted(one.stdout.readline() for one in starts) == ["False\n", "True\n"]
    assert is_whole(course, lab)
    assert beside(lab) == ["dashboard"]


def test_a_kill_in_the_middle_leaves_nothing_that_the_next_start_does_not_mend(
    course: Course, lab: Lab, process: Any
) -> None:
    killed = process(STUCK)
    killed.stdin.write("go\n")
    killed.stdin.flush()
    assert killed.stdout.readline() == "half\n"
    killed.kill()
    killed.wait()
    assert not lab.package.exists()
    assert [name[:5] for name in beside(lab)] == [".new-"]

    assert workspace.start(course, lab).made
    assert is_whole(course, lab)
    assert beside(lab) == ["dashboard"]


def test_a_start_waits_for_another_that_is_at_work_and_does_not_sweep_it_away(
    course: Course, lab: Lab, process: Any
) -> None:
    slow = process(STUCK)
    slow.stdin.write("go\n")
    slow.stdin.flush()
    assert slow.stdout.readline() == "half\n"
    with ThreadPoolExecutor() as pool:
        second = pool.submit(workspace.start, course, lab)
        assert not second.done()
        assert [name[:5] for name in beside(lab)] == [".new-"]
        slow.kill()
        assert second.result(20).made
    assert is_whole(course, lab)


def test_reset_brings_the_starter_back_and_keeps_the_work_even_twice_a_second(
    course: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(workspace.datetime):  # one second that lasts
        @classmethod
        def now(cls, _: object = None) -> "Stopped":
            return cls(2030, 1, 2, 3, 4, 5)

    monkeypatch.setattr(workspace, "datetime", Stopped)
    workspace.start(course, lab)
    kept = []
    for text in ("first", "second", "third"):
        (lab.package / "events.py").write_text(text)
        kept.append(workspace.reset(course, lab).kept)

    names = [f"dashboard.kept-2030-01-02-030405{more}" for more in ("", "-2", "-3")]
    assert [path.name for path in kept if path] == names
    texts = [(path / "events.py").read_text() for path in kept if path]
    assert texts == ["first", "second", "third"]
    assert is_whole(course, lab)
    assert beside(lab) == ["dashboard", *names]


def test_reset_without_a_copy_makes_one(course: Course, lab: Lab) -> None:
    assert workspace.reset(course, lab).kept is None
    assert is_whole(course, lab)


def test_a_full_disk_leaves_the_students_copy_where_it_was(
    course: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.start(course, lab)
    (lab.package / "events.py").write_text("mine")

    def full(tree: cut.Tree, folder: Path) -> None:
        whole(dict(list(tree.items())[:3]), folder)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    whole = cut.write
    monkeypatch.setattr(cut, "write", full)
    with pytest.raises(OSError, match="No space"):
        workspace.reset(course, lab)

    assert (lab.package / "events.py").read_text() == "mine"
    assert beside(lab) == ["dashboard"]


def test_mine_brings_changes_and_own_files_into_the_next_lab(
    course: Course, lab: Lab, before: Lab
) -> None:
    cut.write(given.solution(course, before), before.package)
    pages = before.package / "pages.py"
    pages.write_text(pages.read_text() + "\n\nMINE = 1\n")
    (before.package / "static" / "own.css").write_text("mine")
    (before.package / "__pycache__").mkdir()
    (before.package / "__pycache__" / "api.pyc").write_text("")
    (before.package / ".venv" / "lib").mkdir(parents=True)
    (before.package / ".venv" / "lib" / "flask.py").write_text("")

    copy = workspace.carry_forward(course, lab)

    assert copy == workspace.Copy(lab.package, made=True)
    assert (lab.package / "pages.py").read_text().endswith("MINE = 1\n")
    assert (lab.package / "static" / "own.css").read_text() == "mine"
    starter = given.starter(course, lab)
    assert (lab.package / "events.py").read_bytes() == starter["events.py"]
    assert (lab.package / "__init__.py").read_bytes() == starter["__init__.py"]
    assert not {"__pycache__", ".venv"} & {path.name for path in lab.package.iterdir()}
    assert any((lab.package / cut.FETCHED).iterdir())


def test_mine_merges_where_both_changed_other_lines_of_a_file(
    course: Course, lab: Lab, before: Lab
) -> None:
    cut.write(given.solution(course, before), before.package)
    init = before.package / "__init__.py"
    init.write_text(f'"""My own dashboard."""\n{init.read_text().partition(chr(10))[2]}')

    assert workspace.carry_forward(course, lab).to_look_at == ()

    text = (lab.package / "__init__.py").read_text()
    assert text.startswith('"""My own dashboard."""')
    assert f"lab {lab.number}:" in text


def test_mine_keeps_the_students_file_where_both_changed_the_same_lines(
    course: Course, lab: Lab, before: Lab
) -> None:
    cut.write(given.solution(course, before), before.package)
    (before.package / "__init__.py").write_text("mine = 1\n")

    copy = workspace.carry_forward(course, lab)

    assert copy.to_look_at == (lab.package / "__init__.py",)
    assert (lab.package / "__init__.py").read_text() == "mine = 1\n"
    starter = given.starter(course, lab)
    assert (lab.package / "__init__.py.lab").read_bytes() == starter["__init__.py"]


def test_mine_takes_an_editors_other_line_ends_for_no_change(
    course: Course, lab: Lab, before: Lab
) -> None:
    stage = given.solution(course, before)
    cut.write({n: text.replace(b"\n", b"\r\n") for n, text in stage.items()}, before.package)

    assert workspace.carry_forward(course, lab).to_look_at == ()
    assert is_whole(course, lab)


def test_mine_passes_over_a_lab_that_the_student_has_not_touched(
    course: Course, lab: Lab, before: Lab
) -> None:
    first = course.lab("factory")
    cut.write(given.solution(course, first), first.package)
    (first.package / "own.py").write_text("OWN = 1\n")
    workspace.start(course, before)

    workspace.carry_forward(course, lab)

    assert (lab.package / "own.py").exists()
    assert b"TODO lab 2:" not in b"".join(cut.read(lab.package).values())


def test_mine_keeps_a_copy_that_is_there(course: Course, lab: Lab, before: Lab) -> None:
    cut.write(given.solution(course, before), before.package)
    workspace.start(course, lab)
    (lab.package / "events.py").write_text("older")

    kept = workspace.carry_forward(course, lab).kept

    assert kept is not None
    assert (kept / "events.py").read_text() == "older"


def test_mine_with_nothing_to_carry_says_so_and_changes_nothing(
    course: Course, lab: Lab, before: Lab
) -> None:
    workspace.start(course, before)
    with pytest.raises(workspace.NothingToCarry, match="no code of yours"):
        workspace.carry_forward(course, lab)
    assert not lab.package.exists()
