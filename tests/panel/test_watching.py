"""The panel sees what is saved: by the system's events, and by its own look without them."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import watchfiles

from kit.checking.saves import look
from kit.course import Course, Lab
from kit.panel.watching import Watching


@pytest.fixture
def course(tmp_path: Path) -> Course:
    for slug in ("01_hello", "02_again"):
        (tmp_path / "labs" / slug / "dashboard").mkdir(parents=True)
        (tmp_path / "labs" / slug / "README.md").touch()
    return Course(tmp_path)


@pytest.fixture
def begin(course: Course) -> Iterator[Callable[[], "queue.Queue[list[Lab]]"]]:
    """A function that begins to watch, and returns where the saved labs are put."""
    ended = threading.Event()
    seen: queue.Queue[list[Lab]] = queue.Queue()
    watching = Watching(course, seen.put, ended)

    def start() -> "queue.Queue[list[Lab]]":
        watching.start()
        return seen

    yield start
    ended.set()
    watching._thread.join(60)
    assert not watching.goes_on


def no_events(*_: object, **__: object) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    raise OSError("no inotify instances left")


def silent_events(
    *_: object, stop_event: threading.Event, **__: object
) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    """What a network mount gives: nothing but the timeouts."""
    while not stop_event.wait(0.05):
        yield set()


@pytest.mark.parametrize("events", [None, no_events, silent_events])
def test_a_save_is_seen_and_of_its_lab_alone(
    course: Course,
    begin: Callable[[], "queue.Queue[list[Lab]]"],
    monkeypatch: pytest.MonkeyPatch,
    events: Callable[..., object] | None,
) -> None:
    if events:
        monkeypatch.setattr(watchfiles, "watch", events)
    lab = course.lab(2)
    seen = begin()
    (lab.package / "app.log").write_text("written by a server")
    (course.root / "labs" / ".progress").mkdir()
    (course.root / "labs" / ".progress" / "02_again.verdict.json").write_text("{}")
    (lab.package / "events.py").write_text("x = 1\n")
    assert seen.get(timeout=60) == [lab]
    (lab.package / "events.py").unlink()
    assert lab in seen.get(timeout=60)


def test_an_environment_is_looked_at_from_its_top(tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").touch()
    before = look(tmp_path)
    assert len(before) == 2
    (packages / "flask").mkdir()
    assert look(tmp_path) != before
