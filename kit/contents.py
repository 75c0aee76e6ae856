"""What must be in the environment: written down when it is made, and looked for at each start."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

from kit import environment


def listed(root: Path) -> str:
    """What the lock has put into the environment: its programs, and each package's first file.

    A path a line, as seen from the environment's folder.
    """
    folder, programs = environment.folder(root), environment.python(root).parent
    packages = next(folder.glob("[Ll]ib/**/site-packages"))
    lock = (root / "requirements.txt").read_text(encoding="utf-8")
    locked = {_plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    found = {folder / "pyvenv.cfg"}
    for record in packages.glob("*.dist-info/RECORD"):
        if _plain(record.parent.name.partition("-")[0]) in locked:
            with record.open(encoding="utf-8", newline="") as rows:
                files = [
                    Path(os.path.normpath(packages / row[0])) for row in csv.reader(rows) if row
                ]
            found |= {record} | {
                file
                for file in files
                if file.parent in {packages, programs}
                or (file.name == "__init__.py" and file.parent.parent == packages)
            }
    return "".join(f"{file.relative_to(folder)}\n" for file in sorted(found) if file.exists())


def _plain(name: str) -> str:
    """The name of a package as all may be compared: `Ruamel.Yaml` is `ruamel-yaml`."""
    return re.sub(r"[-_.]+", "-", name).lower()
