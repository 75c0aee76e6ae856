# lab 2 (given): this machine's own numbers
"""This machine: how busy its processor, memory, network and disks are."""

import time
from collections.abc import Callable
from typing import TypeVar

import pandas as pd
import psutil

from . import Column

GAP = float("nan")
Counters = TypeVar("Counters")


class Machine:
    """The load of the machine that the server runs on, one row a read.

    `cpu`, `network` and `disk` are averages since the last read (the first read: since the machine
    and the source were started); `memory` is what is in use now. 1 kB is 1000 bytes. A number that
    the system does not give, or hides, is NaN, and so is a rate across a counter that went back to
    zero.
    """

    id = "machine"
    title = "This machine"
    columns: tuple[Column, ...] = (
        Column("cpu", "%"),
        Column("memory", "%"),
        Column("network", "kB/s"),
        Column("disk", "kB/s"),
    )

    def __init__(self) -> None:
        # Not psutil.cpu_percent: it remembers its last answer for each thread, and every event is
        # handled in a new one.
        self._busy, self._total = 0.0, 0.0
        self._then, self._network, self._disk = time.monotonic(), network_bytes(), disk_bytes()

    def read(self) -> pd.DataFrame:
        """Return one row: the load now."""
        now, network, disk = time.monotonic(), network_bytes(), disk_bytes()
        busy, total = processor_seconds()
        seconds = now - self._then
        row = {
            "time": pd.Timestamp.now("UTC"),
            "cpu": percent(busy - self._busy, total - self._total),
            "memory": memory_percent(),
            "network": rate(self._network, network, seconds),
            "disk": rate(self._disk, disk, seconds),
        }
        self._then, self._network, self._disk = now, network, disk
        self._busy, self._total = busy, total
        return pd.DataFrame([row]).astype({"time": "datetime64[ms, UTC]"})


def processor_seconds() -> tuple[float, float]:
    """Return the seconds that all processors together were busy, and those that passed, or NaN."""
    times = counted(psutil.cpu_times)
    if times is None:
        return GAP, GAP
    total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    return total - times.idle - getattr(times, "iowait", 0.0), total


def percent(part: float, whole: float) -> float:
    """Return `part` as a percentage of `whole`, to a tenth, or NaN where there is no whole."""
    return round(100 * min(max(part / whole, 0), 1), 1) if whole > 0 else GAP


def memory_percent() -> float:
    """Return how much of the memory is in use, or NaN."""
    memory = counted(psutil.virtual_memory)
    return memory.percent if memory else GAP


def network_bytes() -> float:
    """Return the bytes sent and received since the machine started, or NaN."""
    counters = counted(psutil.net_io_counters)
    return counters.bytes_sent + counters.bytes_recv if counters else GAP


def disk_bytes() -> float:
    """Return the bytes read and written since the machine started, or NaN."""
    counters = counted(psutil.disk_io_counters)
    return counters.read_bytes + counters.write_bytes if counters else GAP


def counted(ask: Callable[[], Counters | None]) -> Counters | None:
    """Return what psutil answers, or None where the system has no such counters or hides them."""
    try:
        return ask()
    except Exception:  # not only psutil's own: each system fails in its own way
        return None


def rate(before: float, after: float, seconds: float) -> float:
    """Return the growth of a counter of bytes in kB/s, to a tenth, or NaN where it is unknown."""
    if seconds <= 0 or after < before:
        return GAP
    return round((after - before) / 1000 / seconds, 1)
