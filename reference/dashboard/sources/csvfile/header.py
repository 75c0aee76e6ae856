# lab 2 (given): the header of a CSV file
"""Find the line that names the columns, among titles and comments above it and units below it."""

import re
from collections import Counter
from dataclasses import dataclass

from . import numbers, times
from .timecolumn import NAMES

MOST_ROWS = 50  # above the header

UNIT = re.compile(r"(?P<name>.*\S)\s*(?:\[(?P<any>[^\[\]]{1,15})\]|\((?P<known>[^()]{1,15})\))")
# What units in round brackets are made of: words in them may as well say where, or how.
UNITS = (
    "° °C °F ℃ ℉ C F K % ‰ V A W Wh J N Nm Pa bar psi g t m s min h d Hz l L mol cd lm lx lux Ω Ohm"
    " ohm B Bq Sv T S H VA var VAr eV cal ppm ppb rpm dB dBA dBm deg degC rad pH € $ £ EUR USD GBP"
    " CHF in ft mi mph kn knots lb oz gal px km"
)
BASES = sorted(UNITS.split(), key=len, reverse=True)
PREFIX = "[kMGTmunpµμhcd]?"
PART = PREFIX + "(?:" + "|".join(map(re.escape, BASES)) + ")"
POWER = rf"{PART}(?:[-^]?[0-9²³⁻¹]+)?"
KNOWN = re.compile(rf"(?:1/)?{POWER}(?:[/·*. ]{POWER})*")


@dataclass(frozen=True)
class Header:
    """The names of a file's columns, and their units where the header says them."""

    fields: tuple[str, ...]  # as the file says them; "" for a column without a name
    names: tuple[str, ...]  # without the units
    units: tuple[str, ...]
    above: int  # rows above it
    below: int  # rows below it that hold no data


def is_data(cell: str) -> bool:
    """Whether a cell holds a number or a time, in any form."""
    if not any(letter.isdigit() for letter in cell[:20]):
        return False
    if any(numbers.NumberForm(decimal, "").read(cell) is not None for decimal in ".,"):
        return True
    return (
        times.TimeForm().read(cell) is not None
        or bool(times.TIME_OF_DAY.fullmatch(cell))
        or (times.TimeForm(day_first=False).read(cell) is not None)
    )


def has_data(row: list[str]) -> bool:
    """Whether a row has a cell of data."""
    return any(map(is_data, row))


def width(row: list[str]) -> int:
    """Return how many cells a row has, without empty ones at its end."""
    return max((at for at, cell in enumerate(row, 1) if cell), default=0)


def named(row: list[str]) -> list[str]:
    """Return a row's cells as names: a comment's mark and line breaks taken out."""
    first, *others = row
    return [" ".join(cell.split()) for cell in (first.lstrip("#"), *others)]


def fields_of(row: list[str]) -> tuple[str, ...]:
    """Return the names in a header; those that come again have a number added."""
    return _unique(named(row))


def is_header(row: list[str], time_names: tuple[str, ...]) -> bool:
    """Whether a row names these columns."""
    return set(time_names) <= set(named(row))


def find_header(rows: list[list[str]], time_names: tuple[str, ...] | None) -> Header | None:
    """Return the header of the first rows of a file; None where there is none.

    It is the first row that has the `time_names`. Where they are not known it is above the first
    row of data that is as wide as most: of the rows there of the same width, one that names a time
    or else the fullest.
    """
    if time_names:
        places = [at for at, row in enumerate(rows[:MOST_ROWS]) if is_header(row, time_names)]
        return _header_at(rows, places[0]) if places else None
    rows_of_data = [at for at, row in enumerate(rows) if has_data(row) and not _is_comment(row)]
    if not rows_of_data:
        times = (at for at, row in enumerate(rows[:MOST_ROWS]) if _names_a_time(row))
        return _header_at(rows, next(times, len(rows) - 1)) if rows else None
    usual = Counter(width(rows[at]) for at in rows_of_data).most_common(1)[0][0]
    first = next(at for at in rows_of_data if width(rows[at]) == usual)
    short = first
    while short and width(rows[short - 1]) < usual and has_data(rows[short - 1]):
        short -= 1
    if short and width(rows[short - 1]) == usual and not has_data(rows[short - 1]):
        first = short  # the first rows lack cells at their ends
    above = first
    while above and _fits(rows[above - 1], usual) and not has_data(rows[above - 1]):
        above -= 1
    names = range(above, first) if above < first else range(max(first - 1, 0), first)
    filled = {at: sum(map(bool, rows[at])) for at in names if not has_data(rows[at])}
    plain = {at: count for at, count in filled.items() if not _is_comment(rows[at])} or filled
    plain = {at: count for at, count in plain.items() if count > 1 or usual == 1}
    place = max(plain, key=lambda at: (_names_a_time(rows[at]), plain[at]), default=None)
    return None if place is None else _header_at(rows, place)


def _names_a_time(row: list[str]) -> bool:
    """Whether a cell is the name of a column of times; one with digits is more than a name."""
    return any(NAMES.search(cell) and not any(map(str.isdigit, cell)) for cell in row)


def _header_at(rows: list[list[str]], place: int) -> Header:
    names = named(rows[place])
    below = 0
    while place + 1 + below < len(rows) and not has_data(rows[place + 1 + below]):
        below += 1
    is_followed = place + 1 + below < len(rows)
    said = rows[place + 1] if below and is_followed else []
    units = [said[at] if at < len(said) and _is_unit(said[at]) else "" for at in range(len(names))]
    pairs = [_divided(name) for name in names]
    short = Counter(name for name, _ in pairs)
    kept = [
        (name, unit) if unit and short[name] == 1 else (whole, "")
        for whole, (name, unit) in zip(names, pairs, strict=True)
    ]
    return Header(
        _unique(names),
        _unique([name for name, _ in kept]),
        tuple(unit or own for (_, unit), own in zip(kept, units, strict=True)),
        place,
        below if is_followed else 0,
    )


def _divided(name: str) -> tuple[str, str]:
    """Return the name and the unit of a name such as `power (kW)`; no unit where it has none."""
    match = UNIT.fullmatch(name)
    if match is None or not (match["any"] or KNOWN.fullmatch(match["known"])):
        return name, ""
    return match["name"], match["any"] or match["known"]


def _is_unit(cell: str) -> bool:
    return len(cell) <= 20 and not numbers.is_gap(cell)


def _unique(names: list[str]) -> tuple[str, ...]:
    """Return the names, a number added to those that come again."""
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return tuple(unique)


def _fits(row: list[str], usual: int) -> bool:
    """Whether a row has the usual number of cells, or would have if none were empty."""
    return width(row) <= usual <= len(row)


def _is_comment(row: list[str]) -> bool:
    return row[0].startswith("#")
