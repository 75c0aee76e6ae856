"""The panel sees what is saved: by the system's events, and by its own look without them."""

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import watchfiles

from kit.checking import noticing
from kit.checking.saves import look
from kit.course import ROOT, Course, Lab
from kit.panel.watching import Watching
from tests import waiting

Seen = queue.Queue[list[Lab]]

# A process without inotify: that of its user namespace alone has run out.
CHILD = """
import os, sys, threading, watchfiles
from pathlib import Path
from kit.course import Course
from kit.panel.watching import Watching

course = Course(Path(sys.argv[1]))
try:
    next(watchfiles.watch(course.root, yield_on_timeout=True, rust_timeout=50))
except (OSError, RuntimeError):
    print("no events", flush=True)
tell = lambda labs: print([lab.number for lab in labs], flush=True)
Watching(course, tell, threading.Event()).start()
print("watches", flush=True)
sys.stdin.read()
os._exit(0)  # its threads may be about to print
"""
RUN_OUT = 'echo 0 > "/proc/sys/user/$0" && exec "$@"'


@pytest.fixture
def course(tmp_path: Path) -> Course:
    for slug in ("01_hello", "02_again"):
        (tmp_path / "labs" / slug / "dashboard").mkdir(parents=True)
        (tmp_path / "labs" / slug / "README.md").touch()
    return Course(tmp_path)


@pytest.fixture
def begin(course: Course) -> Iterator[Callable[[], Seen]]:
    """A function that begins to watch, and returns where the saved labs are put."""
    ended = threading.Event()
    seen: Seen = queue.Queue()
    watching = Watching(course, seen.put, ended)

    def start() -> Seen:
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
    begin: Callable[[], Seen],
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


@pytest.mark.parametrize("events", [None, silent_events])
def test_however_a_file_is_saved_it_is_seen(
    course: Course,
    begin: Callable[[], Seen],
    monkeypatch: pytest.MonkeyPatch,
    events: Callable[..., object] | None,
) -> None:
    if events:
        monkeypatch.setattr(watchfiles, "watch", events)
    lab, other = course.lab(2), course.lab(1)
    (lab.package / "events.py").write_text("x = 1\n")
    seen = begin()
    for save in (_in_one_step, _with_a_clock_set_back, _in_a_new_folder, _in_the_top_made_anew):
        save(lab)
        while lab not in seen.get(timeout=60):
            pass
        # What is told of it as well comes before what is told of this.
        (other.package / "events.py").write_text(save.__name__)
        while other not in seen.get(timeout=60):
            pass


def _in_one_step(lab: Lab) -> None:
    """Save as many editors do: write another file, and put it in the place of the first."""
    other = lab.package / "events.py.new"
    other.write_text("x = 2\n")
    other.replace(lab.package / "events.py")


def _with_a_clock_set_back(lab: Lab) -> None:
    (lab.package / "events.py").write_text("x = 3\n")
    os.utime(lab.package / "events.py", (1e9, 1e9))


def _in_a_new_folder(lab: Lab) -> None:
    shutil.rmtree(lab.package)
    lab.package.mkdir()
    (lab.package / "events.py").write_text("x = 40\n")


def _in_the_top_made_anew(lab: Lab) -> None:
    """Save where all labs were taken away and brought back, as with another branch."""
    kept = lab.root / "kept"
    lab.folder.parent.rename(kept)
    shutil.copytree(kept, lab.folder.parent)
    (lab.package / "events.py").write_text("x = 50\n")


def test_a_server_that_writes_all_the_time_keeps_nobody_from_looking(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "EVERY", 0.2)
    ended = threading.Event()
    watching = Watching(course, lambda _: None, ended)
    log = course.lab(1).package / "app.log"

    def write() -> None:
        while not ended.wait(0.005):
            log.write_text(str(time.monotonic()))

    threading.Thread(target=write, daemon=True).start()
    watching.start()
    try:
        for _ in range(3):
            before = watching._looked
            waiting.until(lambda last=before: watching._looked > last, seconds=30, what="a look")
    finally:
        ended.set()
        watching._thread.join(60)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no inotify")
@pytest.mark.parametrize("lacking", ["max_inotify_instances", "max_inotify_watches"])
def test_without_inotify_it_goes_on(course: Course, lacking: str) -> None:
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", RUN_OUT, lacking]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("no user namespaces here")
    with subprocess.Popen(
        [*command, sys.executable, "-c", CHILD, str(course.root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "no events\n"
        assert child.stdout.readline() == "watches\n"
        (course.lab(2).package / "events.py").write_text("x = 1\n")
        assert child.stdout.readline() == "[2]\n"
        child.communicate()
    assert child.returncode == 0


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
