"""Whether a folder is a place for an environment, which is found before anything is downloaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kit.language import _
from kit.setup_failures import NO_PROGRAMS, TOO_LONG, SetupError

LONGEST_ROOT = 80  # signs; the longest path in .venv has 175 more, and Windows stops at 259


def look_at(root: Path) -> None:
    """Looks whether packages could be used in the folder `root`, when they are there.

    Raises SetupError where not, and OSError where nothing can be written.
    """
    if os.name == "nt":
        if len(str(root)) > LONGEST_ROOT and not _long_paths_are_allowed():
            raise SetupError(_(TOO_LONG))
        return
    probe = root / ".cache" / f"probe-{os.getpid()}"
    probe.parent.mkdir(exist_ok=True)
    probe.write_text("#!/bin/sh\n", encoding="utf-8")
    probe.chmod(0o700)
    try:
        subprocess.run([probe], check=False)
    except PermissionError as refused:
        raise SetupError(_(NO_PROGRAMS)) from refused
    finally:
        probe.unlink(missing_ok=True)


def _long_paths_are_allowed() -> bool:
    """Whether this Windows allows paths of more than 259 signs."""
    if sys.platform != "win32":
        return True
    import winreg

    key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
            return bool(winreg.QueryValueEx(opened, "LongPathsEnabled")[0])
    except OSError:
        return False
