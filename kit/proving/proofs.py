"""What was proved before: kept by content, so that an audit tries only what has changed.

A proof holds for one submission, what the checks must make of it, the checks with all that they
import, the machinery that runs them, the lock and the Python. Where one of these differs there is
no proof. Only what held is kept.
"""

import contextlib
import json
import platform
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import kit
from kit.course import Course, Lab
from kit.proving import case as deciding
from kit.proving.case import Case
from kit.proving.imports import imported

KEPT = 20_000  # proofs, the newest: some forty audits of which each changed everything
KIT = Path(kit.__file__).parent
MACHINERY = ("checking", "running")  # folders of the kit: what runs in a child counts as well


class Proofs:
    """The proofs in a file, by key. A file that is damaged or cannot be written is no error."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        """Open the file, or make it. Where that fails nothing outlives this object.

        With `fresh` nothing counts as proved, but what holds now is kept.
        """
        self._database = _opened(path)
        self._fresh = fresh

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def holds(self, key: str, tries: int = 1) -> bool:
        """Whether this was proved by so many tries. It counts as used then."""
        used = "UPDATE proofs SET used = ? WHERE key = ?"
        query = "SELECT 1 FROM proofs WHERE key = ? AND tries >= ?"
        found = False
        with contextlib.suppress(sqlite3.Error):
            found = not self._fresh and bool(self._database.execute(query, (key, tries)).fetchone())
            self._database.execute(used, (time.time(), key))
        return found

    def note(self, key: str, tries: int) -> None:
        """Remember that this held in all of these tries; 0 takes back what was proved."""
        query = "INSERT INTO proofs VALUES (?, ?, ?)"
        with contextlib.suppress(sqlite3.Error):
            self._database.execute("DELETE FROM proofs WHERE key = ?", (key,))
            if tries:
                self._database.execute(query, (key, tries, time.time()))


def _opened(path: Path) -> sqlite3.Connection:
    """Return the database at `path`; a new one where that is damaged, in memory if need be."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    for place in (path, path, ":memory:"):
        database = None
        try:
            database = sqlite3.connect(place, isolation_level=None)
            database.execute("PRAGMA synchronous = OFF")  # it may be lost with the machine's power
            database.execute(
                "CREATE TABLE IF NOT EXISTS proofs (key TEXT PRIMARY KEY, tries INT, used REAL)"
            )
            newest = "SELECT key FROM proofs ORDER BY used DESC LIMIT ?"
            database.execute(f"DELETE FROM proofs WHERE key NOT IN ({newest})", (KEPT,))
            return database
        except sqlite3.DatabaseError as error:
            if database:
                database.close()
            if not isinstance(error, sqlite3.OperationalError):  # damaged, not merely in use
                with contextlib.suppress(OSError):
                    path.unlink()
    raise AssertionError("a database in memory can always be made")


def basis(course: Course, lab: Lab) -> bytes:
    """Return a digest of all that decides about submissions of a lab here, besides themselves.

    Raises OSError or SyntaxError where a file of the checks cannot be read.
    """
    system = f"{sys.version} {platform.platform()} {platform.machine()}"
    return digest([system.encode(), *contents(course, lab)])


def contents(course: Course, lab: Lab) -> Iterator[bytes]:
    """Yield the names and texts of all files that decide about a lab, the same on every machine.

    Raises OSError or SyntaxError where a file of the checks cannot be read.
    """
    roots = list(dict.fromkeys([course.root, KIT.parent]))
    modules = [file for folder in MACHINERY for file in (KIT / folder).rglob("*.py")]
    files = imported([lab.checks, Path(deciding.__file__), *modules], roots)
    files |= set(_causes(course, lab, files)) | {KIT.parent / "requirements.txt"}
    named = {_name(file, roots): file for file in files}
    for name in sorted(named):
        yield name.encode()
        yield named[name].read_bytes()


def key_of(case: Case, basis: bytes) -> str:
    """Return the key of the proof that a case holds."""
    demand = json.dumps([case.kind, case.must_fail], sort_keys=True)
    files = (part for name in sorted(case.tree) for part in (name.encode(), case.tree[name]))
    return digest([basis, demand.encode(), *files]).hex()


def _causes(course: Course, lab: Lab, files: Iterable[Path]) -> Iterator[Path]:
    """Yield the causes of this lab, and of those that a file of the checks names."""
    texts = [file.read_text("utf-8") for file in files if file.is_relative_to(lab.checks.parent)]
    for other in course.labs:
        is_named = other == lab or any(f'"{other.slug}"' in text for text in texts)
        if is_named and other.causes.exists():
            yield other.causes


def _name(file: Path, roots: list[Path]) -> str:
    """Return what names a file wherever its project lies."""
    return next(file.relative_to(root).as_posix() for root in roots if file.is_relative_to(root))


def digest(parts: Iterable[bytes]) -> bytes:
    """Return a digest of these parts, and of where one ends and the next begins."""
    found = sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()
