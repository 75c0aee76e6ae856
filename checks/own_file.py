"""The learner's own CSV file, read without knowing how it is written: its lines and their cells."""

import re
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

PLACE = "dashboard/own/data.csv"
MOST_BYTES = 200_000_000  # that are counted
AT_AN_END = 65_536  # bytes that are read at either end
SEPARATORS = ",;\t|"
EXCEL_1970 = 25_569  # Excel's number of the first day of 1970


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
        # The header is no row, wherever it ends: a line that has numbers is one.
        first, last = ([one for one in _lines(end) if _numbers(one)] for end in (head, tail))
        self.ends = [*first[:1], *last[-1:]]

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
    """Whether a row can mean this time: as a clock of its zone or of UTC, or counted somehow."""
    clocks = [time, *([time.astimezone(ZoneInfo(zone))] if zone else [])]
    for sign, hours, minutes in re.findall(r"\d ?([+-])(\d\d):?(\d\d)\b", line):
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        clocks.append(time.astimezone(timezone(-offset if sign == "-" else offset)))
    cells = [cell.strip().strip('"') for cell in re.split(f"[{SEPARATORS}]", line)]
    return any(_is_counted(cell, time) for cell in cells) or any(
        _is_clock(line, clock) for clock in clocks
    )


def _is_counted(cell: str, time: datetime) -> bool:
    """Whether a cell is this time in seconds or parts of them, in Excel's days, or a year."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", cell):
        return False
    number, seconds = float(cell), time.timestamp()
    since = [number / unit for unit in (1, 1e3, 1e6, 1e9)] + [(number - EXCEL_1970) * 86_400]
    return any(abs(one - seconds) < 1 for one in since) or cell == str(time.year)


def _is_clock(line: str, clock: datetime) -> bool:
    """Whether a line has the day of this time, and its hour and minute if it has any."""
    digits = {int(one) for one in re.findall(r"\d+", line)}
    for run in re.findall(r"\b20(\d{6})(?:T?(\d{4,6}))?\b", line):
        digits |= {int(pair) for part in run for pair in re.findall("..", part)}
    digits |= {one % 100 for one in digits}
    has_month = clock.month in digits or f"{clock:%b}".lower() in line.lower()
    has_day = has_month and {clock.year % 100, clock.day} <= digits
    if not re.search(r"\d\d?:\d\d", line):
        return has_day
    return has_day and clock.minute in digits and bool({clock.hour, clock.hour % 12 or 12} & digits)


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
