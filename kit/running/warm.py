"""The warm parent: it has imported the heavy libraries, and forks a child for each app.

Importing them takes over a second; forking takes a few milliseconds. It talks to the harness over
a Unix socket that keeps messages apart: requests come in as JSON with the child's descriptors
attached, and every answer is one JSON object.

Python's own fork server (`multiprocessing`), with the same libraries loaded, needs 39 ms to the
first answer of an app where this one needs 25, and 14 with a child that is kept ready (medians of
one run, lab 6 on two cores). It also keeps no child ready, is not told what a child leaves behind,
and starts in no enclosure.

A child waits until it is told what to serve. So it can be forked while nobody waits for it, and
rehearse: the memory that it writes to is its own by then, and no longer its parent's.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

import psutil

from kit.running.host import serve
from kit.running.plan import Plan
from kit.running.rehearsal import rehearse

# What the children will import: it is there already when they are forked. `import pydantic` alone
# brings nearly nothing of it: that comes when a model is made.
HEAVY = [
    "flask_socketio",
    "limits.storage",
    "limits.strategies",
    "pandas",
    "plotly.data",
    "plotly.graph_objects",
    "prometheus_client",
    "pydantic.functional_validators",
    "pydantic.json_schema",
    "pydantic.main",
    "pydantic.type_adapter",
    "pythonjsonlogger.json",
    "redis",
    "simple_websocket",
    "werkzeug.serving",
]

# What serves an app, whether that names it or not.
SERVES = {"flask_socketio", "simple_websocket", "werkzeug"}

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
MOST_GENERATIONS = 100  # of processes that started each other, before we give up ending them
MOST_PLAN = 1 << 20  # bytes
KEPT_READY = 300.0  # seconds without a request after which no child is kept ready any more
# Whoever saves seldom need not have memory for all of them: after so many seconds so few are left.
ALL_READY, A_FEW = 60.0, 1


@dataclass(frozen=True)
class Child:
    """A child that waits at the other end of `door` for what it is to serve."""

    pid: int
    door: socket.socket


def prepare(named: Container[str] | None = None) -> None:
    """Import what the children need, unless it is there, and rehearse: all that takes time.

    Without `named`, the libraries that they name, those are all of them.
    """
    missing = [
        module
        for module in HEAVY
        if module not in sys.modules
        and (named is None or (library := module.partition(".")[0]) in named or library in SERVES)
    ]
    for module in missing:
        importlib.import_module(module)
    if missing:
        rehearse()


def main(descriptor: int, enter: Callable[[], None] = lambda: None) -> None:
    """Serve the harness at the other end of `descriptor` until it goes away.

    `prepare` comes before. Each child calls `enter` first.
    """
    harness = socket.socket(fileno=descriptor)
    wake, sleeper = os.pipe()
    os.set_blocking(sleeper, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(sleeper)
    signal.signal(signal.SIGCHLD, _noted)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a child leaves behind comes to us, to be ended
    gc.freeze()
    children: set[int] = set()
    waiting: list[Child] = []
    fork = partial(_fork, harness, enter)
    _say(harness, {"event": "warm"})
    while True:
        bound = ALL_READY if len(waiting) > A_FEW else KEPT_READY if waiting else None
        ready, _, _ = select.select([harness.fileno(), wake], [], [], bound)
        if wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 4096)
            _reap(harness, children)
        if harness.fileno() in ready:
            message, descriptors, _, _ = socket.recv_fds(harness, MOST_PLAN, 2)
            if not message:
                break
            request = json.loads(message)
            match request["want"]:
                case "start":
                    child = _start(request["plan"], descriptors, waiting, fork)
                    children.add(child)
                    _say(harness, {"event": "started", "pid": child})
                case "ready":
                    while len(waiting) < request["count"]:
                        waiting.append(fork(rehearses=True))
                        children.add(waiting[-1].pid)
                case "stop":
                    _end(request["pid"], children)
                    _reap(harness, children)
        if not ready:
            _send_home(waiting, left=A_FEW if len(waiting) > A_FEW else 0)
    _send_home(waiting)
    for child in list(children):
        _end(child, children)
    _end_orphans(set())


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Take the signal; the wake-up descriptor has already told the loop."""


def _say(harness: socket.socket, message: dict[str, object]) -> None:
    harness.send(json.dumps(message).encode())


def prctl(option: int, value: int) -> None:
    """Tell the system how it should treat this process, on Linux; elsewhere it does nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _start(
    plan: str, descriptors: list[int], waiting: list[Child], fork: Callable[[], Child]
) -> int:
    """Give a child its plan and its descriptors, and return its process id."""
    while waiting:
        child = waiting.pop(0)
        with contextlib.suppress(OSError):  # it has ended meanwhile
            return _give(child, plan, descriptors)
    return _give(fork(), plan, descriptors)


def _give(child: Child, plan: str, descriptors: list[int]) -> int:
    with child.door:
        socket.send_fds(child.door, [plan.encode()], descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    return child.pid


def _send_home(waiting: list[Child], left: int = 0) -> None:
    """Let the children end that nobody has a plan for, but for so many that are `left`."""
    while len(waiting) > left:
        waiting.pop().door.close()


def _fork(harness: socket.socket, enter: Callable[[], None], *, rehearses: bool = False) -> Child:
    ours, door = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid:
        door.close()
        return Child(pid, ours)
    try:
        os.setsid()
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        harness.detach()
        ours.detach()
        signal.set_wakeup_fd(-1)
        _close_all_but(door.fileno())
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        enter()
        if rehearses:
            rehearse()
        with door:
            plan, descriptors, _, _ = socket.recv_fds(door, MOST_PLAN, 2)
        if not plan:
            os._exit(0)
        control, log = descriptors
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        serve(Plan.from_json(plan.decode()), socket.socket(fileno=control))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _close_all_but(*kept: int) -> None:
    """Close the descriptors that a child has from its parent: they are none of its business."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) not in {0, 1, 2, *kept}:
            with contextlib.suppress(OSError):  # the one that listed them
                os.close(int(name))


def _end(child: int, children: set[int]) -> None:
    """Kill a child and its whole process group; what it had started elsewhere comes to us."""
    if child not in children:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)  # it may have left its group


def _reap(harness: socket.socket, children: set[int]) -> None:
    """Collect the processes that have ended, and end the orphans of those that had children."""
    exited = []
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            if pid in children:
                children.discard(pid)
                exited.append((pid, os.waitstatus_to_exitcode(status)))
    _end_orphans(children)
    # Said last: who hears it may count on everything being gone.
    for pid, code in exited:
        _say(harness, {"event": "exited", "pid": pid, "code": code})


def _end_orphans(children: set[int]) -> None:
    """Kill every process below this one that is not in `children`, until none is left."""
    for _ in range(MOST_GENERATIONS):
        orphans = []
        for pid in _own_children() - children:
            with contextlib.suppress(psutil.Error):
                orphans.append(psutil.Process(pid))
                orphans[-1].kill()
        if not orphans:
            return
        psutil.wait_procs(orphans, timeout=1)


def _own_children() -> set[int]:
    try:
        # This process has one thread. psutil would read of every process who its parent is.
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return {child.pid for child in psutil.Process().children()}
    return set(map(int, listed.split()))


if __name__ == "__main__":
    prepare()
    main(int(sys.argv[1]))
