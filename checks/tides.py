"""The dashboards of lab 10's checks, and which rows of tides each question has to bring."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby

from kit.checking import source

Values = Mapping[str, float | None]
Row = tuple[datetime, Values]

# Ten seconds apart, and more of them than are sent unless somebody asks for more.
BEGIN, STEP, COUNT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC), timedelta(seconds=10), 130
LEVELS = (-2e6, -1.5, -1, 0, 0.5, 1, 2, 2.5, None, 3, 4e6)  # no bound is far enough away for all
WINDS = (0, 1, 2, 3, None, 5, 6)
ROWS: list[Row] = [
    (BEGIN + at * STEP, {"level": LEVELS[at % len(LEVELS)], "wind": WINDS[at % len(WINDS)]})
    for at in range(COUNT)
]
A_WEEK_LATER = BEGIN + timedelta(days=7)
ERRORS = ("ValueError", "KeyError", "ZeroDivisionError")  # whatever it is, nobody has expected it
SOURCES = [
    source(
        "Given",
        id="tides",
        names=["level", "wind"],
        rows=[[when.isoformat(), *values.values()] for when, values in ROWS],
    ),
    source(
        "Given",
        id="week",
        names=["level"],
        rows=[[BEGIN.isoformat(), 1], [A_WEEK_LATER.isoformat(), 2]],
    ),
    source("Given", id="silent", names=["level", "wind"], rows=[]),
    {"call": "kit.running.sources.Failing"},  # its id is "failing"
    *(source("Failing", id=f"failing-{name}", raises=name) for name in ERRORS),
]


def within(column: str, at_least: float | None, at_most: float | None) -> list[Row]:
    """Return the rows in which a column has a number within these bounds, oldest first."""
    low = float("-inf") if at_least is None else at_least
    high = float("inf") if at_most is None else at_most
    numbers = [(row, row[1][column]) for row in ROWS]
    return [row for row, value in numbers if value is not None and low <= value <= high]


def means(seconds: int) -> list[Row]:
    """Return a row of means for each stretch of so many seconds, oldest first."""
    found = []
    for begin, group in groupby(ROWS, lambda row: row[0].timestamp() // seconds):
        rows = [values for _, values in group]
        values = {name: _mean(row[name] for row in rows) for name in rows[0]}
        found.append((datetime.fromtimestamp(begin * seconds, UTC), values))
    return found


def _mean(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None
