"""How much memory all that this process has started holds at once, at most."""

import contextlib
import threading
from pathlib import Path

import psutil

LOOK = 0.5  # seconds between two looks
KILOBYTE = 1 << 10


class PeakMemory:
    """Looks at the processes below this one again and again, until the end of the `with`.

    `bytes` is the most that they held together. What forked processes share is counted once; 0
    where the system does not tell that, as all but Linux do.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK):
            below = psutil.Process().children(recursive=True)
            self.bytes = max(self.bytes, sum(_share(one.pid) for one in below))


def _share(process: int) -> int:
    """Return the bytes that a process holds, of what it shares its share alone."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * KILOBYTE
    return 0
