# lab 2 (given): this machine's own numbers
"""This machine: how busy its processor, memory, network and disks are."""

import time

import pandas as pd
import psutil

from . import Column


class Machine:
    """The load of the machine that the server runs on, one row a read.

    `cpu`, `network` and `disk` are averages since the last read (the first read: since the source
    was made); `memory` is what is in use now. 1 kB is 1000 bytes. A number that the system does not
    give is NaN, and so is a rate across a counter that went back to zero.
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
        psutil.cpu_percent(
            interval=None
        )  # its first answer means nothing: it only starts the clock
        self._then, self._network, self._disk = time.monotonic(), network_bytes(), disk_bytes()

    def read(self) -> pd.DataFrame:
        """Return one row: the load now."""
        now, network, disk = time.monotonic(), network_bytes(), disk_bytes()
        seconds = now - self._then
        row = {
            "time": pd.Timestamp.now("UTC"),
            "cpu": psutil.cpu_percent(interval=None),
            "memory": psutil.virtual_memory().percent,
            "network": rate(self._network, network, seconds),
            "disk": rate(self._disk, disk, seconds),
        }
        self._then, self._network, self._disk = now, network, disk
        return pd.DataFrame([row]).astype({"time": "datetime64[ms, UTC]"})


def network_bytes() -> float:
    """Return the bytes sent and received since the machine started, or NaN."""
    counters = psutil.net_io_counters()
    return counters.bytes_sent + counters.bytes_recv if counters else float("nan")


def disk_bytes() -> float:
    """Return the bytes read and written since the machine started, or NaN."""
    counters = psutil.disk_io_counters()
    return counters.read_bytes + counters.write_bytes if counters else float("nan")


def rate(before: float, after: float, seconds: float) -> float:
    """Return the growth of a counter of bytes in kB/s, or NaN where it cannot be known."""
    if seconds <= 0 or after < before:
        return float("nan")
    return (after - before) / 1000 / seconds
