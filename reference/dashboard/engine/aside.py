# lab 14 (given): a module for sources that take their time
"""Sources that are read beside the greenlets.

Greenlets take turns in one thread, and a file or psutil lets none of them have one: while a large
file is read, nobody would be answered. So it is read in a thread of the system's.
"""

from typing import Any

import pandas as pd

from ..sources import Source


class Aside:
    """A source that is like another, but for `read`, which lets other greenlets go on."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    def read(self) -> pd.DataFrame:
        """Return what the source returns."""
        from gevent import get_hub  # a server with threads need not have it

        rows: pd.DataFrame = get_hub().threadpool.apply(self.source.read)
        return rows
