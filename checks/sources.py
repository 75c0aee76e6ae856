"""Sources whose rows a check knows, and whether what clients are told is all of these rows."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from checks.contract import Points, UpdateChart, UpdateData
from kit.checking import source, steady_number
from kit.checking.contract import zoned

WEEK = timedelta(days=7)  # between two rows of the stocks
FIRST = datetime(2018, 1, 1, tzinfo=UTC)  # the time of the first
GAP_EVERY = 3  # rows: one of them has no number in the first column
COLUMNS = {"machine": ["cpu"], "stocks": ["AAPL", "GOOG"]}

MACHINE = source("Steady", id="machine", names=COLUMNS["machine"], step=1)
STOCKS = source(
    "Steady",
    id="stocks",
    names=COLUMNS["stocks"],
    step=int(WEEK.total_seconds()),
    rows_per_read=2,
    gap_every=GAP_EVERY,
)


def differs_from_rows(points: Points) -> tuple[str, str] | None:
    """Return what was expected of points of the stocks and what came, or None where they agree."""
    names = COLUMNS["stocks"]
    if not points.columns.keys() >= {*names}:
        expected = f"`points` has a list for each of {', '.join(names)}"
        return expected, f"it has one for {', '.join(points.columns) or 'none'}"
    for index, text in enumerate(points.time):
        row, rest = divmod(zoned(text) - FIRST, WEEK)
        if rest:
            expected = "the times in `points` are those of the rows, each a week after the last"
            return expected, f"one was {text}"
        for place, name in enumerate(names):
            is_gap = place == 0 and row % GAP_EVERY == 0
            wanted = None if is_gap else steady_number(row, place)
            value = points.columns[name][index]
            if value is not wanted and not (value and wanted and abs(value - wanted) < 0.01):
                expected = f"`{name}` is {json.dumps(wanted)} at {text}, as the row says"
                return expected, f"it was {json.dumps(value)}"
    return None


def gap(story: Iterable[UpdateChart | UpdateData]) -> str:
    """Return where updates of the stocks skip or repeat something, or nothing.

    After a figure they follow on from that.
    """
    number = week = None
    for one in story:
        if isinstance(one, UpdateChart):
            number, week = one.number, _last_week(one)
            continue
        before_it, number = number, one.number
        for text in one.points.time:
            before, week = week, zoned(text)
            if before and week - before != WEEK:
                what = "rows are missing" if week > before else "rows came twice"
                return f"the row of {week.date()} came after that of {before.date()}: {what}"
        # Only then: where rows are missing, so is their number.
        if before_it is not None and number != before_it + 1:
            return f"number {number} came after number {before_it}, and no row is missing"
    return ""


def _last_week(chart: UpdateChart) -> datetime | None:
    """Return the time of the figure's last point, or None where it can't be read."""
    try:
        return zoned(chart.figure.data[0]["x"][-1])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
