"""Which edition of the kit and of the checks a process runs: after an update it is another one."""

import os
from hashlib import sha256
from pathlib import Path

FOLDERS = ("kit", "checks")
KINDS = (".py", ".html", ".css", ".js", ".mo")


def edition(root: Path) -> str:
    """Return a text that changes with every file of the kit and of the checks in `root`."""
    told = sha256()
    for name in FOLDERS:
        for above, folders, files in os.walk(root / name):
            folders[:] = sorted(one for one in folders if one != "__pycache__")
            for file in sorted(one for one in files if one.endswith(KINDS)):
                path = Path(above, file)
                seen = path.stat()
                told.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return told.hexdigest()
