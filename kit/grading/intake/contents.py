"""What is in one thing that was handed in: its files, read with a bound, and what was left out."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from kit.language import _

MOST_FILES = 2000
MOST_BYTES = 20_000_000  # all in all
MOST_NOTES = 10
LONGEST_NAME, DEEPEST = 200, 30  # bytes of one name, and folders inside each other
MOST_ENTRIES = 100_000  # also of what is passed over

# What tools leave behind, and what nobody has written.
PASSED_OVER = {
    "__MACOSX",
    "__pycache__",
    "node_modules",
    "site-packages",
    "venv",
    "env",
}


class Unreadable(Exception):
    """Something that was handed in cannot be read. Its text says why."""


@dataclass
class Contents:
    """The files of one thing that was handed in, by their path with slashes.

    They are held in memory: nothing is written before it is known what it is and where it belongs.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _folders: set[str] = field(default_factory=set)
    _bytes: int = 0
    _entries: int = 0

    def leave_out(self, name: str, why: str) -> None:
        """Note that something is left out."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(_("{name} is left out: {why}").format(name=_printable(name), why=why))
        elif len(self.notes) == MOST_NOTES:
            self.notes.append(_("more is left out"))

    def take(self, name: str, read: Callable[[int], bytes]) -> None:
        """Take in a file; `read` gives its bytes, no more than it is asked for.

        What tools leave behind is passed over, and what points outside is left out. Raises
        Unreadable where there is too much of it all.
        """
        self.count()
        path = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/")))
        parts = [part for part in path.parts if part != "."]
        if any(part in PASSED_OVER or part.startswith(".") for part in parts if part != ".."):
            return
        if path.is_absolute() or ".." in parts or ":" in name or "\0" in name or not parts:
            self.leave_out(name, _("its name points outside"))
            return
        longest = max(len(part.encode(errors="surrogateescape")) for part in parts)
        if longest > LONGEST_NAME or len(parts) > DEEPEST:
            self.leave_out(name[:LONGEST_NAME], _("its name is too long, or it lies too deep"))
            return
        folders = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        if folders & self.files.keys() or "/".join(parts) in self._folders:
            self.leave_out(name, _("a file and a folder have the same name"))
            return
        if len(self.files) >= MOST_FILES:
            raise Unreadable(_("it holds more than {most} files").format(most=MOST_FILES))
        left = MOST_BYTES - self._bytes
        content = read(left + 1)
        if len(content) > left:
            raise Unreadable(
                _("it holds more than {most} megabytes").format(most=MOST_BYTES // 1_000_000)
            )
        self._bytes += len(content)
        self.files["/".join(parts)] = content
        self._folders |= folders

    def count(self) -> None:
        """Count one more entry, whatever it is. Raises Unreadable where there are too many."""
        self._entries += 1
        if self._entries > MOST_ENTRIES:
            raise Unreadable(_("it holds more than {most} entries").format(most=MOST_ENTRIES))


def _printable(name: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
