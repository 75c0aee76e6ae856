"""How long to wait for another process: by what it does, not by the clock alone.

A deadline on the clock gives a right submission a wrong verdict on a loaded machine. So time counts
as idle only while every thread of the process was seen asleep, and as busy only as processor time
that the process really got.
"""

import os
import time
from collections.abc import Callable

import psutil

STEP = 0.05  # seconds between two looks
LAST_CALL = 0.2  # seconds


class Patience:
    """Waits for a process that has to answer; `is_over` says when waiting makes no sense.

    `idle` and `busy` are seconds: how long it may do nothing, and how much processor time it may
    take. `longest` bounds the whole in seconds on the clock, and `step` is from one look to the
    next. `shortcut`, if set, is asked at each look, and told whether the process is asleep. Once it
    says that waiting is pointless, with the seconds in which something may still happen, there are
    so many idle seconds left, and `LAST_CALL` more for what is on its way already. Where the other
    process certainly does nothing more by itself, `shortcut` sets `at_rest`: then whoever can make
    a round trip has all that was on its way, and need not wait for so long.
    """

    def __init__(
        self, pid: int, *, idle: float, busy: float, longest: float = 60, step: float = STEP
    ) -> None:
        self.pid = pid
        self.step = step
        self.idle_left = idle
        self.busy = busy
        self.ends = time.monotonic() + longest
        self.looked = time.monotonic()
        # Looked up only by who has to wait, at the first look: most answers are there before it.
        self.used_at_start: float | None = None
        self.shortcut: Callable[[bool], float | None] | None = None
        self.at_rest = False

    def is_over(self) -> bool:
        """Look once more, and say whether the process has had its chance."""
        now = time.monotonic()
        is_asleep = _is_asleep(self.pid)
        still = self.shortcut(is_asleep) if self.shortcut else None
        if still is not None:
            self.shortcut = None
            self.idle_left = min(self.idle_left, still + LAST_CALL)
        # A long pause between two looks was ours, not the other process's.
        passed = min(now - self.looked, 2 * self.step)
        self.looked = now
        if is_asleep:
            self.idle_left -= passed
        used = _processor_seconds(self.pid)
        if self.used_at_start is None:
            self.used_at_start = used
        took = used - self.used_at_start
        return self.idle_left <= 0 or took >= self.busy or now >= self.ends


def _is_asleep(pid: int) -> bool:
    """Whether every thread of the process waits for something, or was stopped by a signal.

    True where none can be seen.
    """
    tasks = f"/proc/{pid}/task"
    try:
        # Without pathlib, which takes longer than the system: this is done all the time.
        return all(_state(f"{tasks}/{task}/stat") in b"SIZXT" for task in os.listdir(tasks))  # noqa: PTH208
    except OSError:
        return True


def _state(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read(512).rpartition(b")")[2].split()[0]


def _processor_seconds(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
