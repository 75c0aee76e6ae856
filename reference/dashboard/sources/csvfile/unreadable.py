# lab 2 (given): what to do about times that cannot be read
"""Say why cells that should be times cannot be read, and what to do."""

import re

from . import times

FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
ZONE_NAME = re.compile(r"(?P<rest>.*\d.*?)\s*\b(?P<zone>[A-Z]{3,4})", re.ASCII)


def advice(cells: list[str]) -> str:
    """Return a sentence or two about the cells of a column of which none can be read as a time."""
    first = cells[0]
    if all(times.NUMBER.fullmatch(cell) for cell in cells):
        return (
            "They are not seconds, milliseconds, microseconds or nanoseconds since 1970, nor "
            "Excel's day numbers, nor years. Write the times as dates."
        )
    if times.TIME_OF_DAY.fullmatch(first):
        return (
            "They have no date. Where another column has it, name both: --time Date,Time, with the "
            "names that these columns have."
        )
    zone = ZONE_NAME.fullmatch(first)
    if zone and times.TimeForm().read(zone["rest"]):
        return (
            f"{zone['zone']!r} is the name of several time zones, or of none: write an offset such "
            "as +01:00, or leave it out and name the zone with --timezone."
        )
    if times.TimeForm().read(FOUR_DIGITS.sub("2000", first, count=1)):
        return f"Only times from {times.EARLIEST.year} until {times.LATEST.year} are read."
    return "Write them like 2026-01-31T12:00:00Z, 31.01.2026 12:00 or 01/31/2026 12:00 PM."
