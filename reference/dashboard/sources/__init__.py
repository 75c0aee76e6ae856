# lab 2 (given): where the numbers come from
"""Where the numbers come from: each source is shown as one dashboard."""

from dataclasses import dataclass
from typing import Protocol

import pandas as pd


@dataclass(frozen=True)
class Column:
    """One measured quantity of a source: the name of its column and its unit, as people read it."""

    name: str
    unit: str


class SourceError(ValueError):
    """A source that cannot be used as it was asked for. The text says why, and what to do next."""


class Source(Protocol):
    """Something that can be measured again and again.

    `id` is the name used in URLs, payloads and rooms; `title` is the name that people read.

    A source may also have `timezone`, the IANA name of the zone in which people want its times
    shown (or None), and `remarks`, a tuple of sentences about what was left out or assumed; they
    may change with each read.
    """

    id: str
    title: str
    columns: tuple[Column, ...]

    def read(self) -> pd.DataFrame:
        """Return the rows that are new since the last read, oldest first, perhaps none.

        The frame has a column `time` (datetime64[ms, UTC]) and one float column for each of
        `columns`; a missing value is NaN. The index carries no meaning.
        """
        ...
