# lab 2 (given): any CSV file that grows
"""A CSV file that others write: its columns of numbers, over its column of times."""

import math
import re
from datetime import timedelta
from pathlib import Path

import pandas as pd

from .. import Column
from . import numbers
from .beginning import understand
from .growing import GrowingFile
from .records import Records
from .remarks import Account, Count, Teller, several
from .rows import Row, Rows
from .times import EPOCH
from .understanding import Measured
from .zones import Clock, find_zone

MILLISECOND = timedelta(milliseconds=1)
MOST_CELLS = 1_000_000  # that one read returns


class CsvFile:
    """The rows that a CSV file gains. The first read returns the last `keep` rows of what is there.

    How the file is written is understood from its beginning, and holds as long as it is followed.
    `time_column` is its column of times, or several with commas between them; without it, it is
    found. Times that name no zone are those of `timezone`, or of UTC without one.

    A line counts once its line end is written, or the file has been left alone for a while. A file
    that is cut or replaced is read anew; one that disappears gives no rows until it is back. Rows
    that are there again are returned once. Time only goes forward: a row that comes after one with
    a later time is left out. The columns stay those found at the start: one that a later header
    lacks is NaN. Each read returns `keep` rows at most, the newest, and a million cells at most.

    `remarks` says what was left out or assumed; `skipped` counts the rows left out.

    Raises `SourceError` where the file cannot be read right, or there is no such zone.
    """

    def __init__(
        self,
        path: str | Path,
        time_column: str | None = None,
        title: str | None = None,
        *,
        timezone: str | None = None,
        keep: int = 10_000,
    ) -> None:
        path = Path(path)
        self.id = re.sub(r"[^a-z0-9_]+", "-", path.stem.lower()).strip("-") or "csv"
        self.title = title or path.name
        self.timezone = timezone
        self._clock = Clock(find_zone(timezone))
        self.form = understand(path, time_column)
        self.columns = tuple(Column(column.name, column.unit) for column in self.form.measured)
        self._keep = max(min(keep, MOST_CELLS // len(self.columns)), 1)
        self._account = Account()
        self._records = Records(self.form.separator)
        self._rows = Rows(self.form, self._records, self._account)
        self._file = GrowingFile(
            path,
            self.form.encoding,
            self._records,
            self._keep + self.form.lines_of_header,
            may_be_header=self._rows.may_be_header,
            may_be_whole=self._rows.may_be_whole,
            is_newest_first=self.form.is_newest_first,
        )
        self._newest = -math.inf  # milliseconds since 1970
        self._teller = Teller(self.title)
        self.remarks: tuple[str, ...] = ()
        self._tell()

        # lab 14 (given): tell it from a file of the same name in another folder
        self.identity = f"{path.resolve()} {time_column} {timezone}"

    @property
    def skipped(self) -> int:
        """How many rows were left out."""
        return self._account.left_out

    def _remarks(self) -> tuple[str, ...]:
        """Return sentences about what was left out or assumed so far."""
        said = self._account.sentences() + self.form.assumed
        if self.form.has_no_zone and self.timezone is None:
            said.append("Times without a zone were taken for UTC.")
            if self.form.steps_back:
                said.append(
                    f"The times step back to {self.form.steps_back}, as local times do when summer "
                    "time ends: name their zone with --timezone."
                )
        if self.form.left_out:
            columns = [f"{name!r} ({cell!r})" for name, cell in self.form.left_out.items()]
            said.append(f"Not drawn, being no numbers: {several(columns)}.")
        return tuple(said)

    def read(self, *, is_final: bool = False) -> pd.DataFrame:
        """Return the rows that are new since the last read, ordered by time.

        Where it `is_final`, the last line counts even where its line end was not written.
        """
        restarts = self._file.restarts
        records = self._file.read(is_final=is_final)
        is_anew = self._file.restarts != restarts
        if is_anew:
            self._rows.restart()
        rows = self._rows.rows(records, is_anew=is_anew)
        self.form.decide(
            [row.time for row in rows],
            {
                column.field: [row.measured[at] for row in rows]
                for at, column in enumerate(self.form.measured)
            },
        )
        frame = self._frame(self._in_time(rows, is_anew=is_anew)[-self._keep :])
        self._account.note(self._file, self._records, self._clock)
        self._tell()
        return frame

    def _tell(self) -> None:
        """Renew the remarks, and log what is new in them."""
        self.remarks = self._remarks()
        found = f"The times were found in {self.form.time_name!r}."
        self._teller.tell([*self.remarks, *([found] if self.form.is_time_found else [])])

    def _in_time(self, rows: list[Row], *, is_anew: bool) -> list[tuple[int, Row]]:
        """Return the rows that can be shown, ordered by time; the others are counted."""
        timed = []
        for row in reversed(rows) if self.form.is_newest_first else rows:
            time = self._time(row.time)
            if time is None:
                self._account.add("no time", row.time)
            elif self._rows.known.get(row.key) == time:
                self._account.add("again", number=not is_anew)
            elif time < self._newest:
                self._rows.remember(row, time)
                self._account.add("late", row.time)
            else:
                self._rows.remember(row, time)
                timed.append((time, row))
        timed.sort(key=lambda pair: pair[0])
        if timed:
            self._newest = timed[-1][0]
        self._rows.forget(2 * self._keep)
        return timed

    def _time(self, cell: str) -> int | None:
        """Return a time in milliseconds since 1970, None where the cell cannot be read."""
        moment = self.form.time_form.read(cell) if self.form.time_form else None
        if moment is None:
            return None
        if moment.ahead is not None:
            return (moment.wall - moment.ahead - EPOCH) // MILLISECOND
        self.form.has_no_zone |= moment.has_clock
        utc = self._clock.to_utc(moment.wall)
        return None if utc is None else (utc - EPOCH) // MILLISECOND

    def _frame(self, timed: list[tuple[int, Row]]) -> pd.DataFrame:
        times = pd.to_datetime([time for time, _ in timed], unit="ms", utc=True)
        measured = {
            column.name: [self._number(column, row.measured[at]) for _, row in timed]
            for at, column in enumerate(self.form.measured)
        }
        frame = pd.DataFrame(measured, dtype="float64")
        frame.insert(0, "time", pd.Series(times).dt.as_unit("ms"))
        return frame

    def _number(self, column: Measured, cell: str) -> float:
        """Return a number, NaN where there is none; that is counted unless the cell says so."""
        if column.form is None:
            return math.nan
        if numbers.is_fault(cell):
            self._account.add("fault", cell)
            return math.nan
        if numbers.is_gap(cell):
            return math.nan
        number = column.form.read(cell)
        if number is None:
            self._account.no_number.setdefault(column.name, Count()).add(cell)
        elif math.isinf(number):
            self._account.add("too large", cell)
        return number if number is not None and math.isfinite(number) else math.nan
