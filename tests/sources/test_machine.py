"""This machine's numbers, with real counters and with counters that misbehave."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import SimpleNamespace
from typing import NoReturn

import pandas as pd
import psutil
import pytest

from dashboard.sources import Source
from dashboard.sources.machine import Machine, rate


def network(sent: int) -> SimpleNamespace:
    return SimpleNamespace(bytes_sent=sent, bytes_recv=0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands still until a test moves it."""
    hands = SimpleNamespace(now=100.0)
    monkeypatch.setattr(time, "monotonic", lambda: hands.now)
    return hands


def test_a_read_is_one_row_for_now() -> None:
    source: Source = Machine()
    before = pd.Timestamp.now("UTC").floor("ms")
    rows = source.read()
    assert len(rows) == 1
    assert before <= rows["time"].iloc[0] <= pd.Timestamp.now("UTC")
    assert rows["time"].dtype == "datetime64[ms, UTC]"
    assert list(rows.columns) == ["time", *(column.name for column in source.columns)]
    assert (rows.dtypes.iloc[1:] == "float64").all()


def test_real_numbers_are_in_range() -> None:
    row = Machine().read().iloc[0]
    assert 0 <= row["cpu"] <= 100
    assert 0 < row["memory"] < 100
    assert not row[["network", "disk"]].lt(0).any()


def test_time_goes_forward() -> None:
    source = Machine()
    times = [source.read()["time"].iloc[0] for _ in range(5)]
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_a_rate_is_the_growth_since_the_last_read(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    monkeypatch.setattr(psutil, "net_io_counters", lambda: network(1_000))
    source = Machine()
    monkeypatch.setattr(psutil, "net_io_counters", lambda: network(9_000))
    clock.now += 2
    assert source.read()["network"].iloc[0] == 4.0
    clock.now += 2
    assert source.read()["network"].iloc[0] == 0.0


def test_a_counter_that_begins_again_gives_no_rate(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    monkeypatch.setattr(psutil, "net_io_counters", lambda: network(5_000))
    source = Machine()
    monkeypatch.setattr(psutil, "net_io_counters", lambda: network(10))
    clock.now += 1
    assert source.read()["network"].isna().all()
    monkeypatch.setattr(psutil, "net_io_counters", lambda: network(1_010))
    clock.now += 1
    assert source.read()["network"].iloc[0] == 1.0


def test_counters_that_the_system_does_not_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "net_io_counters", lambda: None)
    monkeypatch.setattr(psutil, "disk_io_counters", lambda: None)
    rows = Machine().read()
    assert rows[["network", "disk"]].isna().all(axis=None)
    assert (rows.dtypes.iloc[1:] == "float64").all()


def hidden() -> NoReturn:
    raise PermissionError("/proc is hidden")


@pytest.mark.parametrize(
    ("counters", "column"),
    [
        ("cpu_times", "cpu"),
        ("virtual_memory", "memory"),
        ("net_io_counters", "network"),
        ("disk_io_counters", "disk"),
    ],
)
def test_counters_that_raise_are_a_gap_until_they_are_there(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace, counters: str, column: str
) -> None:
    shown = getattr(psutil, counters)
    monkeypatch.setattr(psutil, counters, hidden)
    source = Machine()
    clock.now += 1
    row = source.read()
    assert row[column].isna().all()
    assert (row.dtypes.iloc[1:] == "float64").all()

    before = shown()
    busier = before if column != "cpu" else before._replace(user=before.user + 1)
    readings = iter([before, busier])
    monkeypatch.setattr(psutil, counters, lambda: next(readings))
    for _ in range(2):  # a rate is known at the second
        clock.now += 1
        row = source.read()
    assert row[column].notna().all()


def test_no_time_passed_is_no_rate() -> None:
    assert pd.isna(rate(0, 1_000, 0))


def test_the_processor_is_measured_across_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each event is handled in a new thread; psutil's own percentage begins anew in each.
    before = psutil.cpu_times()
    monkeypatch.setattr(psutil, "cpu_times", lambda: before)
    source = Machine()
    source.read()
    after = before._replace(user=before.user + 3, idle=before.idle + 1)
    monkeypatch.setattr(psutil, "cpu_times", lambda: after)
    with ThreadPoolExecutor() as pool:
        assert pool.submit(source.read).result()["cpu"].iloc[0] == 75.0
