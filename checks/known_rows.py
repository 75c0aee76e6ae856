"""Dashboards whose rows a check knows: the right answer to a question, and what wrong ones show.

A row is a dict here: `time` as a datetime in UTC, and a number or None for each column.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import permutations
from math import isclose
from statistics import mean, median
from typing import Any

from kit.checking import Cause, causes, source
from kit.checking.contract import shown, zoned

why = causes(__file__, "04_dataframes")

Row = dict[str, Any]
Figure = Callable[[list[float | None]], float | None]  # of one column in one stretch of time
SECONDS = {
    "250ms": 0.25,
    "10s": 10,
    "432s": 432,
    "15min": 900,
    "1h": 3600,
    "90min": 5400,
    "6h": 21600,
    "1D": 86400,
}
CLOSE = 1e-13  # pandas writes 15 digits where it is told to, and means differ by how they are added
DIGITS = range(15)
# Texts that do not sort as the times do.
TEXTS = ("%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%H:%M:%S", "%I:%M:%S %p")


@dataclass(frozen=True)
class Known:
    """A dashboard. Its `texts` are what the source `Given` takes as rows."""

    id: str
    names: list[str]
    texts: list[list[Any]]

    def source(self, **options: int) -> dict[str, Any]:
        """Return it for the setting `SOURCES`; `options` are those of `Given`."""
        return source("Given", id=self.id, names=self.names, rows=self.texts, **options)

    def until(self, time: datetime) -> "Known":
        """Return it as it was when the rows up to `time` had been read."""
        return replace(self, texts=[one for one in self.texts if zoned(one[0]) <= time])

    def kept(self, keep: int) -> "Known":
        """Return it with the newest `keep` rows alone."""
        return replace(self, texts=self.texts[-keep:])

    @property
    def rows(self) -> list[Row]:
        """All its rows, oldest first."""
        return [
            {"time": zoned(time)} | dict(zip(self.names, numbers, strict=True))
            for time, *numbers in self.texts
        ]

    def answer(self, last: int, columns: Sequence[str] | None = None, every: str = "") -> list[Row]:
        """Return the rows that are the right answer to a question."""
        rows = stretches(self.rows, SECONDS[every]) if every else self.rows
        return [self._chosen(row, columns) for row in rows[-last:]]

    def likely(
        self, came: list[Row], last: int, columns: Sequence[str] | None = None, every: str = ""
    ) -> tuple[Cause, str]:
        """Return why these rows may have come as an answer, and in words what they are."""
        for cause, words, rows in self._mistakes(last, every):
            if same(came, [self._chosen(row, columns) for row in rows]):
                return cause, words
        names = [*self._chosen(self.rows[0], columns)][1:]
        right = self.answer(last, columns, every)
        for order in permutations(names):
            if same(came, [_renamed(row, dict(zip(names, order, strict=True))) for row in right]):
                return why.columns_mixed_up, "numbers stand under the name of another column"
        return _looks_like(came, right, {"time", *self.names}, every), ""

    def _chosen(self, row: Row, columns: Sequence[str] | None) -> Row:
        names = self.names if columns is None else columns
        return {name: row[name] for name in ("time", *names)}

    def _mistakes(self, last: int, every: str) -> Iterator[tuple[Cause, str, list[Row]]]:
        """Yield what people do, and the rows that come of it."""
        rows = self.rows
        if every:
            yield from _wrong_means(rows, last, SECONDS[every])
            rows = stretches(rows, SECONDS[every])
        newest = rows[-last:]
        yield why.wrong_end, "these are the oldest ones", rows[:last]
        yield why.off_by_one, "the newest one is left out", rows[-last - 1 : -1]
        if last <= len(rows):
            for some in (rows[-last - 1 :], newest[1:]):
                yield why.off_by_one, "that is one more, or one less", some
        for count in range(1, len(rows) + 1):
            yield why.last_ignored, f"these are the newest {count}", rows[-count:]
        for some in (newest[::-1], rows[:last][::-1]):
            yield why.newest_first, "the newest one comes first", some
        for name in self.names:
            ordered = sorted(rows, key=lambda row: (row[name] is None, row[name]))
            words = f"they are in the order of the numbers of {name}"
            for some in (ordered[-last:], ordered[::-1][-last:]):
                yield why.sorted_by_numbers, words, some
        for form in TEXTS:
            ordered = _ordered_as_text(rows, form)
            words = f"they are in the order of texts like {rows[0]['time'].strftime(form)!r}"
            for some in (ordered[-last:], _ordered_as_text(newest, form)):
                yield why.sorted_as_text, words, some
        complete = [row for row in rows if None not in row.values()]
        for some in (complete[-last:], [row for row in newest if row in complete]):
            yield why.gap_dropped, "what lacks a number is left out", some


def _wrong_means(
    rows: list[Row], last: int, seconds: float
) -> Iterator[tuple[Cause, str, list[Row]]]:
    means = stretches(rows, seconds)
    yield why.every_ignored, "these are single rows", rows[-last:]
    yield why.window_first, f"only {last} rows were looked at", stretches(rows[-last:], seconds)
    for words, figure in FIGURES.items():
        some = stretches(rows, seconds, _of_those_there(figure))[-last:]
        yield why.not_means, f"these are {words}", some
    for gaps in (_with_zeros, _none_where_one_is):
        words = "a missing number counts in these means"
        yield why.means_with_gaps, words, stretches(rows, seconds, gaps)[-last:]
    there = [row for row in means if any(value is not None for value in [*row.values()][1:])]
    for some in (there[-last:], [row for row in means[-last:] if row in there]):
        yield why.empty_left_out, "stretches without a row are left out", some
    for late in (seconds, seconds / 2):
        moved = [row | {"time": row["time"] + timedelta(seconds=late)} for row in means[-last:]]
        yield why.stretch_times, "the times are not the beginnings of the stretches", moved


def stretches(rows: list[Row], seconds: float, figure: Figure | None = None) -> list[Row]:
    """Return one row for each stretch of so many seconds, from the first row to the last.

    It has the means of the numbers that are there, or another `figure`.
    """
    figure = figure or _of_those_there(mean)
    by_number: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_number[int(row["time"].timestamp() // seconds)].append(row)
    found = []
    for number in range(min(by_number), max(by_number) + 1):
        inside = by_number.get(number, [])
        begins = datetime.fromtimestamp(number * seconds, rows[0]["time"].tzinfo)
        names = [name for name in rows[0] if name != "time"]
        found.append({"time": begins} | {n: figure([row[n] for row in inside]) for n in names})
    return found


def same(one: list[Row], other: list[Row]) -> bool:
    """Whether these are the same rows, but for the last digits of a number."""
    return len(one) == len(other) and all(map(_is_same, one, other))


def difference(came: list[Row], right: list[Row]) -> tuple[str, str]:
    """Return what is expected of rows and what came, where they are not the same."""
    if len(came) != len(right):
        return f"{len(right)} rows come: {listed(right)}", f"{len(came)} came: {listed(came)}"
    at = next(at for at in range(len(right)) if not _is_same(came[at], right[at]))
    which = f"row {at + 1} of {len(right)}"
    return f"{which} is {_shown(right[at])}", f"it was {_shown(came[at])}"


def listed(rows: Iterable[Row]) -> str:
    """Return the times of rows, as many as fit into a sentence."""
    times = [_text(row["time"]) for row in rows]
    return ", ".join(times if len(times) < 5 else [*times[:2], "...", times[-1]]) or "none"


def _is_same(one: Row, other: Row) -> bool:
    return one.keys() == other.keys() and all(
        (one[name] is None) == (other[name] is None)
        and (other[name] is None or _is_close(one[name], other[name]))
        for name in other
    )


def _is_close(one: Any, other: Any) -> bool:
    return (
        one == other
        if isinstance(other, datetime)
        else isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    )


def _is_rounded(one: Row, other: Row) -> bool:
    """Whether the numbers of a row are the right ones with fewer digits."""
    return all(
        None not in (one[name], number)
        and any(isclose(one[name], round(number, d)) for d in DIGITS)
        for name, number in other.items()
        if name != "time" and one[name] != number
    )


def _looks_like(came: list[Row], right: list[Row], known: set[str], every: str) -> Cause:
    """Return the cause of rows that no one mistake explains, by the first thing that is wrong."""
    if any(row.keys() != right[0].keys() for row in came):
        more = {key for row in came for key in row if row.keys() > right[0].keys()}
        return why.more_keys if more - known else why.columns_wrong
    if [row["time"] for row in came] != [row["time"] for row in right]:
        timed = [row | {"time": other["time"]} for row, other in zip(came, right, strict=False)]
        if not every and same(timed, right):
            return why.row_time_wrong
        return _of_the_times([row["time"] for row in came], [row["time"] for row in right], every)
    if all(any(_is_same(row, other) for row in came) for other in right):
        return why.sorted_by_numbers
    for one, other in zip(came, right, strict=True):
        if any(other[name] is None and one[name] is not None for name in other):
            return why.empty_filled if every else why.gap_filled
    is_rounded = all(map(_is_rounded, came, right))
    return why.means_wrong if every and not is_rounded else why.value_changed


def _of_the_times(came: list[datetime], right: list[datetime], every: str) -> Cause:
    """Return the cause of other times than the right ones."""
    if sorted(came) == sorted(right):
        return why.newest_first if came == right[::-1] else why.sorted_by_numbers
    if every:
        return why.means_wrong if {*came} < {*right} else why.stretch_times
    return why.other_rows


def _ordered_as_text(rows: list[Row], form: str) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["time"].strftime(form)))


def _renamed(row: Row, names: dict[str, str]) -> Row:
    return {names.get(name, name): value for name, value in row.items()}


def _shown(row: Row) -> str:
    return shown({name: _text(value) for name, value in row.items()})


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _of_those_there(figure: Callable[[list[float]], float]) -> Figure:
    """Return the figure of the numbers that are there, None where none is."""

    def look(numbers: list[float | None]) -> float | None:
        there = [number for number in numbers if number is not None]
        return figure(there) if there else None

    return look


def _with_zeros(numbers: list[float | None]) -> float | None:
    return mean([number or 0 for number in numbers]) if numbers else None


def _none_where_one_is(numbers: list[float | None]) -> float | None:
    there = [number for number in numbers if number is not None]
    return mean(there) if there and len(there) == len(numbers) else None


FIGURES: dict[str, Callable[[list[float]], float]] = {
    "sums": sum,
    "medians": median,
    "the lowest numbers": min,
    "the highest numbers": max,
    "the first numbers": lambda numbers: numbers[0],
    "the last numbers": lambda numbers: numbers[-1],
    "counts": len,
}
