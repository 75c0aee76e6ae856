# lab 2 (given): any CSV file that grows
"""A CSV file that others write: its columns of numbers, over its column of times."""

import re
from pathlib import Path

import pandas as pd

from . import Column, SourceError
from .cells import is_numeric, is_utf8, table, to_numbers, to_times
from .growing import GrowingFile, first_records


class CsvFile:
    """The rows that a CSV file gains. The first read returns the last `keep` rows of what is there.

    `path` is a file in UTF-8 with a header line, its fields separated by commas. `time_column`
    holds ISO 8601 texts (without a zone they are UTC) or the seconds or milliseconds since 1970.
    A line counts once its line end is written. A file that is cut or replaced is read anew; one
    that disappears gives no rows until it is back. The columns stay those found at the start:
    one that a later file lacks is NaN. Each read returns `keep` rows at most, the newest.

    `skipped` counts the rows left out because their time could not be read.

    Raises `SourceError` where the file cannot be read or does not have what is needed.
    """

    def __init__(
        self, path: str | Path, time_column: str, title: str | None = None, *, keep: int = 10_000
    ) -> None:
        path = Path(path)
        self.id = re.sub(r"[^a-z0-9_]+", "-", path.stem.lower()).strip("-") or "csv"
        self.title = title or path.name
        self.skipped = 0
        self.timezone: str | None = None
        self.remarks: tuple[str, ...] = ()
        self._time_column = time_column
        self._keep = keep
        self._fields = numeric_fields(path, time_column)
        # In a dashboard's rows `time` is always the time of the row.
        self._names = ["time (value)" if field == "time" else field for field in self._fields]
        self.columns = tuple(Column(name, "") for name in self._names)
        self._file = GrowingFile(path, keep)

        # lab 14 (given): tell it from a file of the same name in another folder
        self.identity = f"{path.resolve()} {time_column}"

    def read(self) -> pd.DataFrame:
        """Return the rows that are new since the last read, ordered by time."""
        dropped = self._file.dropped
        records = self._file.read()
        cells = table(self._file.header + records) if records else pd.DataFrame()
        cells = cells.reindex(columns=[self._time_column, *self._fields]).astype("str")
        cells = cells.tail(self._keep)

        numbers = {
            name: to_numbers(cells[field])
            for name, field in zip(self._names, self._fields, strict=True)
        }
        rows = pd.DataFrame({"time": to_times(cells[self._time_column])} | numbers)
        known = rows.dropna(subset=["time"]).sort_values("time", kind="stable", ignore_index=True)
        self.skipped += len(rows) - len(known) + self._file.dropped - dropped
        return known


def first_cells(path: Path) -> pd.DataFrame:
    """Return the first rows of a file as strings; raise `SourceError` if they cannot be read."""
    if path.is_dir():
        raise SourceError(f"{path} is a folder. Name a CSV file in it.")
    if not path.is_file():
        raise SourceError(f"There is no file {path}. Check the path, or create the file first.")
    try:
        start = first_records(path)
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}. Check that you may open it."
        ) from error
    if not is_utf8(start):
        raise SourceError(f"{path} is not text in UTF-8. Save it as CSV in UTF-8, then try again.")
    if not start:
        raise SourceError(
            f"{path} has no header line yet. Its first line must name the columns, separated by "
            "commas, and end with a line break."
        )
    return table(start)


def numeric_fields(path: Path, time_column: str) -> list[str]:
    """Return the names of a file's columns of numbers; raise `SourceError` if it cannot be used."""
    cells = first_cells(path)
    names = ", ".join(cells.columns)
    if time_column not in cells:
        raise SourceError(
            f"{path} has no column {time_column!r}. Choose the column that holds the time. "
            f"The columns are: {names}."
        )
    times = cells[time_column].dropna()
    if len(times) and to_times(times).isna().all():
        raise SourceError(
            f"The column {time_column!r} of {path} holds no times: its first cell is "
            f"{times.iloc[0]!r}. Times look like 2026-01-31T12:00:00Z, or are seconds or "
            f"milliseconds since 1970. Choose another column, or write the times like this. "
            f"The columns are: {names}."
        )
    fields = [name for name in cells.columns.drop(time_column) if is_numeric(cells[name])]
    if not fields:
        raise SourceError(
            f"{path} has no column of numbers beside {time_column!r}. Add one to draw. "
            f"The columns are: {names}."
        )
    return fields
