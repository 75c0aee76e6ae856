"""Finds what is wrong with the files of installed packages, when a command has failed.

Looks at each file that the packages name as theirs, which takes a second or two where nothing is
cached: too long for every start, and short for somebody who waits for an explanation.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

from kit import environment
from kit.language import _


def found(root: Path) -> environment.Broken | None:
    """The first file of the project's own environment that is missing or has another length.

    None where all is well, and where the environment is not the one that is running.
    """
    if not environment.is_running(root):
        return None
    for record in environment.folder(root).glob("[Ll]ib/**/site-packages/*.dist-info/RECORD"):
        with record.open(encoding="utf-8", newline="") as rows:
            for name, _hash, size in csv.reader(rows):
                path = record.parent.parent / name
                try:
                    if size and os.stat(path).st_size != int(size):  # noqa: PTH116 - quick
                        return environment.Broken(
                            _("{path} has changed").format(path=path), changed=True
                        )
                except OSError:
                    return environment.Broken(_("{path} is missing").format(path=path))
    return None
