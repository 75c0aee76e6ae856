"""Two processes that both take themselves for the one that reads: no row is written twice."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from redis.exceptions import OutOfMemoryError

from dashboard.cluster import history
from dashboard.cluster.history import SharedDashboard
from dashboard.cluster.store import Store
from dashboard.sources import Column
from kit.running.redis_server import RedisServer


def store(redis: RedisServer) -> Store:
    """What one process knows of the Redis."""
    return Store(redis.client, "tests")


class Counter:
    """A source that counts; each reader reads all of it. `between` happens after each read."""

    id, title, columns = "two_writers", "A counter", (Column("count", "rows"),)

    def __init__(self, counted: list[float], between: Callable[[], object] = lambda: None) -> None:
        self.counted = counted
        self.read_so_far = 0
        self.between = between

    def read(self) -> pd.DataFrame:
        new = self.counted[self.read_so_far :]
        self.read_so_far += len(new)
        times = [pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(seconds=one) for one in new]
        self.between()
        rows = pd.DataFrame({"time": times, "count": new})
        return rows.astype({"time": "datetime64[ms, UTC]", "count": "float64"})


def test_one_writer_keeps_rows_whose_time_is_not_later(redis: RedisServer) -> None:
    counted = [1.0, 2.0]
    source = Counter(counted)
    source.id = "one_writer"
    alone = SharedDashboard(source, 100, 0, store(redis))
    alone.write()
    counted += [2.0, 1.0]  # a clock was set back, or the file was replaced by an older one
    alone.write()
    alone.refresh()
    assert alone.rows["count"].tolist() == [1.0, 1.0, 2.0, 2.0]


def test_who_takes_over_keeps_rows_whose_time_is_not_later(redis: RedisServer) -> None:
    counted = [9.0, 1.0]  # one clock was wrong for a moment
    first = SharedDashboard(Counter(counted), 100, 0, store(redis))
    first.key = "tests:updates:taken_over"
    first.write()
    counted += [1.0, 2.0]  # nobody reads these before the next one takes over
    for more in [(2.0, 0.5), (3.0,)]:
        second = SharedDashboard(Counter(counted), 100, 0, store(redis))
        second.key = first.key
        second.write()
        counted += more
        second.write()
    first.refresh()
    assert first.rows["count"].tolist() == [0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 9.0]


def test_who_takes_over_does_not_write_again_what_is_forgotten(redis: RedisServer) -> None:
    counted = [1.0, 2.0, 3.0]
    for _ in range(2):
        one = SharedDashboard(Counter(counted), 2, 0, store(redis))
        one.key = "tests:updates:forgotten"
        for _ in counted:
            one.write()
            one.refresh()
    assert one.rows["count"].tolist() == [2.0, 3.0]
    assert one.number == 1


def test_rows_of_an_earlier_run_with_other_columns_have_no_numbers(redis: RedisServer) -> None:
    source = Counter([1.0])
    source.id = "other_columns"
    SharedDashboard(source, 100, 0, store(redis)).write()
    renamed = Counter([])
    renamed.id, renamed.columns = "other_columns", (Column("total", "rows"),)
    later = SharedDashboard(renamed, 100, 0, store(redis))
    later.refresh()
    assert list(later.rows.columns) == ["time", "total"]
    assert later.rows["total"].isna().all()


def test_who_was_overtaken_does_not_write_the_same_rows_later(redis: RedisServer) -> None:
    counted = [1.0, 2.0]
    other = SharedDashboard(Counter(counted), 100, 0, store(redis))
    slow = SharedDashboard(Counter(counted), 100, 0, store(redis))
    slow.write()
    counted += [3.0, 4.0]
    slow.source.between = other.write  # type: ignore[attr-defined]
    slow.write()  # has read 3 and 4, and held still until the other one had written them
    slow.source.between = lambda: None  # type: ignore[attr-defined]
    counted.append(5.0)
    slow.write()
    for one in (slow, other):
        one.refresh()
        assert one.rows["count"].tolist() == counted
        assert [number for number, _ in one.updates] == [1, 2, 3]


def _one_that_is_behind(redis: RedisServer, name: str) -> tuple[SharedDashboard, SharedDashboard]:
    """Return two processes' dashboards: the second does not know the latest two of five updates."""
    counted: list[float] = []
    ahead, behind = (SharedDashboard(Counter(counted), 100, 0, store(redis)) for _ in range(2))
    ahead.key = behind.key = f"tests:updates:{name}"
    for number in range(1, 6):
        counted.append(float(number))
        ahead.write()
        ahead.refresh()
        if number == 3:
            behind.refresh()
    redis.client.delete(ahead.key)
    return ahead, behind


def test_what_redis_lost_is_given_back_by_two_at_once(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead, behind = _one_that_is_behind(redis, "two_at_once")
    append = ahead.append

    def append_later(number: int, fields: dict[Any, Any]) -> bool:
        behind.refresh()
        return append(number, fields)

    monkeypatch.setattr(ahead, "append", append_later)
    ahead.refresh()
    behind.refresh()
    assert [number for number, _ in behind.updates] == [1, 2, 3, 4, 5]
    assert behind.rows["count"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_who_takes_over_after_a_loss_waits_for_what_the_others_know(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead, behind = _one_that_is_behind(redis, "takes_over")
    behind.source.counted.append(6.0)  # type: ignore[attr-defined]
    behind.write()
    assert behind.number == 3
    ahead.refresh()
    monkeypatch.setattr(history, "GIVEN_BACK_AFTER", 0)
    behind.write()
    for one in (ahead, behind):
        one.refresh()
        assert one.rows["count"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_what_was_written_just_now_is_given_back_as_well(redis: RedisServer) -> None:
    counted = [1.0]
    first, other = (SharedDashboard(Counter(counted), 100, 0, store(redis)) for _ in range(2))
    first.key = other.key = "tests:updates:just_now"
    first.write()
    counted.append(2.0)
    first.write()
    redis.client.delete(first.key)  # before anybody has read the second one there
    first.refresh()
    other.refresh()
    assert other.rows["count"].tolist() == [1.0, 2.0]
    assert other.number == 2


def test_an_update_does_not_follow_what_redis_has_dropped(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "GIVEN_BACK_AFTER", 0)
    counted = [1.0]
    first, other = (SharedDashboard(Counter(counted), 100, 0, store(redis)) for _ in range(2))
    first.key = other.key = "tests:updates:dropped"
    first.write()
    counted.append(2.0)
    first.source.between = lambda: redis.client.delete(first.key)  # type: ignore[attr-defined]
    first.write()
    first.source.between = lambda: None  # type: ignore[attr-defined]
    first.write()
    other.refresh()
    assert [(number, rows["count"].tolist()) for number, rows in other.updates] == [
        (1, [1.0]),
        (2, [2.0]),
    ]


def test_the_newest_rows_wait_for_room_and_it_is_said_how_many_were_too_many(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    counted = [1.0]
    source = Counter(counted)
    source.id = "wait_for_room"
    one = SharedDashboard(source, 3, 0, store(redis))
    one.write()
    redis.client.config_set("maxmemory", 1)
    try:
        for number in (2.0, 3.0, 4.0, 5.0):
            counted.append(number)
            with pytest.raises(OutOfMemoryError):
                one.write()
    finally:
        redis.client.config_set("maxmemory", 0)
    one.write()
    assert [(number, rows["count"].tolist()) for number, rows in one.updates] == [
        (1, [1.0]),
        (2, [2.0, 3.0, 4.0, 5.0]),  # the chart has more points than rows are kept
    ]
    assert one.rows["count"].tolist() == [3.0, 4.0, 5.0]
    assert "wait_for_room: 1 rows were too many to be kept" in caplog.messages
