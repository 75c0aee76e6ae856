"""Rows of a CSV file, whose cells no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute begins so


def table(rows: Iterable[Sequence[object]]) -> str:
    """Return the rows as CSV. A text that a spreadsheet would compute gets an apostrophe before it.

    Numbers stay numbers; nothing (None) is an empty cell.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    line = " ".join(value.splitlines())
    return f"'{line}" if line.startswith(FORMULA) and line != "-" else line
