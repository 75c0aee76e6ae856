"""A server whose one dashboard counts: the value of each point is the number of its update."""

# Python that runs in the server's process before the app is made.
COUNTING = """
import pandas as pd
from dashboard.config import Config
from dashboard.sources import Column

class Counter:
    id, title, columns, count = "counter", "A counter", (Column("count", "updates"),), 0

    def read(self):
        self.count += 1
        time = pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(seconds=self.count)
        frame = pd.DataFrame({"time": [time], "count": [float(self.count)]})
        return frame.astype({"time": "datetime64[ms, UTC]"})

Config.SOURCES = (Counter,)
Config.FEED_SECONDS = 0.1
Config.KEEP_ROWS = 2000
"""
