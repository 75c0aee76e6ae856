# lab 2 (given): which column holds the times
"""Find the column of times where nobody has named it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from . import times

NAMES = re.compile(
    r"time|date|stamp|when|zeit|datum|uhr|\btag|\bday|month|monat|year|jahr|epoch|\bts\b|fecha|hora"
    r"|heure|jour|moment",
    re.IGNORECASE,
)
PARTS = (  # of a time, as columns of their own are called; mm may be two of them
    "year|yyyy|yy|yr|jahr|año|année",
    "month|mm|mo|mon|monat|mes|mois",
    "day|dd|dy|tag|día|jour",
    "hour|hh|hr|h|stunde|hora|heure",
    "minute|mm|mi|min|mn",
    "second|ss|sec",
)
NEARLY_ALL, HALF = 0.9, 0.5
ENOUGH = 200  # cells of a column that tell


def joined(fields: Sequence[str], columns: Mapping[str, list[str]]) -> list[str]:
    """Return the cells of the column of times; where it is several, with blanks between them."""
    return [" ".join(cells).strip() for cells in zip(*(columns[f] for f in fields), strict=True)]


def readable(form: times.TimeForm, cells: Iterable[str]) -> list[times.Moment]:
    """Return what those cells say that can be read."""
    return [moment for moment in map(form.read, cells) if moment]


def find_time_fields(columns: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the column of times, or those of its parts; none where there is none.

    A column counts whose cells are nearly all times. Where its name is that of one, half of them
    do, and numbers too, and it comes first. Without rows, the name has to do. Where no column has
    dates, those of year, month and so on do together.
    """
    by_name = [name for name in columns if NAMES.search(name)]
    if not any(any(cells) for cells in columns.values()):
        return tuple(by_name[:1])
    parts = _parts(columns)
    others = [name for name in columns if name not in by_name]
    for name in [*by_name, *others]:
        if name in parts:
            continue
        form = _form(columns[name], HALF if name in by_name else NEARLY_ALL)
        if form and (form.unit is None or name in by_name):
            clock = other_clock((name,), form, columns)
            return (name, clock) if clock else (name,)
    return parts


def _parts(columns: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the columns of year, month and so on, down to seconds; none without a month."""
    parts: list[str] = []
    for words in PARTS:
        pattern = re.compile(words, re.IGNORECASE)
        rest = (name for name in columns if name not in parts and pattern.fullmatch(name))
        part = next(rest, None)
        if part is None:
            break
        parts.append(part)
    if len(parts) < 2:
        return ()
    cells = joined(parts, columns)[:ENOUGH]
    form = times.TimeForm()
    if len(readable(form, cells)) < NEARLY_ALL * len(cells):
        return ()
    clock = other_clock(tuple(parts), form, columns)
    return (*parts, clock) if clock else tuple(parts)


def other_clock(
    fields: tuple[str, ...], form: times.TimeForm, columns: Mapping[str, list[str]]
) -> str | None:
    """Return the column of times of day that goes with one of dates alone, if there is one."""
    cells = [cell for cell in joined(fields, columns)[:ENOUGH] if cell]
    if any(moment.has_clock for moment in readable(form, cells)):
        return None
    for name, others in columns.items():
        clocks = [cell for cell in others[:ENOUGH] if cell]
        fits = sum(times.TIME_OF_DAY.fullmatch(cell) is not None for cell in clocks)
        if clocks and fits >= NEARLY_ALL * len(clocks):
            return name
    return None


def _form(cells: list[str], share: float) -> times.TimeForm | None:
    """Return the form of a column of which this share holds times, None for another one."""
    cells = [cell for cell in cells if cell]
    try:
        form = times.find_form(cells)
    except times.NoTimes:
        return None
    fits = len(readable(form, cells[:ENOUGH]))
    return form if cells and fits >= share * len(cells[:ENOUGH]) else None
