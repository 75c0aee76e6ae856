"""Which edition of the kit and of the checks a process runs: after an update it is another one."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

FOLDERS = ("kit", "checks")
KINDS = (".py", ".html", ".css", ".js", ".mo")
BESIDE = "labs/*/causes.md"  # read when checks are loaded


def edition(root: Path) -> str:
    """Return a text that changes with every file of the kit and of the checks in `root`."""
    told = sha256()
    for path in _files(root):
        seen = path.stat()
        told.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return told.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in FOLDERS:
        for above, folders, files in os.walk(root / name):
            folders[:] = sorted(one for one in folders if one != "__pycache__")
            yield from (Path(above, file) for file in sorted(files) if file.endswith(KINDS))
    yield from sorted(root.glob(BESIDE))
