"""Lets one process at a time change a folder; the others wait.

The lock belongs to the operating system: it is gone with the process that held it, however that
ended, so a lock that nobody holds can't stay behind. Only where another machine keeps the locks
(NFS) can one outlive its holder: who waits for long is told which file to delete.
"""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kit.language import _

# What file systems without locks answer: NFS without its lock service, some shared folders.
NO_LOCKS = {
    getattr(errno, name)
    for name in ("ENOLCK", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EINVAL", "EIO", "EPROTONOSUPPORT")
    if hasattr(errno, name)
}
POLL_SECONDS = 0.05
LONG_SECONDS = 60  # a whole set-up takes less than this where nothing is wrong

_without: set[Path] = set()  # folders whose people were told already


@contextmanager
def held(path: Path, waiting: Callable[[], None]) -> Iterator[int]:
    """Holds the lock of the file `path` while the block runs.

    `waiting` is called once, when another process holds it. Gives the lock's file descriptor: a
    child that inherits it goes on holding the lock when its parent is killed (not on Windows).
    Where the file system has no locks, the block runs without one, and a line on stderr says so.
    Raises OSError where the file can't be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path, waiting) as file:
        yield file.fileno()


def is_free(path: Path) -> bool:
    """Whether no process holds the lock of the file `path`; where there are no locks, nobody knows.

    Raises OSError where there is no such file.
    """
    with path.open("r+b") as file:
        try:
            return _taken(file)
        except OSError as error:
            if error.errno in NO_LOCKS:
                return False
            raise


def _locked(path: Path, waiting: Callable[[], None]) -> IO[bytes]:
    """Opens the file `path` and takes its lock, however long that takes."""
    began = time.monotonic()
    told = 0  # how many of the two things that there are to tell
    while True:
        # Opened anew each time: somebody may have deleted the file meanwhile, as they were told.
        file = path.open("a+b")
        try:
            if _taken(file):
                return file
        except OSError as error:
            if error.errno not in NO_LOCKS:
                file.close()
                raise
            _say_without(path.parent)
            return file
        file.close()
        if told == 0:
            waiting()
            told = 1
        elif told == 1 and time.monotonic() - began > LONG_SECONDS:
            _say(
                _("Still waiting. If no other command is at work here, delete {path}").format(
                    path=path
                )
            )
            told = 2
        time.sleep(POLL_SECONDS)


def _say_without(folder: Path) -> None:
    if folder not in _without:
        _without.add(folder)
        _say(
            _(
                "The file system of {folder} has no locks. Going on without: see to it that only"
                " one command at a time sets up or changes this folder."
            ).format(folder=folder)
        )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if sys.platform == "win32":
    import msvcrt

    def _taken(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:  # another process holds it
            return False
        return True

else:
    import fcntl

    def _taken(file: IO[bytes]) -> bool:
        try:
            # Never the call that waits: over NFS not even Ctrl-C would end it.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
