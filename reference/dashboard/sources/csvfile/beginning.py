# lab 2 (given): what the beginning of a CSV file tells
"""Understand a CSV file by its beginning, or refuse it with the reason."""

import re
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from .. import SourceError
from . import numbers, times
from .encoding import Decoder, find_encoding, refuse_other_text, shown
from .growing import first_bytes
from .header import Header, find_header, has_data, width
from .records import SEPARATORS, Records, fields, find_separator, lines_of
from .remarks import quoted
from .timecolumn import NAMES, find_time_fields, joined, other_clock, readable
from .understanding import Measured, Understanding
from .unreadable import advice
from .zones import STEP_BACK

HOUR = timedelta(hours=1)
SAMPLE = 256 * 1024  # bytes
MOST_LINES = 200  # that tell the separator
MOST_CELLS = 2000  # of a column, that tell how its numbers are written
SAYS_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # as Excel writes and reads it

Columns = dict[str, list[str]]


def understand(path: Path, time: str | None = None) -> Understanding:
    """Return how the file at `path` is written.

    `time` is its column of times, or several with commas between them; without it, it is found.
    Raises SourceError where the file cannot be read right.
    """
    try:
        return _Beginning(path).understand(time)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from None


class _Beginning:
    """The records at the beginning of a file."""

    def __init__(self, path: Path) -> None:
        start = _first_bytes(path)
        self.encoding = find_encoding(start)
        self.is_whole = len(start) < SAMPLE
        text = shown(Decoder(self.encoding).decode(start)).lstrip("\ufeff")
        refuse_other_text(text)
        lines = [line.strip("\r\n\0") for line in lines_of(text)]
        self.lines = [line for line in lines if line.strip()]
        if not self.lines:
            raise SourceError(
                "There is no header line yet. The first line must name the columns, with commas "
                "between them, and end with a line break."
            )
        self.text = text

    def understand(self, time: str | None) -> Understanding:
        wanted = _wanted(time)
        separator = self._separator(wanted)
        records, _ = Records(separator).split(self.text, is_all=self.is_whole)
        cells = Records(separator).cells(record.strip("\0") for record in records)
        rows = [row for row in cells if any(row)]
        header, named = self._header(rows, time, wanted)
        data = _until_header(rows[header.above + 1 + header.below :], header)
        _refuse_wide(data, header, separator)
        columns = {
            name: [row[at] if at < len(row) else "" for row in data]
            for at, name in enumerate(header.fields)
            if name
        }
        time_fields = named or find_time_fields(columns)
        if not time_fields:
            likely = next((name for name in columns if NAMES.search(name)), None)
            unread = ""
            if likely:  # it says which cell stands in the way
                form = _time_form((likely,), columns)
                cell = next((c for c in columns[likely] if c and not (form and form.read(c))), "")
                unread = f" In {likely!r} most cannot, such as {quoted(cell)}." if cell else ""
            raise SourceError(
                f"No column holds times that can be read.{unread} Name the column of times with "
                f"--time. The columns are: {_names(header)}."
            )
        found = Understanding(self.encoding, separator, header, time_fields, [])
        found.is_time_found = not named
        found.time_form = _time_form(time_fields, columns)
        _remark_on_time(found, columns)
        _measure(found, {name: cells[:MOST_CELLS] for name, cells in columns.items()})
        for at, name in enumerate(header.fields, 1):
            if not name and any(row[at - 1] for row in data if len(row) >= at):
                found.assumed.append(f"Column {at} has no name and is not drawn.")
        if self.encoding in {"cp1252", "latin-1"}:
            found.assumed.append("The text is not in UTF-8: it was taken for Western European.")
        return found

    def _separator(self, wanted: list[tuple[str, ...]]) -> str:
        said = SAYS_SEPARATOR.fullmatch(self.lines[0])
        if said:
            return said[1]
        lines = self.lines[:MOST_LINES]
        plain = [line for line in lines if not line.startswith("#")] or lines
        for names in wanted:
            # Where the header is told by name, its line tells the separator.
            mark = find_separator(plain, names)
            if any(set(names) <= set(fields(line, mark)) for line in plain):
                return mark
        return find_separator(plain)

    def _header(
        self, rows: list[list[str]], time: str | None, wanted: list[tuple[str, ...]]
    ) -> tuple[Header, tuple[str, ...]]:
        """Return the header, and the columns of times where they were named and are in it."""
        for names in wanted:
            header = find_header(rows, names)
            if header:
                return header, names
        header = find_header(rows, None)
        first = next((row for row in rows if has_data(row)), None)
        if header is None:
            raise (
                SourceError(
                    "There is no header line: the first line is "
                    f"{quoted(self.lines[0])}, which names no columns. Write a line with the "
                    "names of the columns on top. If there is one further down, name its column "
                    "of times with --time."
                )
                if first
                else SourceError("There is no header line, and there are no rows.")
            )
        if time:
            raise SourceError(
                f"There is no column {time!r}. Name the column of times with --time. "
                f"The columns are: {_names(header)}."
            )
        return header, ()


def _first_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise SourceError("This is a folder. Name a CSV file in it.")
    if not path.is_file():
        raise SourceError("There is no file of this name. Check the path, or create it first.")
    try:
        return first_bytes(path, SAMPLE)
    except OSError as error:
        raise SourceError(
            f"It cannot be read: {error.strerror}. Check that you may open it."
        ) from error


def _until_header(rows: list[list[str]], header: Header) -> list[list[str]]:
    """Return the rows until a header comes again: below it, cells may be in another order."""
    names = set(header.fields) - {""}
    for at, row in enumerate(rows):
        if len(names & set(row)) * 2 > len(names) and not has_data(row):
            return rows[:at]
    return rows


def _wanted(time: str | None) -> list[tuple[str, ...]]:
    """Return what `time` may mean: one name, or several with commas between them."""
    if not time:
        return []
    one = (" ".join(time.split()),)
    several = tuple(" ".join(part.split()) for part in time.split(","))
    return [one, several] if len(several) > 1 and all(several) else [one]


def _names(header: Header) -> str:
    return ", ".join(name for name in header.fields if name)


def _refuse_wide(data: list[list[str]], header: Header, separator: str) -> None:
    """Raise SourceError where most rows have more cells than there are names."""
    wide = [row for row in data if width(row) > len(header.fields)]
    if len(wide) * 2 > len(data):
        reason = (
            "Perhaps the decimal sign is a comma, as between the fields: write numbers with a "
            "point, or put semicolons between the fields."
            if separator == ","
            else "Name each column in the header."
        )
        raise SourceError(
            f"The rows have more fields than the header has names: {width(wide[0])} in "
            f"{quoted(separator.join(wide[0]))}, but {len(header.fields)} names. {reason}"
        )


def _time_form(fields: tuple[str, ...], columns: Columns) -> times.TimeForm | None:
    """Return how the times are written, None where there are none yet. Raises SourceError."""
    cells = [cell for cell in joined(fields, columns) if cell]
    if not cells:
        return None
    name = ",".join(fields)
    try:
        form = times.find_form(cells)
    except times.NoTimes as error:
        raise SourceError(f"The times in {name!r} cannot be read: {error}.") from None
    if readable(form, cells):
        return form
    others = ", ".join(name for name in columns if name not in fields)
    raise SourceError(
        f"The column {name!r} holds no times that can be read: its first cell is "
        f"{quoted(cells[0])}. {advice(cells)} Or choose another column with --time: {others}."
    )


def _remark_on_time(found: Understanding, columns: Columns) -> None:
    """Say what was assumed about the times."""
    form = found.time_form
    if form is None:
        return
    if form.unit and form.unit.words.startswith("Excel"):
        found.assumed.append(f"The times were taken for {form.unit.words}.")
    if form.doubtful:
        found.assumed.append(form.doubt)
    moments = readable(form, joined(found.time_fields, columns))
    found.has_no_zone = any(one.has_clock and one.ahead is None for one in moments)
    found.is_newest_first = _is_newest_first([one.wall for one in moments])
    if not found.is_newest_first:
        found.steps_back = next(
            (
                f"{later.wall:%Y-%m-%d %H:%M}"
                for earlier, later in pairwise(moments)
                if STEP_BACK <= earlier.wall - later.wall <= HOUR
            ),
            "",
        )
    clock = other_clock(found.time_fields, form, columns)
    if clock:
        found.assumed.append(
            f"{found.time_name!r} has no time of day, and many rows have the same date. "
            f"--time {found.time_name},{clock} takes it from {clock!r}."
        )
        return
    dates = Counter(one.wall for one in moments if not one.has_clock)
    if len(dates) * 2 <= sum(dates.values()):
        for date, _ in dates.most_common(1):
            found.assumed.append(
                f"Many rows have the same date, such as {date:%Y-%m-%d}: they are drawn above each "
                "other. If more columns tell the time, name them all: --time Date,Time."
            )


def _is_newest_first(walls: list[datetime]) -> bool:
    """Whether nearly all rows are earlier than the one above."""
    steps = [earlier > later for earlier, later in pairwise(walls) if earlier != later]
    return sum(steps) > 0.9 * len(steps)


def _measure(found: Understanding, columns: Columns) -> None:
    """Find the columns of numbers. Raises SourceError where there is none."""
    units = dict(zip(found.header.fields, found.header.units, strict=True))
    names = dict(zip(found.header.fields, found.header.names, strict=True))
    rest = {name: cells for name, cells in columns.items() if name not in found.time_fields}
    filled = {
        name: [cell for cell in cells if not numbers.is_gap(cell)] for name, cells in rest.items()
    }
    found.evidence = numbers.evidence(cell for cells in filled.values() for cell in cells)
    for field, cells in filled.items():
        # In a dashboard's rows `time` is always the time of the row.
        name = "time (value)" if names[field] == "time" else names[field]
        column = Measured(field, name, units[field])
        if cells:
            assumed = len(found.assumed)
            found.decide_number(column, cells)
            form = column.form
            others = [cell for cell in cells if form and form.read(cell) is None]
            if len(others) * 2 > len(cells):
                found.left_out[name] = others[0]
                del found.assumed[assumed:]
                continue
            column.unit = form.unit if form and form.unit else column.unit
        found.measured.append(column)
    if not found.measured:
        cells_of = ", ".join(f"{cell!r} in {name!r}" for name, cell in found.left_out.items())
        raise SourceError(
            f"There is no column of numbers beside {found.time_name!r}"
            + (f": there is {cells_of}." if cells_of else ".")
            + " Add one to draw."
        )


def separator_name(separator: str) -> str:
    """Return what people call a separator."""
    return SEPARATORS.get(separator, repr(separator))
