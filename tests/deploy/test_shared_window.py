"""Several processes draw the same window of time, whenever each of them has begun."""

import numpy as np
import pandas as pd
import pytest

from dashboard.cluster.history import SharedDashboard
from dashboard.cluster.store import Store
from dashboard.figures import figure
from dashboard.sources import Column
from dashboard.thinning import MOST_ROWS
from kit.running.redis_server import RedisServer


class Fast:
    """A source with 1,000 rows a read; one row of the third read is a spike."""

    title, columns = "A fast source", (Column("a", ""), Column("b", ""))
    remarks: tuple[str, ...] = ()

    def __init__(self, name: str) -> None:
        self.id = name
        self.reads = 0

    def read(self) -> pd.DataFrame:
        times = np.arange(1000) + self.reads * 1000
        values = np.sin(times / 700.0)
        if self.reads == 2:
            values[500] = 99.0
            self.remarks = ("1 of 3,000 rows left out: its time cannot be read.",)
        self.reads += 1
        rows = pd.DataFrame({"a": values, "b": -values})
        rows.insert(0, "time", pd.to_datetime(times, unit="ms", utc=True).as_unit("ms"))
        return rows


def shared(source: Fast, redis: RedisServer) -> SharedDashboard:
    return SharedDashboard(source, 20, 0, Store(redis.client, "tests"))


def assert_alike(one: SharedDashboard, other: SharedDashboard) -> None:
    pd.testing.assert_frame_equal(one.window.rows, other.window.rows)
    assert one.window.told() == other.window.told()
    assert figure(one) == figure(other)


def test_a_process_that_begins_later_has_the_same_window(redis: RedisServer) -> None:
    writer, other = shared(Fast("window"), redis), shared(Fast("window"), redis)
    for _ in range(60):  # three times as many updates as the stream keeps
        writer.write()
        other.refresh()
    writer.refresh()
    later = shared(Fast("window"), redis)
    later.refresh()
    for one in (writer, other, later):
        assert len(one.window.rows) <= MOST_ROWS
        assert one.window.rows["a"].max() == 99.0
        assert one.window.rows["time"].iloc[0] == pd.Timestamp(0, tz="UTC")
        assert_alike(one, writer)
    writer.write()
    for one in (writer, other, later):
        one.refresh()
        assert_alike(one, writer)


def test_every_process_has_the_newest_rows_as_they_are(redis: RedisServer) -> None:
    writer, other = shared(Fast("rows"), redis), shared(Fast("rows"), redis)
    writer.write()
    other.refresh()
    assert other.rows["a"].tolist() == pytest.approx(np.sin(np.arange(980, 1000) / 700.0))
    assert max(len(rows) for _, rows in other.updates) == 1000


def test_remarks_of_the_process_that_reads_are_known_to_all(redis: RedisServer) -> None:
    writer, other = shared(Fast("remarks"), redis), shared(Fast("remarks"), redis)
    for remarks in [[], [], ["1 of 3,000 rows left out: its time cannot be read."]]:
        writer.write()
        other.refresh()
        assert other.remarks == other.describe()["remarks"] == remarks


def test_what_redis_lost_comes_back_with_the_rows_that_were_drawn(redis: RedisServer) -> None:
    writer = shared(Fast("lost"), redis)
    for _ in range(3):
        writer.write()
        writer.refresh()
    redis.client.delete(writer.key, f"{writer.key}:window")
    writer.refresh()
    later = shared(Fast("lost"), redis)
    later.refresh()
    assert_alike(later, writer)
