"""Children that are forked before they are wanted."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from kit.course import ROOT
from kit.running import Launcher
from kit.running.launch import CAN_FORK
from tests.running.submission import HELLO, plan
from tests.waiting import until

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="This system cannot fork.")

PARENT = """
import sys
from kit.running import warm
warm.HEAVY.clear()
warm.rehearse = lambda: None
warm.KEPT_READY, warm.ALL_READY = map(float, sys.argv[2:])
warm.main(int(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with Launcher() as made:
        yield made


def ready(launcher: Launcher, parent: psutil.Process, count: int) -> set[int]:
    """Return the children that wait, once there are so many."""
    launcher.keep_ready(count)
    until(lambda: len(parent.children()) == count, what=f"{count} children")
    return {child.pid for child in parent.children()}


@pytest.fixture
def parent(launcher: Launcher, tmp_path: Path) -> psutil.Process:
    """The process whose children they are."""
    with launcher.start(plan(tmp_path / "first", HELLO)) as app:
        app.wait_until_listening()
        found = psutil.Process(app.pid).parent()
    assert found
    return found


def test_the_next_apps_are_theirs_and_then_others_are_forked(
    launcher: Launcher, parent: psutil.Process, tmp_path: Path
) -> None:
    waiting = ready(launcher, parent, 2)
    assert ready(launcher, parent, 2) == waiting
    wanted = plan(tmp_path, HELLO)  # written once: a child may be reading it already
    with ExitStack() as stack:
        apps = [stack.enter_context(launcher.start(wanted)) for _ in range(3)]
        for app in apps:
            app.wait_until_listening()
        assert {app.pid for app in apps[:2]} == waiting
        assert apps[2].pid not in waiting
    until(lambda: not parent.children(), what="the end of all")


def test_one_that_has_ended_is_not_counted_on(
    launcher: Launcher, parent: psutil.Process, tmp_path: Path
) -> None:
    for child in ready(launcher, parent, 2):
        psutil.Process(child).kill()
    until(lambda: not parent.children(), what="their end")
    with launcher.start(plan(tmp_path, HELLO)) as app:
        app.wait_until_listening()


def test_they_end_with_their_parent(tmp_path: Path) -> None:
    with Launcher() as launcher:
        with launcher.start(plan(tmp_path, HELLO)) as app:
            app.wait_until_listening()
            parent = psutil.Process(app.pid).parent()
        assert parent
        waiting = [psutil.Process(child) for child in ready(launcher, parent, 2)]
    until(lambda: not any(child.is_running() for child in waiting), what="their end")


@pytest.mark.parametrize(
    ("count", "seconds", "left"), [(2, ("0.2", "0.2"), 0), (4, ("600", "0.2"), 1)]
)
def test_they_end_where_nobody_wants_them(count: int, seconds: tuple[str, str], left: int) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        process = psutil.Popen(
            [sys.executable, "-c", PARENT, str(theirs.fileno()), *seconds],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stderr=subprocess.PIPE,
        )
        theirs.close()
        with process:
            assert ours.recv(4096) == b'{"event": "warm"}'
            ours.send(json.dumps({"want": "ready", "count": count}).encode())
            until(lambda: len(process.children()) == count, what="all children")
            until(lambda: len(process.children()) == left, what="the end of some")
            ours.shutdown(socket.SHUT_RDWR)
            assert process.wait(40) == 0
            assert process.stderr.read() == b""
