# lab 2 (given): the cells that hold times
"""Read times as people and programs write them.

A text says itself what it is, but for one thing: whether 01/02 begins with the day or the month. A
number has to be of one unit in the whole column. Both are decided once, by all cells of a sample.
"""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import compress

EARLIEST, LATEST = datetime(1700, 1, 1), datetime(2200, 1, 1)
MOST_NUMBERS = 1000  # that tell the unit
EPOCH, EXCEL = datetime(1970, 1, 1), datetime(1899, 12, 30)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG = ("uary", "ruary", "ch", "il", "", "e", "y", "ust", "tember", "ober", "ember", "ember")
NAMES = {name: at for at, name in enumerate(MONTHS, 1)} | {
    short + rest: at for at, (short, rest) in enumerate(zip(MONTHS, LONG, strict=True), 1)
}
NAMES["sept"] = 9

WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
ZONE = r"(?P<utc>z|utc|gmt)?(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?(?:\s?[\[(][\w/+ -]+[\])])?"
TIME = rf"(?:(?:t|[ _,]\s*){CLOCK}(?:\s?(?P<half>[ap])\.?\s?m\.?)?\s?{ZONE})?"


def _shape(date: str) -> re.Pattern[str]:
    return re.compile(WEEKDAY + date + TIME, re.IGNORECASE | re.ASCII)


YEAR_FIRST = _shape(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?"
)
COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)[Tt ](?P<hour>\d\d):?(?P<minute>\d\d)"
    rf"(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?(?P<half>)?{ZONE}",
    re.IGNORECASE | re.ASCII,
)
YEAR_LAST = _shape(
    r"(?P<one>\d{1,2})(?P<mark>[-/.])\s?(?P<two>\d{1,2})(?P=mark)\s?(?P<year>\d{4}|\d\d(?!\d))"
)
NAMED = (
    _shape(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ .-]{0,2}(?P<name>[a-z]{3,9})[ .,-]{1,2}"
        r"(?P<year>\d{4}|\d\d)"
    ),
    _shape(r"(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
    _shape(r"(?P<name>[a-z]{3,9})\.?[ -](?P<day>)(?P<year>\d{4})"),
    re.compile(  # as `date` and C's ctime() write it
        rf"{WEEKDAY}(?P<name>[a-z]{{3}}) +(?P<day>\d{{1,2}}) {CLOCK}(?P<half>)? {ZONE} ?"
        r"(?P<year>\d{4})",
        re.IGNORECASE | re.ASCII,
    ),
)
PARTS = re.compile(  # in columns of their own
    r"(?P<year>\d{4}) (?P<month>\d{1,2})(?: (?P<day>\d{1,2})"
    r"(?: (?P<hour>\d{1,2})(?:[: ](?P<minute>\d{1,2})(?:[: ](?P<second>\d{1,2}))?)?)?)?"
    r"(?P<fraction>)(?P<half>)(?P<utc>)(?P<offset>)",
    re.ASCII,
)
TIME_OF_DAY = re.compile(rf"t?{CLOCK}(?:\s?[ap]\.?\s?m\.?)?\s?{ZONE}", re.IGNORECASE | re.ASCII)
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """A date and time, and how far it is ahead of UTC, if the cell says so."""

    wall: datetime
    ahead: timedelta | None = None
    has_clock: bool = True


@dataclass(frozen=True)
class Unit:
    """What numbers may count, in words; `read` gives the moment, or raises ValueError."""

    words: str
    read: Callable[[str], Moment]


def _digits(words: str, form: str, length: int) -> Unit:
    def read(cell: str) -> Moment:
        if len(cell) != length or not cell.isdecimal():
            raise ValueError(cell)
        moment = datetime.strptime(cell, form)
        if length == 10 and moment.year < 1900:
            raise ValueError(cell)
        return Moment(moment, has_clock=length > 8)

    return Unit(words, read)


def _since_1970(words: str, in_a_second: int) -> Unit:
    def read(cell: str) -> Moment:
        whole, _, decimals = cell.replace(",", ".").partition(".")
        digits = int(whole + decimals)  # exact, where a float is not
        scale = in_a_second * 10 ** len(decimals)
        if not 10**8 <= digits / scale < 10**10:  # 1973 to 2286
            raise ValueError(cell)
        return Moment(EPOCH + timedelta(milliseconds=digits * 1000 // scale), timedelta())

    return Unit(words, read)


def _since(year: int, words: str, ahead: timedelta | None) -> Unit:
    """Return the unit of 100 nanoseconds since that year, for times from 2000 to 2050."""
    first = datetime(year, 1, 1)

    def read(cell: str) -> Moment:
        moment = first + timedelta(microseconds=int(cell) // 10)
        if not 2000 <= moment.year < 2050:
            raise ValueError(cell)
        return Moment(moment, ahead)

    return Unit(words, read)


def _excel(cell: str) -> Moment:
    number = cell.replace(",", ".")
    days = float(number)
    if not 20_000 <= days < 80_000:  # 1954 to 2119
        raise ValueError(cell)
    seconds = days * 86_400
    digits = len(number.partition(".")[2])
    # A whole second where the digits allow for one: the sixth stands for 0.0864 seconds.
    is_whole = abs(seconds - round(seconds)) <= 86_400 / 10**digits / 2
    return Moment(EXCEL + timedelta(seconds=round(seconds, 0 if is_whole else 3)))


UNITS = (
    _digits("years", "%Y", 4),
    _digits("years and months, without marks", "%Y%m", 6),
    _digits("dates, without marks", "%Y%m%d", 8),
    # As seconds since 1970, those of 1900 to 2099 would lie between 2030 and 2037.
    _digits("dates and hours, without marks", "%Y%m%d%H", 10),
    _digits("dates and times, without marks", "%Y%m%d%H%M", 12),
    _digits("dates and times, without marks", "%Y%m%d%H%M%S", 14),
    Unit("Excel's day numbers", _excel),
    _since_1970("seconds since 1970", 1),
    _since_1970("milliseconds since 1970", 1000),
    _since_1970("microseconds since 1970", 10**6),
    # Before nanoseconds, as which they would lie in 1974 and in 1990.
    _since(1601, "100 nanoseconds since 1601, as Windows counts", timedelta()),
    _since(1, "100 nanoseconds since the year 1, as .NET counts", None),
    _since_1970("nanoseconds since 1970", 10**9),
)


@dataclass(frozen=True)
class TimeForm:
    """How the times of a column are written."""

    unit: Unit | None = None  # of the numbers, where there are any
    day_first: bool = True
    doubtful: str = ""  # a cell that may be read in another way, where no cell tells
    example: str = ""

    def read(self, cell: str) -> Moment | None:
        """Return what a cell says; None where that is no time, or not between 1700 and 2200."""
        try:
            if NUMBER.fullmatch(cell):
                moment = self.unit.read(cell) if self.unit else None
            else:
                moment = read_text(cell, day_first=self.day_first)
        except (ValueError, OverflowError):
            return None
        return moment if moment and EARLIEST <= moment.wall < LATEST else None

    @property
    def words(self) -> str:
        """What the times are, in words."""
        return self.unit.words if self.unit else f"texts, such as {self.example!r}"

    @property
    def doubt(self) -> str:
        """The sentence that says how the doubtful cell was taken."""
        moment = self.read(self.doubtful)
        assert moment is not None
        first = "the day" if self.day_first else "the month"
        date = f"{moment.wall.day} {MONTHS[moment.wall.month - 1].title()} {moment.wall.year}"
        return f"Dates such as {self.doubtful!r} were taken with {first} first: {date}."


def read_text(cell: str, *, day_first: bool) -> Moment | None:
    """Return what a text says, None where it is in no shape that is known.

    Raises ValueError where it has the shape of a time and is none, as on 31 February.
    """
    text = cell if cell.isascii() else " ".join(cell.split())  # phones write narrow blanks
    for shape in (YEAR_FIRST, YEAR_LAST, *NAMED, COMPACT, PARTS):
        match = shape.fullmatch(text)
        if match:
            return _moment(match.groupdict(), day_first=day_first)
    return None


def _moment(said: dict[str, str | None], *, day_first: bool) -> Moment | None:
    if "one" in said:
        said["day"], said["month"] = (
            (said["one"], said["two"]) if day_first else (said["two"], said["one"])
        )
    year = int(said["year"] or 0)
    if year < 100:
        if said.get("mark") == "-":  # 26-03-29 may be anything
            return None
        year += 2000 if year < 69 else 1900
    name = said.get("name")
    month = NAMES.get(name.lower()) if name else int(said["month"] or 0)
    if month is None or (not said["day"] and said["hour"]):
        return None
    hour, minute, second = (int(said[part] or 0) for part in ("hour", "minute", "second"))
    if said["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if said["half"].lower() == "p" else 0)
    ends_the_day = (hour, minute, second) == (24, 0, 0)
    fraction = int(f"{said['fraction'] or '':0<6}"[:6])
    day = datetime(year, month, int(said["day"] or 1))
    wall = day.replace(hour=hour % 24 if ends_the_day else hour, minute=minute, second=second)
    wall = wall.replace(microsecond=fraction) + timedelta(days=ends_the_day)
    return Moment(wall, _ahead(said), said["hour"] is not None)


def _ahead(said: dict[str, str | None]) -> timedelta | None:
    offset = (said["offset"] or "").replace(":", "")
    if not offset:
        return timedelta() if said["utc"] else None
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[3:] or 0)
    if len(offset) == 4:  # UTC+530 is nothing that anybody writes
        raise ValueError(offset)
    ahead = sign * timedelta(hours=hours, minutes=minutes)
    timezone(ahead)  # raises ValueError where it is a day or more
    return ahead


class NoTimes(ValueError):
    """The cells of a column are no times; the text says why."""


def find_form(cells: Iterable[str]) -> TimeForm:
    """Return the form that fits these cells. Raises NoTimes where there is none."""
    cells = [cell for cell in cells if cell]
    numbers = [cell for cell in cells if NUMBER.fullmatch(cell)]
    texts = [cell for cell in cells if not NUMBER.fullmatch(cell)]
    return TimeForm(_unit(numbers), *_order(texts), example=cells[0] if cells else "")


def _unit(numbers: list[str]) -> Unit | None:
    """Return what most of the numbers count, None where they count nothing that is known."""
    numbers = numbers[:MOST_NUMBERS]
    fits = {
        unit: sum(TimeForm(unit).read(number) is not None for number in numbers) for unit in UNITS
    }
    best = max(UNITS, key=fits.__getitem__)
    return best if fits[best] * 2 > len(numbers) else None


def _order(texts: list[str]) -> tuple[bool, str]:
    """Return whether the day comes before the month, and a cell where no cell tells.

    Then points between the numbers, or hours up to 24, go with the day first.
    """
    dates = [text for text in texts if YEAR_LAST.fullmatch(text)]
    day = [TimeForm(day_first=True).read(text) is not None for text in dates]
    month = [TimeForm(day_first=False).read(text) is not None for text in dates]
    only_day = list(compress(dates, map(operator.gt, day, month)))
    only_month = list(compress(dates, map(operator.gt, month, day)))
    few, many = sorted((only_day, only_month), key=len)
    if len(few) * 10 > len(many):
        raise NoTimes(
            f"in {only_day[0]!r} the day comes first, in {only_month[0]!r} the month: write all "
            "dates in one way"
        )
    if not dates:
        return True, ""
    has_short_years = len(YEAR_LAST.fullmatch(dates[0])["year"]) == 2  # type: ignore[index]
    doubtful = dates[0] if has_short_years else ""
    if many:
        return many is only_day, doubtful
    if "." in dates[0].split(" ")[0]:
        return True, doubtful
    return not any(text.lower().rstrip(".").endswith("m") for text in dates), dates[0]
