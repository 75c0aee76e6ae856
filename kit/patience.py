"""Renames and deletes that are tried again for a moment where another program is in the way.

On Windows a file can't be moved or deleted while somebody reads it, and virus scanners read every
new file, for less than a second. Elsewhere such a refusal is final, and is told at once.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SECONDS = 5.0 if os.name == "nt" else 0.0
PAUSE = 0.05


def rename(source: Path, target: Path) -> Path:
    """Renames `source` to `target` and gives that. Raises OSError when it can't be done."""
    return _again(lambda: source.rename(target))


def replace(source: Path, target: Path) -> Path:
    """Puts the file `source` in the place of `target`. Raises OSError when it can't be done."""
    return _again(lambda: source.replace(target))


def remove(folder: Path) -> None:
    """Deletes `folder` and all that is in it, as far as that can be done."""
    ends = time.monotonic() + SECONDS
    while folder.exists():
        shutil.rmtree(folder, onerror=_unprotect)
        if time.monotonic() >= ends:
            return
        time.sleep(PAUSE)


def _unprotect(function: Callable[[str], object], path: str, _error: object) -> None:
    """Deletes what is marked as read-only, which Windows refuses at first; passes over the rest."""
    if os.name == "nt":
        with suppress(OSError):
            Path(path).chmod(stat.S_IWRITE)
            function(path)


def _again(act: Callable[[], Path]) -> Path:
    ends = time.monotonic() + SECONDS
    while True:
        try:
            return act()
        except PermissionError:
            if time.monotonic() >= ends:
                raise
            time.sleep(PAUSE)
