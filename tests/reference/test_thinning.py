"""A chart's window: few points, no spike lost, and the same points for whoever comes when."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import config, create_app
from dashboard.sources import Column, SourceError
from dashboard.state import state_of
from dashboard.thinning import MOST_ROWS, Window, arrays, drawn, first_few, milliseconds, thin

MINUTE = 60_000
VALUES = st.floats(-100, 100) | st.just(math.nan)
# Milliseconds between two rows: some close together, some far apart, some late.
STEPS = st.integers(0, 3) | st.integers(0, 900) | st.integers(-300, 0)


def rows(times: list[int], values: list[list[float]]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=["a", "b"], dtype="float64")
    frame.insert(0, "time", pd.to_datetime(times, unit="ms", utc=True).as_unit("ms"))
    return frame


@settings(deadline=None)
@given(st.lists(st.tuples(STEPS, VALUES, VALUES), min_size=1, max_size=60), st.data())
def test_the_same_rows_remain_however_they_came(
    drawn_rows: list[tuple[int, float, float]], data: st.DataObject
) -> None:
    times = np.cumsum([step for step, _, _ in drawn_rows]) + 10_000
    values = np.array([[a, b] for _, a, b in drawn_rows])
    order = np.argsort(times, kind="stable")
    at_once = thin(times[order], values[order], 256)

    so_far = times[:0], values[:0]
    ends = sorted(data.draw(st.sets(st.integers(1, len(times) - 1))) if len(times) > 1 else [])
    step = 0
    for first, last in zip([0, *ends], [*ends, len(times)], strict=True):
        # Each part is thinned by itself, then with the others, at steps that grow.
        step = data.draw(st.sampled_from([s for s in (0, 1, 16, 64, 256) if s >= step]))
        part = np.argsort(times[first:last], kind="stable")
        new = thin(times[first:last][part], values[first:last][part], step)
        merged = np.concatenate([so_far[0], new[0]])
        order = np.argsort(merged, kind="stable")
        so_far = thin(merged[order], np.concatenate([so_far[1], new[1]])[order], step)
    so_far = thin(*so_far, 256)
    assert so_far[0].tolist() == at_once[0].tolist()
    np.testing.assert_array_equal(so_far[1], at_once[1])


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(STEPS, VALUES, VALUES), min_size=1, max_size=20), max_size=6))
def test_taken_at_once_is_thinned_and_added(parts: list[list[tuple[int, float, float]]]) -> None:
    one, other = Window(60_000, 1), Window(60_000, 1)
    one.most = other.most = 12  # so that it thins
    now = 10_000
    for part in parts:
        times = (now + np.cumsum([step for step, _, _ in part])).tolist()
        now = times[-1]
        new = rows(times, [[a, b] for _, a, b in part])
        seen = one.thinned(new)
        one.add(seen)
        pd.testing.assert_frame_equal(other.take(new), seen)
        assert other.state() == one.state()
        pd.testing.assert_frame_equal(other.rows, one.rows)


def test_the_times_may_stand_in_any_column() -> None:
    new = rows([1000, 2000], [[1, 2], [3, math.nan]])
    for columns in (["time", "a", "b"], ["a", "time", "b"], ["a", "b", "time"]):
        times, values = arrays(new[columns])
        assert times.tolist() == [1000, 2000]
        np.testing.assert_array_equal(values, [[1, 2], [3, math.nan]])


def test_a_spike_of_one_row_is_never_lost() -> None:
    window = Window(10 * MINUTE, 300)
    for second in range(60):
        times = np.arange(1000) + second * 1000
        values = np.sin(times / 5000)
        if second == 17:
            values[503] = 99.0
        update = window.thinned(rows(times.tolist(), np.c_[values, -values].tolist()))
        window.add(update)
        assert len(update) <= MOST_ROWS
    shown = window.rows
    assert len(shown) <= MOST_ROWS
    assert shown["a"].max() == 99.0
    assert shown["b"].min() == -99.0
    spike = shown["time"][shown["a"].idxmax()].timestamp()
    assert abs(spike - 17.503) < window.step / 1000


def test_the_newest_row_is_exact_and_a_late_one_goes_to_its_place() -> None:
    window = Window(None, 300)
    window.add(rows([1000, 2000, 9000], [[1, 1], [2, 2], [3, 3]]))
    window.add(rows([5000], [[7, 7]]))
    assert window.rows["a"].tolist() == [1, 2, 7, 3]
    times = list(range(10_000, 20_000))
    window.add(window.thinned(rows(times, [[float(t), math.nan] for t in times])))
    newest = window.rows.iloc[-1]
    assert (newest["time"].timestamp(), newest["a"]) == (19.999, 19_999.0)
    assert window.rows["time"].is_monotonic_increasing


def test_a_window_is_of_time() -> None:
    window = Window(10_000, 300)
    for second in range(100):
        window.add(rows([second * 1000], [[second, 0]]))
    assert window.rows["a"].tolist() == list(range(90, 100))


@pytest.mark.parametrize(("seconds", "kept"), [(1, 600), (7 * 86_400, 300)])
def test_without_a_length_it_is_ten_minutes_and_some_rows_at_least(seconds: int, kept: int) -> None:
    window = Window(None, 300)
    for index in range(700):
        window.add(rows([index * seconds * 1000], [[index, 0]]))
    assert window.rows["a"].tolist() == list(range(700 - kept, 700))
    assert window.step == 0


def test_without_a_length_all_of_a_small_file_is_shown() -> None:
    window = Window(None, 300)
    hours = 3_600_000
    times = [index * hours for index in range(5000)]
    window.add(window.thinned(rows(times, [[float(t), 0.0] for t in times])))
    window.add(window.thinned(rows([5000 * hours], [[1.0, 0.0]])))
    shown = window.rows
    assert len(shown) <= MOST_ROWS
    assert shown["time"].iloc[0] <= pd.Timestamp("1970-01-02", tz="UTC")  # one that is full
    assert shown["a"].iloc[-1] == 1.0


def test_after_a_long_pause_rows_are_not_thinned_as_those_before() -> None:
    window = Window(10_000, 300)
    for second in range(10):
        times = list(range(second * 1000, second * 1000 + 1000))
        window.add(window.thinned(rows(times, [[1.0, 1.0]] * len(times))))
    assert window.step > 1
    window.add(rows([10 * MINUTE], [[2.0, 2.0]]))
    assert window.step == 0
    assert window.rows["a"].tolist() == [2.0]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_who_gets_all_updates_at_once_has_the_same_points(seed: int) -> None:
    random = np.random.default_rng(seed)
    window = Window(None, 50)
    sent = []
    now = 0
    for _ in range(12):
        times = now + np.cumsum(random.integers(0, random.choice([3, 400]), 500))
        times = (times - random.integers(0, 2, 500) * random.integers(0, 2000)).tolist()
        now = max(times)
        update = window.thinned(rows(times, random.normal(size=(500, 2)).tolist()))
        window.add(update)
        sent.append(update)
    times, values = arrays(pd.concat(sent))
    order = np.argsort(times, kind="stable")
    order = order[times[order] >= window.since]
    kept_times, kept = thin(times[order], values[order], window.step)
    assert kept_times.tolist() == window.times.tolist()
    np.testing.assert_array_equal(kept, window.values)


@pytest.mark.parametrize(("columns", "rows_a_second"), [(4, 1000), (1000, 1)])
def test_it_costs_a_few_per_cent_of_a_processor(columns: int, rows_a_second: int) -> None:
    window = Window(10 * MINUTE, 300)
    names = [f"c{index}" for index in range(columns)]
    values = np.random.default_rng(1).normal(size=(rows_a_second, columns))
    began, seconds = time.process_time(), 60
    for second in range(seconds):
        times = second * 1000 + np.linspace(0, 999, rows_a_second).astype(int)
        frame = pd.DataFrame(values, columns=names)
        frame.insert(0, "time", pd.to_datetime(times, unit="ms", utc=True).as_unit("ms"))
        window.add(window.thinned(frame))
    assert (time.process_time() - began) / seconds < 0.05


@pytest.mark.parametrize(
    ("text", "length"),
    [("10s", 10_000), ("10m", 600_000), ("2h", 7_200_000), ("3d", 259_200_000)],
)
def test_a_length_is_read(text: str, length: int) -> None:
    assert milliseconds(text) == length


@pytest.mark.parametrize("text", ["", "10", "m", "0s", "-3d", "1.5h", "10 minutes", "9999999d"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="10s, 10m, 2h, 3d"):
        milliseconds(text)


def test_the_first_few_columns_fit_one_chart() -> None:
    columns = tuple(Column(f"c{i}", f"u{i // 3}") for i in range(40))
    assert [column.name for column in first_few(columns)] == [f"c{i}" for i in range(8)]
    many = tuple(Column(f"c{i}", f"u{i}") for i in range(40))
    assert [column.name for column in first_few(many)] == ["c0", "c1", "c2", "c3"]
    assert [column.name for column in drawn(many, ["c9", "c2"])] == ["c2", "c9"]
    assert drawn(many, ["none"]) == first_few(many)


def test_the_configuration_says_how_far_back_charts_go() -> None:
    class Short(config.Testing):
        WINDOW = "2h"

    class Wrong(config.Testing):
        WINDOW = "ten minutes"

    windows = [one.window for one in state_of(create_app(Short)).dashboards.values()]
    assert [window.told()["length"] for window in windows] == [7_200_000] * 2
    with pytest.raises(SourceError, match="'ten minutes' is not a window of time"):
        create_app(Wrong)
