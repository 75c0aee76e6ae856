"""Rows of a CSV file, whose cells no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet would compute begins so; some read the wide signs of East Asia alike.
SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
BREAK = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
FORMULA = re.compile(rf"\s*[{SIGNS}]")
# Where a semicolon separates cells, as in much of Europe, one cell of ours may become two.
NEXT_CELL = re.compile(rf"(;)(\s*[{SIGNS}])")


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
    line = NEXT_CELL.sub(r"\1'\2", BREAK.sub(" ", value))
    return f"'{line}" if FORMULA.match(line) and line != "-" else line
