# lab 2 (given): a file that grows
"""Follow a CSV file while others write it: which of its records are new."""

import os
import stat
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .encoding import MARKS, Decoder, shown
from .records import LINE_END, Records

BLOCK = 256 * 1024  # bytes read at a time
FINGERPRINT = 4096  # bytes
LEFT_ALONE = 3.0  # seconds without a change; then a last line without a line end is taken as whole
LONG_AGO = 60.0  # seconds since the last change, at the first look
BUFFER = 4096  # bytes; programs that write through one cut their lines at a multiple of it
MOST_HEADERS = 100  # that are remembered of what is not kept


class GrowingFile:
    """The records that a CSV file gains, each handed out once, when its last byte is there.

    A file with other content under the same name is read from its start. What counts is the
    content, not the file: one that was written anew with more rows at its end has only grown.
    Memory stays bounded: of what arrived since the last read, the last `keep` records are kept, and
    those that `may_be_header`; of a file that `is_newest_first` it is the first records.

    The last line may have no line end. It is handed out when the file has been left alone for a
    while, if it `may_be_whole`. Where it goes on nevertheless, what comes is left out.
    """

    def __init__(
        self,
        path: Path,
        encoding: str,
        records: Records,
        keep: int,
        *,
        may_be_header: Callable[[str], bool],
        may_be_whole: Callable[[str], bool],
        is_newest_first: bool = False,
    ) -> None:
        self.path = path
        self.restarts = 0  # how often the file had other content
        self.cut_short = 0  # lines handed out before they were whole
        self.waiting = ""  # a last line without a line end
        self._records = records
        self._decoder = Decoder(encoding)
        self._keep = keep
        self._may_be_header = may_be_header
        self._may_be_whole = may_be_whole
        self._is_newest_first = is_newest_first
        self._position = 0  # what lies before it has been handed out
        self._seen = b""
        self._is_mid_line = False  # the line at the position has been handed out without its end
        self._is_cut = False  # and it goes on nevertheless
        self._looked: tuple[int, int] | None = None
        self._unchanged_since = 0.0

    def read(self, *, is_final: bool = False) -> list[str]:
        """Return the records that are new, perhaps none.

        Where it `is_final`, a last line without a line end need not be left alone first.
        """
        try:
            with open(self.path, "rb", opener=_without_waiting) as file:
                if self._is_another(file):
                    self.restarts += 1
                    self._position, self._is_mid_line, self._is_cut = 0, False, False
                records = self._read_records(file, is_settled=self._is_settled(file) or is_final)
                self._seen = self._fingerprint(file)
        except OSError:  # the file is gone, or being replaced just now: perhaps it comes back
            return []
        return records

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

    def _is_settled(self, file: BinaryIO) -> bool:
        """Whether the file has been left alone for a while."""
        now, status = time.monotonic(), os.fstat(file.fileno())
        looked = status.st_size, status.st_mtime_ns
        if looked != self._looked:
            is_old = self._looked is None and time.time() - status.st_mtime > LONG_AGO
            self._unchanged_since = now - LEFT_ALONE if is_old else now
            self._looked = looked
        return now - self._unchanged_since >= LEFT_ALONE

    def _read_records(self, file: BinaryIO, *, is_settled: bool) -> list[str]:
        kept: deque[list[str]] = deque()
        headers: deque[str] = deque(maxlen=MOST_HEADERS)
        count = 0
        rest = ""
        self._start(file)
        while block := file.read(BLOCK):
            text = self._after_mid_line(rest + self._decoder.decode(block))
            records, rest = self._records.split(text)
            kept.append(records)
            count += len(records)
            if self._is_newest_first and count >= self._keep:
                del records[len(records) - (count - self._keep) :]
                rest, count = "", self._keep
                self._decoder.restart()
                file.seek(0, os.SEEK_END)
            while count - len(kept[0]) >= self._keep:
                dropped = kept.popleft()
                count -= len(dropped)
                headers.extend(filter(self._may_be_header, dropped))
        if rest and is_settled:
            records, rest = self._records.split(rest, is_all=True)
            kept.append(records)
            if rest and file.tell() % BUFFER and self._may_be_whole(rest):
                kept.append([rest])
                rest, self._is_mid_line = "", True
        self.waiting = shown(rest)
        self._position = file.tell() - self._decoder.size(rest)
        found = [shown(record) for records in kept for record in records]
        headers.extend(filter(self._may_be_header, found[: -self._keep]))
        return [*headers, *found[-self._keep :]]

    def _start(self, file: BinaryIO) -> None:
        self._decoder.restart()
        file.seek(0)
        if self._position == 0:
            start = file.read(4)
            self._position = max((len(mark) for mark in MARKS if start.startswith(mark)), default=0)
        file.seek(self._position)

    def _after_mid_line(self, text: str) -> str:
        """Return `text` without what belongs to a line that has been handed out."""
        if not self._is_mid_line or not text:
            return text
        if not self._is_cut and text[0] not in "\r\n":
            self._is_cut = True
            self.cut_short += 1
        end = LINE_END.search(text)
        if end is None:
            return ""
        self._is_mid_line = self._is_cut = False
        return text[end.end() :]


def first_bytes(path: Path, size: int) -> bytes:
    """Return the first bytes of a file. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return file.read(size)


def _without_waiting(path: str, flags: int) -> int:
    """Open a file, and nothing else. Raises OSError.

    To open a pipe would last until somebody writes to it.
    """
    opened = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise OSError(f"{path} is no file")
