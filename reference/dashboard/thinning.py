# lab 13 (given): a window of time, with as many points as a screen can show
"""The window of time that a chart shows, thinned for the eye: no spike is lost, few points travel.

Time is cut into steps of a power of two milliseconds. Of a step with more than four rows remain
four: the first row, the lowest and the highest value of each column, and the last row. Thinning is
a matter of the rows alone, not of how they came: thinned once or again and again, all at once or
update by update, the same rows remain. So `static/window.js`, which does the same in a browser,
has the same points as the server, whether it has stayed or come back.
"""

import functools
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from flask import Flask

from .sources import Column, SourceError
from .state import state_of

MOST_ROWS = 1_200  # in a window: more lines than that no chart has pixels for
MOST_CELLS = 50_000  # in an update: who misses a larger one is sent the figure
MOST_LINES, MOST_UNITS = 8, 4  # that are drawn unasked
PER_STEP = 4
USUAL = 600_000  # ms that a window has at least, where none is configured
UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

Times = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Maker = TypeVar("Maker", bound=Callable[..., dict[str, Any]])


def milliseconds(text: str) -> int:
    """Return the length of a window such as "10s", "10m", "2h" or "3d" in milliseconds.

    Raises SourceError where it is not written like that.
    """
    parts = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text)
    if parts is None:
        raise SourceError(
            f"{text!r} is not a window of time. Write a number and s, m, h or d: 10s, 10m, 2h, 3d."
        )
    return int(parts[1]) * UNITS[parts[2]]


class Window:
    """The newest rows of one dashboard, back to `since`, about `MOST_ROWS` or `least` at most.

    Without a length it goes back ten minutes and `least` points at least, and as far as the first
    rows that were added to it.
    """

    def __init__(self, length: int | None, least: int) -> None:
        """Show `length` milliseconds, or what there is where that is None."""
        self.length = length
        self.least = least if length is None else 1
        self.most = max(MOST_ROWS, least)
        self.since = 0  # ms since 1970: earlier rows are left out
        self.step = 0  # ms; 0 while all rows fit
        self.columns: Any = ()
        self.times: Times = np.empty(0, np.int64)
        self.values: Values = np.empty((0, 0))

    def thinned(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return as many of these new rows as will be seen, ordered by time."""
        return rows if rows.empty else self._seen(rows)[0]

    def add(self, rows: pd.DataFrame) -> None:
        """Add rows, as `thinned` gave them; rows that are too old or too many leave."""
        if not rows.empty:
            self._add(*arrays(rows), rows.columns)

    def take(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add new rows, thinned, and return them so: `thinned` and `add` in half the time."""
        if rows.empty:
            return rows
        seen, times, values = self._seen(rows)
        self._add(times, values, rows.columns)
        return seen

    def _seen(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, Times, Values]:
        """Return new rows as `thinned` does, and their times and values."""
        times, values = arrays(rows)
        step = self._step(np.concatenate([self.times, times]))
        if step == 0 and is_ordered(times):
            return rows, times, values
        times, values = thin(*ordered(times, values), step)
        return frame(times, values, rows.columns.drop("time")), times, values

    def _add(self, times: Times, values: Values, columns: Any) -> None:
        """Add rows with these times and values; `columns` are their names, `time` among them."""
        if len(self.times) == 0:
            self.columns = columns.drop("time")
            self.values = np.empty((0, len(self.columns)))
            if self.length is None:
                self.length = max(USUAL, int(times.max() - times.min()) + 1)
        times, values = ordered(
            np.concatenate([self.times, times]), np.concatenate([self.values, values])
        )
        assert self.length is not None
        earliest = int(min(times[-1] - self.length + 1, times[-self.least :][0]))
        earliest = max(self.since, earliest)
        if len(self.times) and self.times[-1] >= earliest:
            self.step = self._step(times[times >= earliest])
            # Whole steps leave, or it would matter whether they were thinned before or not.
            self.since = max(self.since, earliest - earliest % (self.step or 1))
        else:  # nothing that was thinned is left
            self.step = 0
            self.step = self._step(times[times >= earliest])
            self.since = earliest
        first = int(np.searchsorted(times, self.since))
        self.times, self.values = thin(times[first:], values[first:], self.step)

    def _step(self, times: Times) -> int:
        """Return the least step, the present one or a longer, at which these times are few."""
        step = self.step
        times = np.sort(times)
        while count(times, step) > self.most:
            step = step * 2 or 1
        return step

    @property
    def rows(self) -> pd.DataFrame:
        """The rows of the window, as a source gives them."""
        return frame(self.times, self.values, self.columns) if len(self.times) else pd.DataFrame()

    def state(self) -> dict[str, int | None]:
        """Return what makes this window again, together with its `rows`."""
        return {"length": self.length, "since": self.since, "step": self.step}

    def restore(self, state: dict[str, Any], rows: pd.DataFrame) -> None:
        """Become the window whose `state` and `rows` these are."""
        self.length, self.since, self.step = state["length"], state["since"], state["step"]
        self.columns = rows.columns.drop("time")
        self.times, self.values = arrays(rows)

    def told(self) -> dict[str, int]:
        """Return what a client needs to thin as this window does: all in milliseconds."""
        return {"since": self.since, "step": self.step, "length": self.length or USUAL}

    def moved(self) -> dict[str, int]:
        """Return the same for an update, which is small: what a client cannot know already."""
        return {"since": self.since} | ({"step": self.step} if self.step else {})


def thin(times: Times, values: Values, step: int) -> tuple[Times, Values]:
    """Return rows, ordered by time, with four at most in each step; 0 ms take nothing away."""
    starts, counts = steps(times, step)
    full = counts > PER_STEP
    if not full.any():
        return times, values
    many = np.repeat(full, counts)
    first = starts[full]
    last = first + counts[full] - 1
    within = np.concatenate([[0], np.cumsum(counts[full])[:-1]])  # where each begins among `many`

    sizes = np.where(full, PER_STEP, counts)
    to = (np.cumsum(sizes) - sizes)[full]
    new_times = np.empty(sizes.sum(), np.int64)
    new_values = np.empty((len(new_times), values.shape[1]))
    others = ~np.repeat(full, sizes)
    new_times[others], new_values[others] = times[~many], values[~many]
    new_times[to] = new_times[to + 1] = times[first]
    new_times[to + 2] = new_times[to + 3] = times[last]
    new_values[to], new_values[to + 3] = values[first], values[last]
    new_values[to + 1] = np.fmin.reduceat(values[many], within)
    new_values[to + 2] = np.fmax.reduceat(values[many], within)
    return new_times, new_values


def steps(times: Times, step: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return where each step begins in ordered times, and how many there are in it."""
    if step == 0:
        return np.arange(len(times)), np.ones(len(times), np.intp)
    of = times // step
    starts = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]]))[: len(times)]
    return starts, np.diff(np.append(starts, len(times)))


def count(times: Times, step: int) -> int:
    """Return how many rows at these ordered times remain when they are thinned."""
    return int(np.minimum(steps(times, step)[1], PER_STEP).sum())


def is_ordered(times: Times) -> bool:
    """Whether no time is before the one ahead of it."""
    return bool((times[1:] >= times[:-1]).all())


def ordered(times: Times, values: Values) -> tuple[Times, Values]:
    """Return rows ordered by time; of those with the same time, what came first stays first."""
    if is_ordered(times):
        return times, values
    order = np.argsort(times, kind="stable")
    return times[order], values[order]


def arrays(rows: pd.DataFrame) -> tuple[Times, Values]:
    """Return the times of rows in milliseconds since 1970, and their values."""
    times = rows["time"].to_numpy("datetime64[ms]").astype(np.int64)
    # Each update comes through here, and to drop a column takes longer than all the rest.
    is_first = rows.columns[0] == "time"
    others = rows.iloc[:, 1:] if is_first else rows.drop(columns="time")
    return times, others.to_numpy(np.float64)


def frame(times: Times, values: Values, columns: Any) -> pd.DataFrame:
    """Return rows as a source gives them."""
    rows = pd.DataFrame(values, columns=columns)
    rows.insert(0, "time", pd.to_datetime(times, unit="ms", utc=True).as_unit("ms"))
    return rows


def with_window(make: Maker) -> Maker:
    """Return `make`, which makes the payload of an update, with what it changes of the window."""

    @functools.wraps(make)
    def made(dashboard: Any, *arguments: Any) -> dict[str, Any]:
        payload: dict[str, Any] = make(dashboard, *arguments)
        return payload | {"window": dashboard.window.moved()}

    return cast("Maker", made)


def first_few(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the first columns of a source, as many as one chart shows well."""
    units = list(dict.fromkeys(column.unit for column in columns))[:MOST_UNITS]
    return tuple(column for column in columns if column.unit in units)[:MOST_LINES]


def drawn(columns: tuple[Column, ...], names: object = None) -> tuple[Column, ...]:
    """Return the columns that a client asks for by their names, or the first few."""
    wanted = names if isinstance(names, list) else []
    return tuple(column for column in columns if column.name in wanted) or first_few(columns)


def init_app(app: Flask) -> None:
    """Give each dashboard of `app` the window of the configuration. Raises SourceError."""
    text = app.config["WINDOW"]
    length = None if text is None else milliseconds(str(text))
    for dashboard in state_of(app).dashboards.values():
        dashboard.window = Window(length, dashboard.keep)
