"""Verdicts that renew themselves when a file is saved."""

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import watchfiles

from kit.checking.verdict import Verdict
from kit.checking.watch import Watch
from kit.course import Course
from tests.running.submission import HELLO, save
from tests.waiting import until

CHECKS = '''
from kit.checking import App, Cause, Failure, check

WRONG = Cause("wrong", "It says something else.", "Say hello.")


@check
def says_hello(start):
    """It says hello."""
    said = start(App(config=None)).get("/").text
    if said != "hello":
        raise Failure("it says hello", f"it said {said}", WRONG)
'''


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of one lab with one check."""
    for name, text in {
        "labs/01_hello/README.md": "# Hello\n",
        "checks/lab_01_hello.py": CHECKS,
    }.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return Course(tmp_path / "course")


class Watched:
    """The verdicts of a watch, as they come in a thread of their own."""

    def __init__(self, watch: Watch) -> None:
        self.stop = threading.Event()
        self.begun = 0
        self._verdicts: queue.Queue[Verdict | None] = queue.Queue()
        self.thread = threading.Thread(target=self._follow, args=(watch,))
        self.thread.start()

    def _follow(self, watch: Watch) -> None:
        for verdict in watch.verdicts(self.stop, self._note):
            self._verdicts.put(verdict)
        self._verdicts.put(None)

    def _note(self) -> None:
        self.begun += 1

    def is_checking(self) -> bool:
        return self.begun > 0

    def next(self) -> Verdict | None:
        return self._verdicts.get(timeout=20)

    def until(self, passed: bool) -> Verdict:
        """Return the next verdict that is so: a save may be seen in two steps."""
        while (verdict := self.next()) is not None:
            if verdict.passed is passed:
                return verdict
        raise AssertionError("the watch ended")


@pytest.fixture
def watched(course: Course, tmp_path: Path) -> Iterator[Watched]:
    """A watch on an app that says hello, from its first verdict on."""
    save(tmp_path / "work", HELLO)
    with Watch(course, course.lab(1), tmp_path / "work") as watch:
        watched = Watched(watch)
        assert watched.until(True)
        yield watched
        watched.stop.set()
        watched.thread.join(10)
        assert not watched.thread.is_alive()


def test_a_verdict_comes_soon_after_a_save(watched: Watched, tmp_path: Path) -> None:
    seconds = []
    for word, passed in [("other", False), ("hello", True)] * 3:
        began = time.monotonic()
        save(tmp_path / "work", HELLO.replace('"hello"', f'"{word}"'))
        watched.until(passed)
        seconds.append(time.monotonic() - began)
    assert sorted(seconds)[len(seconds) // 2] < 3, seconds


def test_a_save_gives_up_what_is_still_checked(watched: Watched, tmp_path: Path) -> None:
    save(tmp_path / "work", "import time\ntime.sleep(600)\n")
    until(watched.is_checking, what="the beginning of the check")
    save(tmp_path / "work", HELLO)
    verdict = watched.next()
    assert verdict is not None
    assert verdict.passed, "the first verdict that comes is on the newest save"


def test_deleting_and_renaming_are_saves_as_well(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "work" / "dashboard" / "__init__.py"
    path.rename(path.with_name("old.py"))
    watched.until(False)
    path.with_name("old.py").rename(path)
    watched.until(True)
    path.unlink()
    watched.until(False)


def test_a_new_folder_put_in_the_old_ones_place_is_seen(watched: Watched, tmp_path: Path) -> None:
    package = tmp_path / "work" / "dashboard"
    package.rename(tmp_path / "kept")
    watched.until(False)
    save(tmp_path / "new", HELLO)
    (tmp_path / "new" / "dashboard").rename(package)
    watched.until(True)
    save(tmp_path / "work", "nonsense(\n")
    watched.until(False)


def test_without_events_a_save_is_seen_all_the_same(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise OSError("no inotify instances left")

    monkeypatch.setattr(watchfiles, "watch", none_left)
    save(tmp_path / "work", HELLO)
    with Watch(course, course.lab(1), tmp_path / "work") as watch:
        watched = Watched(watch)
        watched.until(True)
        save(tmp_path / "work", HELLO.replace('"hello"', '"other"'))
        watched.until(False)
        watched.stop.set()
        watched.thread.join(10)


def test_what_the_server_writes_while_it_is_checked_is_no_save(
    watched: Watched, tmp_path: Path
) -> None:
    writes = "import os, time\nopen('server.log', 'a').write('x')\nopen('own.db', 'w').close()\n"
    save(tmp_path / "work", writes + HELLO.replace('"hello"', '"other"'))
    watched.until(False)
    assert (tmp_path / "work" / "server.log").exists()
    save(tmp_path / "work", HELLO, "more.py")
    assert watched.next() is not None
    # Had the log counted, its verdict would have come before this one.
    save(tmp_path / "work", writes + HELLO)
    while (verdict := watched.next()) and not verdict.passed:
        pass
    assert len((tmp_path / "work" / "server.log").read_text()) <= 5


def test_stopping_ends_it_soon(watched: Watched) -> None:
    began = time.monotonic()
    watched.stop.set()
    assert watched.next() is None
    assert time.monotonic() - began < 5
