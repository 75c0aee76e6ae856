"""Sources of data for a submission under check: quick ones, and such as real machines rarely show.

An `App` has them as its setting `SOURCES`: see `source` in `plan`.
"""

import builtins
import logging
import threading
import time
from functools import cached_property, lru_cache
from itertools import chain, count, cycle, repeat
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from kit.running.plan import FAILING

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 4096  # rows that are made at once


class Failing:
    """A source that can be opened, and that raises as soon as anybody looks at it."""

    def __init__(
        self,
        id: str = "failing",  # noqa: A002
        *,
        raises: str = "RuntimeError",
        status: int = 0,
    ) -> None:
        """Call it `id`. It raises an error of this class, which is one of Python's own.

        With a `status` it raises the HTTP error that has this one.
        """
        self.id = id
        self._raises, self._status = raises, status

    def __getattr__(self, name: str) -> Any:
        if self._status:
            from werkzeug.exceptions import abort

            abort(self._status)
        raise getattr(builtins, self._raises)(FAILING)


class Saying:
    """A source that logs something whenever its one row is read, and that takes its time."""

    def __init__(
        self,
        id: str,  # noqa: A002
        *,
        logger: str = "",
        level: str = "WARNING",
        says: Any = None,
        about: list[Any] | None = None,
        seconds: float = 0,
    ) -> None:
        """Call it `id`. To read it, or to look at its `title`, takes so many `seconds`.

        What it `says` goes to the logger of this name as it is, with what it is `about` as the
        arguments; where it is None, nothing is logged.
        """
        self.id = id
        self.columns = (SimpleNamespace(name="there", unit=""),)
        self._logger, self._level = logger, level
        self._says, self._about = says, about or []
        self._seconds = seconds
        self._rows = Steady(id, ["there"], 1)

    @property
    def title(self) -> str:
        time.sleep(self._seconds)
        return f"What {self.id} says"

    def read(self) -> "pd.DataFrame":
        """Return the next row."""
        time.sleep(self._seconds)
        if self._says is not None:
            level = getattr(logging, self._level)
            logging.getLogger(self._logger).log(level, self._says, *self._about)
        return self._rows.read()


class Gappy:
    """A source of one row a read; its column `gap` has a number in the first one only."""

    id = "gappy"
    title = "Numbers with a gap"
    columns = tuple(SimpleNamespace(name=name, unit="") for name in ("there", "zero", "gap"))

    def __init__(self) -> None:
        self._gap = chain([-2.5], repeat(float("nan")))

    def read(self) -> "pd.DataFrame":
        import pandas as pd

        row = {
            "time": pd.Timestamp.now("UTC"),
            "there": 3.14159,
            "zero": 0.0,
            "gap": next(self._gap),
        }
        return pd.DataFrame([row]).astype({"time": "datetime64[ms, UTC]"})


class Given:
    """A source of rows that are given, `rows_per_read` of them a read; then there are no more."""

    def __init__(
        self,
        id: str,  # noqa: A002
        names: list[str],
        rows: list[list[Any]],
        rows_per_read: int = 0,
    ) -> None:
        """Call it `id`, with a column for each of `names`.

        A row is its time in ISO 8601 with its zone, then a number or None for each column; columns
        of whole numbers are such. Without `rows_per_read` all of them come with the first read.
        """
        self.id = id
        self.title = f"Rows of {id}"
        self.columns = tuple(SimpleNamespace(name=name, unit="") for name in names)
        self._rows = rows
        self._rows_per_read = rows_per_read or len(rows)
        self._next = 0

    def read(self) -> "pd.DataFrame":
        """Return the next rows: none where all of them have come."""
        rows: pd.DataFrame = self._frame.iloc[self._next : self._next + self._rows_per_read]
        self._next += len(rows)
        return rows.reset_index(drop=True)

    @cached_property
    def _frame(self) -> "pd.DataFrame":
        import pandas as pd

        names = [column.name for column in self.columns]
        frame = pd.DataFrame(self._rows, columns=["time", *names])
        times = pd.to_datetime(frame["time"], format="ISO8601", utc=True).dt.as_unit("ms")
        numbers: pd.DataFrame = frame[names].apply(pd.to_numeric)
        numbers.insert(0, "time", times)
        return numbers


class Steady:
    """A source whose rows are `step` seconds apart, `rows_per_read` of them a read, for ever.

    To read it costs a tenth of what the real ones cost: a feed that is made fast, so that nobody
    waits for a verdict, must not spend the time on that.
    """

    def __init__(
        self,
        id: str,  # noqa: A002
        names: list[str],
        step: int,
        rows_per_read: int = 1,
        gap_every: int = 0,
        *,
        phase: int = 0,
    ) -> None:
        """Call it `id`, with a column for each of `names`.

        The first column has no number in one row of `gap_every`. The numbers are those of so many
        rows later as `phase` says.
        """
        self.id = id
        self.title = f"Rows of {id}"
        self.columns = tuple(SimpleNamespace(name=name, unit="") for name in names)
        self._block = _block(tuple(names), step, gap_every, phase)
        self._step = step
        self._rows = rows_per_read
        self._next = 0

    def read(self) -> "pd.DataFrame":
        """Return the next `rows_per_read` rows."""
        import pandas as pd

        lap, first = divmod(self._next, BLOCK - BLOCK % self._rows)
        self._next += self._rows
        rows = self._block.iloc[first : first + self._rows].reset_index(drop=True)
        if lap:
            seconds = lap * (BLOCK - BLOCK % self._rows) * self._step
            rows["time"] += pd.Timedelta(seconds=seconds).as_unit("ms")
        return rows


class Uneven(Steady):
    """Steady rows, `BLOCK` of them; each read brings another number of rows, perhaps none.

    The first look at its columns lasts until the next read, or as many seconds as it `takes`: what
    can come in between does so then.
    """

    def __init__(
        self,
        id: str,  # noqa: A002
        columns: dict[str, str],
        step: int,
        sizes: list[int],
        *,
        gap_every: int = 0,
        takes: float = 0,
        phase: int = 0,
    ) -> None:
        """Call it `id`; `columns` are the units of its columns by their names.

        A read brings as many rows as `sizes` say, in turns. The first column has no number in one
        row of `gap_every`.
        """
        super().__init__(id, [*columns], step, gap_every=gap_every, phase=phase)
        self._columns = tuple(SimpleNamespace(name=n, unit=unit) for n, unit in columns.items())
        self._sizes = cycle(sizes)
        self._takes = takes
        self._is_read = threading.Event()

    @property
    def columns(self) -> tuple[SimpleNamespace, ...]:
        takes, self._takes = self._takes, 0
        if takes:
            self._is_read.clear()
            self._is_read.wait(takes)
        return self._columns

    @columns.setter
    def columns(self, _: tuple[SimpleNamespace, ...]) -> None:
        """Take no columns without units."""

    def read(self) -> "pd.DataFrame":
        """Return the next rows."""
        self._is_read.set()
        first, self._next = self._next, self._next + next(self._sizes)
        return self._block.iloc[first : self._next].reset_index(drop=True)


class Marking(Steady):
    """A steady source of a library that writes what is logged as text, its level first.

    So what is logged can be told from what is printed. Its handler stays on the root logger.
    """

    def __init__(self, **steady: Any) -> None:
        """Attach the handler, and be as `Steady`."""
        super().__init__(**steady)
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("logged %(levelname)s %(message)s"))
        logging.getLogger().addHandler(handler)


class Moody(Steady):
    """A steady source that after some reads has nothing new for a spell, then fails for as long.

    After that it is as before, and no row is missing.
    """

    def __init__(self, *, after: int, quiet: int, failing: int, **steady: Any) -> None:
        """Have nothing new `quiet` times `after` so many reads; then fail `failing` times."""
        super().__init__(**steady)
        self._reads = count(1 - after)
        self._quiet, self._failing = quiet, failing

    def read(self) -> "pd.DataFrame":
        """Return the next rows, or none. Raises RuntimeError where it fails."""
        number = next(self._reads)
        if number < 1 or number > self._quiet + self._failing:
            return super().read()
        if number > self._quiet:
            raise RuntimeError(FAILING)
        return self._block.head(0)


def steady_number(row: Any, place: int) -> Any:
    """Return the number in row `row` of the column at `place`, both from 0: one between 1 and 2."""
    return 1 + row * (place + 3) % 97 / 100


@lru_cache
def _block(names: tuple[str, ...], step: int, gap_every: int, phase: int) -> "pd.DataFrame":
    """Return rows that begin with the year 2018, with numbers between 1 and 2."""
    import numpy as np
    import pandas as pd

    rows = np.arange(BLOCK)
    times = np.datetime64("2018-01-01", "ms") + rows * np.timedelta64(step * 1000, "ms")
    columns = {name: steady_number(rows + phase, place) for place, name in enumerate(names)}
    if gap_every:
        columns[names[0]][::gap_every] = np.nan
    return pd.DataFrame({"time": pd.DatetimeIndex(times).tz_localize("UTC"), **columns})
