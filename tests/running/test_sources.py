"""The sources that the kit has for a submission under check."""

import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import requests
from werkzeug.exceptions import HTTPException

from kit.running import FAILING, App, Launcher, source
from kit.running.sources import (
    BLOCK,
    Failing,
    Gappy,
    Given,
    Marking,
    Moody,
    Saying,
    Steady,
    Uneven,
)
from tests.running.submission import plan, save


@pytest.mark.parametrize("rows_per_read", [1, 150])
def test_steady_rows_go_on_for_ever_without_a_gap(rows_per_read: int) -> None:
    steady = Steady("weeks", ["a", "b"], 3600, rows_per_read)
    reads = [steady.read() for _ in range(2 * BLOCK // rows_per_read + 3)]
    assert {len(rows) for rows in reads} == {rows_per_read}
    rows = pd.concat(reads, ignore_index=True)
    assert {after - before for before, after in pairwise(rows["time"])} == {pd.Timedelta("1h")}
    assert list(rows.columns) == ["time", "a", "b"]
    assert [str(kind) for kind in rows.dtypes] == ["datetime64[ms, UTC]", "float64", "float64"]
    assert rows[["a", "b"]].stack().between(1, 2).all()


def test_two_steady_sources_do_not_disturb_each_other() -> None:
    one, other = Steady("one", ["a"], 1), Steady("other", ["a"], 1)
    first = one.read()
    first["a"] = 0.0
    one.read()
    assert other.read()["a"].tolist() == [1.0]


def test_an_uneven_source_brings_what_its_sizes_say() -> None:
    uneven = Uneven("uneven", {"a": "m", "b": "s"}, 60, [2, 0, 1], gap_every=2)
    reads = [uneven.read() for _ in range(4)]
    assert [len(rows) for rows in reads] == [2, 0, 1, 2]
    assert [(one.name, one.unit) for one in uneven.columns] == [("a", "m"), ("b", "s")]
    rows = pd.concat(reads, ignore_index=True)
    steady = Steady("steady", ["a", "b"], 60, rows_per_read=5, gap_every=2).read()
    pd.testing.assert_frame_equal(rows, steady)


def test_the_first_look_at_an_uneven_source_lasts_until_it_is_read() -> None:
    uneven = Uneven("uneven", {"a": "m"}, 60, [1], takes=3600)
    with ThreadPoolExecutor() as pool:
        look = pool.submit(lambda: uneven.columns)
        while not look.done():
            uneven.read()
    assert look.result() == uneven.columns  # the second look waits for nothing


def test_a_gappy_source_has_a_number_for_its_gap_once() -> None:
    gappy = Gappy()
    rows = [gappy.read()[["there", "zero", "gap"]] for _ in range(3)]
    missing = [row.isna().to_numpy().tolist() for row in rows]
    assert missing == [[[False, False, gap]] for gap in (False, True, True)]


def test_given_rows_come_once_as_the_types_that_they_are() -> None:
    rows = [["2026-05-04T09:30:00Z", 1, 0.5], ["2026-05-04T09:30:00.250Z", 2, None]]
    given = Given("tides", ["boats", "level"], rows, rows_per_read=1)
    first, second, third = (given.read() for _ in range(3))
    for read in (first, second, third):
        assert [str(kind) for kind in read.dtypes] == ["datetime64[ms, UTC]", "int64", "float64"]
    assert first["time"].tolist() == [pd.Timestamp("2026-05-04T09:30:00Z")]
    assert second["time"].tolist() == [pd.Timestamp("2026-05-04T09:30:00.250Z")]
    assert second["boats"].tolist() == [2]
    assert second["level"].isna().tolist() == [True]
    assert third.empty
    assert len(Given("tides", ["boats", "level"], rows).read()) == len(rows)


def test_a_failing_source_raises_whatever_is_asked_of_it() -> None:
    with pytest.raises(RuntimeError, match=FAILING):
        Failing().read()
    with pytest.raises(ZeroDivisionError, match=FAILING):
        Failing("zero", raises="ZeroDivisionError").read()
    with pytest.raises(HTTPException) as raised:
        Failing("busy", status=429).describe()
    assert raised.value.code == 429


def test_a_saying_source_logs_at_each_read(caplog: pytest.LogCaptureFixture) -> None:
    source = Saying(
        "paper", logger="inner.store", level="ERROR", says="%s is low", about=["tray 2"]
    )
    rows = [source.read() for _ in range(2)]
    told = [(one.name, one.levelname, one.getMessage()) for one in caplog.records]
    assert told == [("inner.store", "ERROR", "tray 2 is low")] * 2
    assert rows[0]["time"].iloc[0] < rows[1]["time"].iloc[0]


def test_a_saying_source_may_be_silent_and_takes_its_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = Saying("slow", seconds=0.02)
    for look in (source.read, lambda: source.title):
        began = time.perf_counter()
        look()
        assert time.perf_counter() - began >= 0.02
    assert not caplog.records


def test_a_marking_source_tells_what_is_logged_from_what_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    before = [*root.handlers]
    try:
        marking = Marking(id="marking", names=["a"], step=1)
        logging.getLogger("inner.store").warning("tray %s is low", 2)
        print("tray 2 is low", file=sys.stderr)
    finally:
        root.handlers[:] = before
    assert capsys.readouterr().err == "logged WARNING tray 2 is low\ntray 2 is low\n"
    pd.testing.assert_frame_equal(marking.read(), Steady("steady", ["a"], 1).read())


def test_a_moody_source_has_nothing_new_then_fails_and_misses_no_row() -> None:
    moody = Moody(after=2, quiet=1, failing=2, id="moody", names=["a"], step=1)
    before, nothing = [moody.read(), moody.read()], moody.read()
    assert nothing.empty
    assert list(nothing.columns) == ["time", "a"]
    for _ in range(2):
        with pytest.raises(RuntimeError, match=FAILING):
            moody.read()
    rows = pd.concat([*before, moody.read()])
    steady = Steady("steady", ["a"], 1, rows_per_read=3)
    pd.testing.assert_frame_equal(rows.reset_index(drop=True), steady.read())


def test_an_app_is_given_them_though_it_cannot_import_them(
    launcher: Launcher, tmp_path: Path
) -> None:
    save(tmp_path, "class Config:\n    pass\n", "config.py")
    app = """
        from flask import Flask

        def create_app(config):
            app = Flask(__name__)
            source = config.SOURCES[0]()

            @app.get("/")
            def first():
                try:
                    import kit
                except ImportError:
                    return f"{source.id} {source.read()['a'].tolist()}"

            return app
    """
    steady = source("Steady", id="hours", names=["a"], step=3600, rows_per_read=2)
    wanted = plan(tmp_path, app, App("Config", {"SOURCES": [steady]}))
    with launcher.start(wanted) as running, requests.Session() as session:
        running.wait_until_listening()
        session.trust_env = False
        assert session.get(running.url, timeout=20).text == "hours [1.0, 1.03]"
