"""The journal: every verdict, kept the moment it is known.

A verdict is kept by the content of what was handed in and of all that decides about it. So a run
that was ended at any instant loses none and doubles none, and unchanged work is not graded again.
"""

import json
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kit.checking.verdict import Verdict
from kit.language import N_, _, current

TABLE = "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, verdict TEXT NOT NULL)"


class JournalError(Exception):
    """The journal cannot be read or written. Its text says why."""


FULL = N_("The disk is full. Make room, then run the same command again: no verdict is lost.")


def _error(error: sqlite3.Error, path: Path | None = None) -> JournalError:
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return JournalError(_(FULL))
    return JournalError(
        _("The journal cannot be used: {error}").format(error=f"{path}: {error}" if path else error)
    )


class Journal:
    """The verdicts in a file, by key. It is written to the disk before `note` returns."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises JournalError."""
        try:
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(TABLE)
        except sqlite3.Error as error:
            raise _error(error, path) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def verdict(self, key: str) -> Verdict | None:
        """Return the verdict that was kept by this key, if there is one. Raises JournalError."""
        kept = self._kept(key)
        return Verdict.from_dict(kept) if kept else None

    def language(self, key: str) -> str:
        """Return the language of what the verdict of this key says, such as `es`.

        It is empty where nobody knows. Raises JournalError.
        """
        return str((self._kept(key) or {}).get("language", ""))

    def _kept(self, key: str) -> dict[str, Any] | None:
        try:
            query = "SELECT verdict FROM verdicts WHERE key = ?"
            row = self._database.execute(query, (key,)).fetchone()
        except sqlite3.Error as error:
            raise _error(error) from None
        return json.loads(row[0]) if row else None

    def note(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict in the language that is spoken, unless there is one by this key.

        Raises JournalError.
        """
        kept = json.dumps(verdict.to_dict() | {"language": current()})
        try:
            query = "INSERT OR IGNORE INTO verdicts VALUES (?, ?)"
            self._database.execute(query, (key, kept))
        except sqlite3.Error as error:
            raise _error(error) from None
