"""The learner's own CSV file, read without knowing how it is written: its lines and their cells."""

import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

PLACE = "dashboard/own/data.csv"
MOST_BYTES = 200_000_000  # that are counted
AT_AN_END = 65_536  # bytes that are read at either end
SEPARATORS = ",;\t|"


class OwnFile:
    """The file of one submission: how many lines it has, and the first and the last of them."""

    def __init__(self, folder: Path) -> None:
        """Look at the file in `folder`, which need not be there, nor be one."""
        self.path = folder / PLACE
        self.lines = 0
        self.ends: list[str] = []
        try:
            with self.path.open("rb") as file:
                size = min(self.path.stat().st_size, MOST_BYTES)
                head = file.read(AT_AN_END)
                self.lines = head.count(b"\n")
                while file.tell() < size and (part := file.read(1_000_000)):
                    self.lines += part.count(b"\n")
                file.seek(max(0, size - AT_AN_END))
                tail = file.read(AT_AN_END)
        except OSError:
            return
        first, last = _lines(head), _lines(tail)
        # The header is no row, wherever it ends: whichever of the first lines has numbers is one.
        rows = [line for line in first if len(_numbers(line)) > 1]
        self.ends = [*rows[:1], *last[-1:]]

    @property
    def is_there(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.ends)

    def line_of(self, values: list[float]) -> str:
        """Return the first or the last row that has all these numbers, "" where neither has."""
        for line in reversed(self.ends):
            cells = _numbers(line)
            if all(any(_is_close(value, cell) for cell in cells) for value in values):
                return line
        return ""


def says_time(line: str, time: datetime, zone: str | None) -> bool:
    """Whether a row can mean this time: as a clock in its zone or in UTC, or counted since 1970."""
    cells = [cell.strip().strip('"') for cell in re.split(f"[{SEPARATORS}]", line)]
    seconds = time.timestamp()
    for cell in cells:
        number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
        if number and any(abs(float(cell) / unit - seconds) < 1 for unit in (1, 1e3, 1e6, 1e9)):
            return True
    clocks = [time, time.astimezone(ZoneInfo(zone))] if zone else [time]
    digits = {int(one) for one in re.findall(r"\d+", line)}
    has_clock = re.search(r"\d\d?:\d\d", line) is not None
    return any(
        {clock.year % 100, clock.month, clock.day} <= {*digits, *(one % 100 for one in digits)}
        and (not has_clock or clock.minute in digits)
        and (not has_clock or {clock.hour, clock.hour % 12} & digits)
        for clock in clocks
    )


def names_a_zone(line: str) -> bool:
    """Whether the times of a row say themselves in which zone they are."""
    counted = re.search(r"(^|[,;\t|])\"?\d{9,19}(\.\d+)?\"?([,;\t|]|$)", line)
    return bool(counted or re.search(r"\d(Z|[+-]\d\d:?\d\d)\b|\bUTC\b|\bGMT\b", line))


def _lines(content: bytes) -> list[str]:
    try:
        text = content.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError:
        text = content.decode("utf-16" if b"\0" in content else "cp1252", errors="replace")
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def _numbers(line: str) -> list[float]:
    """Return every number that a cell of this row may mean, whichever sign separates its digits."""
    found = []
    for separator in SEPARATORS:
        for cell in line.split(separator):
            text = re.sub(r"[^\d,.eE+-]", "", cell.strip())
            for sign, other in pairwise(".,."):
                plain = text.replace(other, "").replace(sign, ".")
                if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", plain):
                    found.append(float(plain))
    return found


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-9)
