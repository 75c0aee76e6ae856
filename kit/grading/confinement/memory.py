"""The bound on a submission as a whole: the memory of all its processes together.

A limit for one process is six times as large for six servers, so somebody has to look at the sum.
"""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

from kit.grading.confinement.cells import Wall
from kit.grading.confinement.processes import children

LOOK = 0.1  # seconds between two looks
MOST_MEMORY = 1 << 30  # bytes, of all processes of a submission, besides what a server starts with
KILOBYTE, BLOCK = 1 << 10, 512


class MemoryBound:
    """Ends all processes in a cell of the `wall` when they hold too much together.

    The warm parent goes on: so what they were asked for fails, and what comes next begins anew.
    """

    def __init__(self, wall: Wall, most: int = MOST_MEMORY) -> None:
        """Watch until the end of the `with`, with a bound of so many bytes."""
        self._wall = wall
        self._most = most
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)
        self._thread.start()

    def __enter__(self) -> "MemoryBound":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        took = 0.0
        # A look at hundreds of processes takes its time, which others need.
        while not self._stop.wait(max(LOOK, 4 * took)):
            began = time.thread_time()
            cell = self._wall.cell
            if cell:
                self._look(cell.first)
            took = time.thread_time() - began

    def _look(self, first: int) -> None:
        """Look at what the first process of a cell has below it."""
        usual = _held(first)
        below = _family(first)
        if sum(max(_held(process) - usual, 0) for process in below) <= self._most:
            return
        for process in below:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)


def _family(process: int) -> list[int]:
    found = children(process)
    for child in found:  # it grows while we go over it
        found += children(child)
    return found


def _held(process: int) -> int:
    """Return the bytes of memory that a process holds for itself, or shares by agreement."""
    held = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(("RssAnon:", "RssShmem:")):
                held += int(line.split()[1]) * KILOBYTE
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            held += _in_a_file_of_memory(descriptor)
    return held


def _in_a_file_of_memory(descriptor: Path) -> int:
    """Return the bytes in a file that exists in memory only, 0 for any other."""
    with contextlib.suppress(OSError):
        if str(descriptor.readlink()).startswith("/memfd:"):
            return descriptor.stat().st_blocks * BLOCK
    return 0
