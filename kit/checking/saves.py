"""Which files of a submission are work, and how they look: what tells that one was saved."""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath

import watchfiles

from kit.language import _

# An environment that a student makes in a lab's folder is work like any other.
NO_WORK = {*watchfiles.DefaultFilter.ignore_dirs, ".ipynb_checkpoints"} - {".venv"}
# What a server writes while it is checked must not have it checked once more.
WRITTEN_BY_SERVERS = r"\.(log|jsonl|db|sqlite3?)(-\w+|\.\d+)?$"
NO_SAVES = [*watchfiles.DefaultFilter.ignore_entity_patterns, WRITTEN_BY_SERVERS]
# In an environment thousands of files change together with these few.
TOP_OF_ENVIRONMENT = ("pyvenv.cfg", "lib/*/site-packages", "Lib/site-packages")

Look = dict[str, tuple[int, int, int]]  # when a file was changed (ns), its size, and its inode

_no_saves = re.compile("|".join(f"(?:{pattern})" for pattern in NO_SAVES))


def is_work(path: PurePath) -> bool:
    """Whether a save of the file at `path`, relative to a lab's folder, is one of work."""
    return NO_WORK.isdisjoint(path.parts) and not _no_saves.search(path.name)


def look(folder: Path) -> Look:
    """Return how every file of work below `folder` looks now; of an environment only the top.

    What cannot be read, or has gone meanwhile, is not in it.
    """
    found: Look = {}
    for path in _files(str(folder)):
        try:
            told = os.stat(path)  # noqa: PTH116 - quick
        except OSError:
            continue
        found[path] = told.st_mtime_ns, told.st_size, told.st_ino
    return found


def changed(folder: Path, before: Look) -> list[str]:
    """Return which files below `folder` look otherwise than they did, by their names in there."""
    now = look(folder)
    paths = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
    return sorted(Path(path).relative_to(folder).as_posix() for path in paths)


def listed(names: list[str], most: int = 3) -> str:
    """Return the names of files in words: the first few, and how many more there are."""
    more = len(names) - most
    told = ", ".join(names[:most])
    return _("{names} and {count} more").format(names=told, count=more) if more > 0 else told


def _files(folder: str) -> Iterator[str]:
    """Yield the files of work below a folder: by `scandir`, since this is done all the time."""
    try:
        with os.scandir(folder) as listed:
            entries = list(listed)
    except OSError:
        return
    if any(entry.name == "pyvenv.cfg" for entry in entries):
        for pattern in TOP_OF_ENVIRONMENT:
            yield from map(str, Path(folder).glob(pattern))
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name not in NO_WORK and not entry.is_symlink():
                yield from _files(entry.path)
        elif not _no_saves.search(entry.name):
            yield entry.path
