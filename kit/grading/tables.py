"""CSV files that people write: with a byte order mark or none, with commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from kit.language import _

Row = dict[str, str]


class TableError(ValueError):
    """A file cannot be read as a table. Its text says why."""


def rows(path: Path) -> list[tuple[int, Row]]:
    """Return the rows with the number of their line, each cell stripped. Raises TableError.

    Rows without anything in them are passed over.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(
            _(
                "{path} cannot be read as UTF-8: {error}. In a spreadsheet, save it as CSV UTF-8."
            ).format(path=path, error=error)
        ) from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), restval=""
    )
    try:
        found = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise TableError(
            _("{path}, line {line_num}: {error}").format(
                path=path, line_num=reader.line_num, error=error
            )
        ) from None
    for line, row in found:
        if any(extra.strip() for extra in row.pop(None, None) or ()):
            raise TableError(
                _("{path}, line {line}: there are more cells than columns.").format(
                    path=path, line=line
                )
            )
    return [
        (line, {str(name).strip(): (cell or "").strip() for name, cell in row.items()})
        for line, row in found
        if any((cell or "").strip() for cell in row.values())
    ]


def columns(header: Iterable[str], known: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return for each field the column that holds it; `known` are its names in lower case."""
    plain = {column.strip().casefold(): column for column in header}
    return {
        field: plain[name]
        for field, names in known.items()
        if (name := next((one for one in names if one in plain), None)) is not None
    }
