# lab 2 (given): the CSV files that the configuration names
"""Open CSV files by the settings that name them.

What reads them is imported by who has one: with its patterns it is half of all that an app imports
of its own.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .. import SourceError

if TYPE_CHECKING:
    from .source import CsvFile

Setting = str | Sequence[str] | None  # for all files, or one for each


def open_files(paths: Setting, time_columns: Setting, timezones: Setting) -> "list[CsvFile]":
    """Return a source for each path. Files of the same name have their folder in the title.

    Raises SourceError where one cannot be followed, and where there are neither one nor as many
    columns of times or time zones as files.
    """
    files = [Path(path) for path in listed(paths)]
    if files:
        from .source import CsvFile
    names = Counter(file.name for file in files)
    titles = [
        file.name if names[file.name] == 1 else f"{file.parent.name}/{file.name}" for file in files
    ]
    columns = for_each(time_columns, len(files), "columns of times")
    zones = for_each(timezones, len(files), "time zones")
    return [
        CsvFile(file, column, title, timezone=zone)
        for file, column, title, zone in zip(files, columns, titles, zones, strict=True)
    ]


def listed(setting: Setting) -> list[str]:
    """Return a setting as a list: none, one or several."""
    if setting is None or setting == "":
        return []
    return [setting] if isinstance(setting, str) else list(setting)


def for_each(setting: Setting, count: int, what: str) -> list[str | None]:
    """Return a value for each of `count` files: one may be for all. Raises SourceError."""
    values = listed(setting)
    if len(values) > 1 and len(values) != count:
        from .remarks import counted

        raise SourceError(
            f"There are {len(values)} {what} for {counted(count, 'file')}. Name one for all, or "
            "one for each, in the same order."
        )
    if len(values) == count:
        return [*values]
    return [values[0] if values else None] * count
