"""Dashboards that are hard to show: many columns, many units, odd names, tiny values, fast rows."""

# Python that runs in the server's process before the app is made. Its dashboards are `wide`,
# `units`, `odd`, `tiny`, `zoned` and `fast`.
TOYS = """
import numpy as np
import pandas as pd
from dashboard.config import Config
from dashboard.sources import Column

class Toy:
    rows = 1

    def __init__(self):
        self.reads = 0

    def read(self):
        times = pd.date_range("2026-07-01T22:30", periods=self.rows * 2, freq="s", tz="UTC")
        times = (times[: self.rows] + pd.Timedelta(seconds=self.reads * self.rows)).as_unit("ms")
        self.reads += 1
        values = {column.name: self.value(i) for i, column in enumerate(self.columns)}
        return pd.DataFrame({"time": times} | values).astype({name: float for name in values})

    def value(self, index):
        return index + self.reads / 1000

class Wide(Toy):
    id, title = "wide", "A thousand columns"
    columns = tuple(Column(f"sensor {index}", "bar") for index in range(1000))

class Units(Toy):
    id, title = "units", "Forty units"
    columns = tuple(Column(f"c{index}", f"u{index}") for index in range(40))

class Odd(Toy):
    id, title = "odd", "Odd names"
    names = ["x" * 300, "<b>bold</b><img src=x>", "\\u062d\\u0631", "same start " * 5 + "left",
             "same start " * 5 + "right", "\\U0001f321\\ufe0f" * 40, ""]
    columns = tuple(Column(name, "") for name in names)

class Tiny(Toy):
    id, title = "tiny", "Tiny values"
    columns = (Column("charge", "C"), Column("far", "m"), Column("none", ""))

    def value(self, index):
        return (1.602e-19, 1.23e12, float("nan"))[index]

class Zoned(Toy):
    id, title, timezone = "zoned", "From Berlin", "Europe/Berlin"
    columns = (Column("a", ""),)

    @property
    def remarks(self):
        return (f"{self.reads} rows left out, such as '<b>31.12.'.",)

class Fast(Toy):
    id, title, rows = "fast", "A thousand rows a second", 1000
    columns = (Column("a", ""),)

    def value(self, index):
        values = np.sin(np.arange(1000) / 300)
        values[700] = 50 + self.reads
        return values

Config.SOURCES = (Zoned, Wide, Units, Odd, Tiny, Fast)
Config.WINDOW = "2h"
Config.FEED_SECONDS = 0.3
"""
