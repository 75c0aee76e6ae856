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
NEARLY_ALL, HALF = 0.9, 0.5
ENOUGH = 200  # cells of a column that tell


def joined(fields: Sequence[str], columns: Mapping[str, list[str]]) -> list[str]:
    """Return the cells of the column of times; where it is several, with blanks between them."""
    return [" ".join(cells).strip() for cells in zip(*(columns[f] for f in fields), strict=True)]


def readable(form: times.TimeForm, cells: Iterable[str]) -> list[times.Moment]:
    """Return what those cells say that can be read."""
    return [moment for moment in map(form.read, cells) if moment]


def find_time_fields(columns: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the column of times, or of dates and of times of day; none where there is none.

    A column counts whose cells are nearly all times. Where its name is that of one, half of them
    do, and numbers too, and it comes first. Without rows, the name has to do.
    """
    by_name = [name for name in columns if NAMES.search(name)]
    if not any(any(cells) for cells in columns.values()):
        return tuple(by_name[:1])
    for name in [*by_name, *(name for name in columns if name not in by_name)]:
        form = _form(columns[name], HALF if name in by_name else NEARLY_ALL)
        if form and (form.unit is None or name in by_name):
            clock = other_clock((name,), form, columns)
            return (name, clock) if clock else (name,)
    return ()


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
