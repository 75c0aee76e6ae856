# lab 2 (given): a file that grows
"""Follow a CSV file while others write it, as bytes: what is a record and what is new."""

import os
import re
import stat
from codecs import BOM_UTF8
from collections import deque
from pathlib import Path
from typing import BinaryIO

BLOCK = 256 * 1024  # bytes read at a time
RECORD_LIMIT = 64 * 1024  # bytes; no row of numbers is longer
FINGERPRINT = 4096  # bytes

# A quoted field begins right after a comma or a line's end. It may hold both.
# One that is not closed yet reaches to the end of what is there.
QUOTED = re.compile(rb'"(?<![^,\r\n]")(?:[^"]++|"")*+(?:"|\Z)')


def masked(text: bytes) -> bytes:
    """Return `text` with its quoted fields blotted out: each line end left there ends a record."""
    return QUOTED.sub(lambda field: b"x" * len(field[0]), text) if b'"' in text else text


def first_records(path: Path) -> bytes:
    """Return the records that are complete in the first 64 KiB of a file, its header among them.

    Raises `OSError` where the file cannot be read.
    """
    with path.open("rb") as file:
        text = file.read(RECORD_LIMIT).removeprefix(BOM_UTF8).lstrip(b"\r\n")
    return text[: masked(text).rfind(b"\n") + 1]


class GrowingFile:
    """The records that a CSV file gains, each handed out once, when its last byte is there.

    A file with other content under the same name is read from its start. What counts is the
    content, not the file: one that was written anew with more rows at its end has only grown.
    Memory stays bounded: of what arrived since the last read, the last `keep` records are kept.
    """

    def __init__(self, path: Path, keep: int) -> None:
        self.path = path
        self.header = b""  # the first record, line end included; empty until it is complete
        self.dropped = 0  # lines given up because a quote was opened there and never closed
        self._keep = keep
        self._restart()

    def read(self) -> bytes:
        """Return the complete records after the header that are new, perhaps none."""
        try:
            with open(self.path, "rb", opener=_without_waiting) as file:
                if self._is_another(file):
                    self._restart()
                if not self.header:
                    self._read_header(file)
                records = self._read_records(file) if self.header else b""
                self._seen = self._fingerprint(file)
        except OSError:  # the file is gone, or being replaced just now: perhaps it comes back
            return b""
        return records

    def _restart(self) -> None:
        self.header = b""
        self._position = 0  # what lies before it has been handed out
        self._seen = b""

    def _is_another(self, file: BinaryIO) -> bool:
        size = os.fstat(file.fileno()).st_size
        return size < self._position or self._fingerprint(file) != self._seen

    def _fingerprint(self, file: BinaryIO) -> bytes:
        """Return the first and the last bytes of what has been handed out."""
        size = min(FINGERPRINT, self._position)
        file.seek(0)
        first = file.read(size)
        file.seek(self._position - size)
        return first + file.read(size)

    def _read_header(self, file: BinaryIO) -> None:
        file.seek(0)
        start = file.read(RECORD_LIMIT)
        text = start.removeprefix(BOM_UTF8).lstrip(b"\r\n")
        self.header = text[: masked(text).find(b"\n") + 1]
        if self.header:
            self._position = len(start) - len(text) + len(self.header)

    def _read_records(self, file: BinaryIO) -> bytes:
        kept: deque[tuple[bytes, int]] = deque()
        count = 0
        rest = b""
        file.seek(self._position)
        while block := file.read(BLOCK):
            records, rest = self._split(rest + block)
            lines = masked(records).count(b"\n")
            kept.append((records, lines))
            count += lines
            while count - kept[0][1] >= self._keep:
                count -= kept.popleft()[1]
        self._position = file.tell() - len(rest)
        return b"".join(records for records, _ in kept)

    def _split(self, text: bytes) -> tuple[bytes, bytes]:
        """Divide `text` into complete records and the beginning of one."""
        records = b""
        while True:
            end = masked(text).rfind(b"\n") + 1
            records, rest = records + text[:end], text[end:]
            if len(rest) <= RECORD_LIMIT:
                return records, rest
            self.dropped += 1
            text = rest.partition(b"\n")[2]


def _without_waiting(path: str, flags: int) -> int:
    """Open a file, and nothing else. Raises OSError.

    To open a pipe would last until somebody writes to it.
    """
    opened = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise OSError(f"{path} is no file")
