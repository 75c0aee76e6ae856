# lab 2 (given): what was understood of a CSV file
"""Show how a CSV file was read, before anybody relies on it."""

import pandas as pd

from .beginning import separator_name
from .remarks import LONGEST, counted
from .source import CsvFile

ENCODINGS = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}
SIGNS = {".": "point", ",": "comma"}


def preview(source: CsvFile) -> str:
    """Return what was understood of a file that has not been read yet, for people. Reads it."""
    rows = source.read(is_final=True)
    form = source.form
    signs = {column.form.decimal for column in form.measured if column.form}
    found = " (found)" if form.is_time_found else ""
    times = form.time_form.words if form.time_form else "no rows yet"
    facts = {
        "encoding": ENCODINGS.get(form.encoding, form.encoding.upper()),
        "separator": separator_name(form.separator),
        "decimal sign": " or ".join(sorted(SIGNS[sign] for sign in signs)) or "not known yet",
        "header": _header(form.header.above, form.header.below),
        "time": f"{form.time_name}{found}: {times}",
        "time zone": source.timezone or "UTC, where the cells name none",
        "columns": "\n".join(
            _short(f"{one.name} [{one.unit}]" if one.unit else one.name) for one in source.columns
        ),
        "rows": f"{len(rows):,}",
        "first row": _row(rows.head(1)),
        "last row": _row(rows.tail(1)),
        "to know": "\n".join(source.remarks) or "nothing was left out",
    }
    lines = [source.title]
    for name, value in facts.items():
        first, *others = value.splitlines() or [""]
        lines += [f"  {name:<13} {first}", *(f"  {'':<13} {other}" for other in others)]
    return "\n".join(lines)


def _header(above: int, below: int) -> str:
    lines = [counted(above, "line") + " above it"] if above else []
    lines += [counted(below, "line") + " below it"] if below else []
    return f"found; {' and '.join(lines)} without data" if lines else "the first line"


def _row(rows: pd.DataFrame) -> str:
    """Return a row's time and its first numbers, as they are drawn."""
    if rows.empty:
        return "none"
    time, *numbers = rows.iloc[0]
    return ", ".join([time.isoformat(), *(f"{number:.10g}" for number in numbers[:8])])


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
