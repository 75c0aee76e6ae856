# lab 2 (given): a data set that plotly ships, played again
"""Stock prices of 2018 and 2019, a week at a time, again and again."""

from functools import cached_property

import numpy as np
import pandas as pd
import plotly

from . import Column


class Replay:
    """Weekly stock prices, each in proportion to its price in the first week (so all begin at 1).

    Each read returns the next `rows_per_read` weeks. After the last week the prices begin again,
    with later dates: the time never goes back.
    """

    id = "stocks"
    title = "Stock prices, replayed"
    columns = tuple(
        Column(name, "times start") for name in ("GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT")
    )

    def __init__(self, rows_per_read: int = 1) -> None:
        self._rows_per_read = rows_per_read
        self._next = 0

    def read(self) -> pd.DataFrame:
        """Return the next `rows_per_read` rows."""
        weeks = np.arange(self._next, self._next + self._rows_per_read)
        self._next += self._rows_per_read

        laps, places = np.divmod(weeks, len(self._prices))
        rows = self._prices.iloc[places].reset_index(drop=True)
        rows["time"] += laps * self._lap
        return rows

    # lab 14 (given): for a process that takes over
    def go_on_after(self, time: pd.Timestamp) -> None:
        """Go on with the first week after `time`, as this or another replay would have."""
        first, second = self._prices["time"].iloc[:2].tolist()
        self._next = (time - first) // (second - first) + 1

    @cached_property
    def _prices(self) -> pd.DataFrame:
        # `plotly` loads its parts when they are first used, so a server that starts need not wait.
        prices: pd.DataFrame = plotly.data.stocks()
        prices = prices.rename(columns={"date": "time"}).astype({"time": "datetime64[ms, UTC]"})
        names = [column.name for column in self.columns]
        return prices[["time"]].join(prices[names].round(4))  # as much as a chart can show

    @cached_property
    def _lap(self) -> pd.Timedelta:
        """From the first week to the one after the last."""
        first, second, *_, last = self._prices["time"].tolist()
        lap: pd.Timedelta = (last - first) + (second - first)
        return lap
