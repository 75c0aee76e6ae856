# lab 14 (given): a module for child processes
"""Child processes that do not outlive this one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

Process = subprocess.Popen[bytes]

AT_ONCE = 10.0  # seconds: what ends sooner is likely to end again
LONGEST_PAUSE = 30.0  # seconds
PR_SET_PDEATHSIG = 1

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Process:
    """Start `command` in a process group of its own, so that Ctrl-C is ours to pass on.

    On Linux it gets SIGTERM when this process ends in whatever way. Elsewhere, a child of one that
    was killed has to be ended by hand.
    """
    parent = os.getpid()

    def prepare() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
            if os.getppid() != parent:  # too late for the signal
                os._exit(1)

    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=prepare,  # noqa: PLW1509  (called where there are no other threads)
    )


def kill(child: Process) -> None:
    """End a child, and whatever it has started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


class Pauses:
    """How long to wait until what has ended is started again: longer and longer."""

    def __init__(self) -> None:
        self.failures = 0
        self.began = 0.0
        self.due = 0.0  # monotonic seconds

    def note_start(self) -> None:
        """Note that it was started now."""
        self.began = time.monotonic()

    def note_end(self) -> None:
        """Note that it has ended now; `due` says when to start it again."""
        now = time.monotonic()
        self.failures = 0 if now - self.began > AT_ONCE else self.failures + 1
        pause = min(0.25 * 2**self.failures, LONGEST_PAUSE) if self.failures > 1 else 0.0
        self.due = now + pause
