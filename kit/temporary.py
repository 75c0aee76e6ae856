"""Temporary folders that do not outlive their process for long, not even one that was killed.

In each lies a file that its process keeps locked. The lock belongs to the operating system and is
gone with the process, so whoever makes the next folder can tell which ones nobody needs any more.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from kit import folder_lock

PREFIX = "roundtrip-"
LOCK = "held"
MADE = "made"  # a file that is there once the folder is locked: no other folder is ever removed


class TemporaryFolder:
    """A new folder at `path`, until it is closed. Those that dead processes left are removed."""

    def __init__(self) -> None:
        remove_left()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = contextlib.ExitStack()
        with contextlib.suppress(OSError):  # where there are no locks, nobody removes it
            self._lock.enter_context(folder_lock.held(self.path / LOCK, lambda: None))
            (self.path / MADE).touch()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the folder with all that is in it. Closing twice is fine."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_left() -> None:
    """Remove the folders of this user's processes that have ended without doing it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_ours(folder) and (folder / MADE).exists():
                _remove_unless_held(folder)


def _is_ours(folder: Path) -> bool:
    return not folder.is_symlink() and (os.name == "nt" or folder.stat().st_uid == os.getuid())


def _remove_unless_held(folder: Path) -> None:
    if folder_lock.is_free(folder / LOCK):
        shutil.rmtree(folder, ignore_errors=True)
