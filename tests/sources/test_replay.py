"""Stock prices, played week by week."""

import os
import subprocess
import sys

import pandas as pd
import plotly.data
import pytest

from dashboard.sources import Source
from dashboard.sources.replay import Replay

SHIPPED = plotly.data.stocks(datetimes=True)
WEEKS = len(SHIPPED)


def test_a_read_is_the_next_week() -> None:
    source: Source = Replay()
    rows = pd.concat([source.read() for _ in range(3)])
    assert list(rows.columns) == ["time", *(column.name for column in source.columns)]
    assert rows["time"].dtype == "datetime64[ms, UTC]"
    assert (rows.dtypes.iloc[1:] == "float64").all()
    assert rows["time"].dt.tz_localize(None).tolist() == SHIPPED["date"].head(3).tolist()
    assert rows["GOOG"].tolist() == SHIPPED["GOOG"].head(3).round(4).tolist()


def test_the_columns_are_all_that_plotly_ships() -> None:
    assert [column.name for column in Replay.columns] == list(SHIPPED.columns[1:])


@pytest.mark.parametrize("rows_per_read", [1, 7, WEEKS, 250])
def test_after_the_last_week_the_prices_begin_again_and_time_goes_on(rows_per_read: int) -> None:
    source = Replay(rows_per_read)
    reads = [source.read() for _ in range(3 * WEEKS // rows_per_read + 1)]
    assert {len(rows) for rows in reads} == {rows_per_read}
    rows = pd.concat(reads, ignore_index=True)
    assert (rows["time"].diff().dropna() == pd.Timedelta(days=7)).all()
    prices = rows.drop(columns="time")
    pd.testing.assert_frame_equal(
        prices.iloc[WEEKS : 2 * WEEKS].reset_index(drop=True), prices.iloc[:WEEKS]
    )


def test_two_replays_do_not_share_their_place() -> None:
    one, other = Replay(), Replay()
    one.read()
    assert one.read()["time"].iloc[0] > other.read()["time"].iloc[0]


def test_what_a_reader_writes_into_the_rows_stays_there() -> None:
    source = Replay(WEEKS)
    rows = source.read()
    rows["GOOG"] = 0.0
    assert (source.read()["GOOG"] > 0).all()


def test_nothing_is_loaded_before_the_first_read() -> None:
    code = (
        "import sys; from dashboard.sources.replay import Replay; source = Replay();"
        "assert source.columns and 'plotly.data' not in sys.modules; source.read();"
        "assert 'plotly.express' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
