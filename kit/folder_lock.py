"""Lets one process at a time change a folder; the others wait.

The lock belongs to the operating system: it is gone with the process that held it, however that
ended, so a lock that nobody holds can't stay behind.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def held(path: Path, waiting: Callable[[], None]) -> Iterator[int]:
    """Holds the lock of the file `path` while the block runs.

    `waiting` is called once, when another process holds it. Gives the lock's file descriptor: a
    child that inherits it goes on holding the lock when its parent is killed (not on Windows).
    Raises OSError where the file can't be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if not _taken(file, wait=False):
            waiting()
            _taken(file, wait=True)
        yield file.fileno()


def is_free(path: Path) -> bool:
    """Whether no process holds the lock of the file `path`. Raises OSError where there is none."""
    with path.open("r+b") as file:
        return _taken(file, wait=False)


if sys.platform == "win32":
    import msvcrt

    def _taken(file: IO[bytes], wait: bool) -> bool:
        while True:
            try:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                time.sleep(0.1)
            else:
                return True

else:
    import fcntl

    def _taken(file: IO[bytes], wait: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
