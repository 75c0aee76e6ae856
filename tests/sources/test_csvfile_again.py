"""Each row of a CSV file is returned once, and time only goes forward, however it is written."""

import os
import time

import pytest

from dashboard.sources.csvfile import growing
from tests.sources.logfile import BEGAN, HEADER, Log, at, seconds, values


def test_a_file_replaced_by_its_newest_rows_gives_each_once(log: Log) -> None:
    source = log.write(HEADER + seconds(*range(20))).follow()
    found = values(source)
    for second in range(1, 50):
        log.replace(HEADER + seconds(*range(second, second + 20)))
        found += values(source)
    assert found == list(range(69))
    assert source.remarks == ()


def test_a_file_with_its_newest_row_at_the_top_gives_each_once(log: Log) -> None:
    source = log.write(HEADER + seconds(*range(299, -1, -1))).follow(keep=100)
    assert values(source) == list(range(200, 300))
    for newest in range(300, 320):
        log.replace(HEADER + seconds(*range(newest, -1, -1)))
        assert values(source) == [newest]
    assert source.remarks == ()


def test_rows_that_come_again_are_shown_once(log: Log) -> None:
    source = log.write(HEADER + seconds(1, 2, 3)).follow()
    source.read()
    log.append(seconds(2, 3, 4))
    assert values(source) == [4]
    assert source.remarks == ("2 rows came again, the same in every cell: each is shown once.",)
    assert source.skipped == 0


def test_different_rows_of_the_same_time_are_kept(log: Log) -> None:
    source = log.write(HEADER + at(1) + b",1,north\n" + at(1) + b",1,south\n").follow()
    assert values(source) == [1, 1]
    log.append(at(1) + b",1,east\n")
    assert values(source) == [1]


def test_a_late_row_is_left_out_and_counted(log: Log) -> None:
    source = log.write(HEADER + seconds(3600)).follow()
    assert values(source) == [3600]
    log.append(seconds(1, 3601))
    assert values(source) == [3601]
    assert source.skipped == 1
    assert source.remarks == (
        f"1 row left out for coming after rows with a later time, such as '{BEGAN + 1}'.",
    )
    log.replace(HEADER + seconds(3600, 1, 3601, 3602))
    assert values(source) == [3602]
    assert source.skipped == 1


def test_a_file_written_anew_with_earlier_times_goes_on_later(log: Log) -> None:
    source = log.write(HEADER + seconds(5, 6)).follow()
    source.read()
    log.write(HEADER + seconds(1, 2, 7))
    assert values(source) == [7]


# The last line without a line end.


def long_ago(log: Log) -> None:
    then = time.time() - 2 * growing.LONG_AGO
    os.utime(log.path, (then, then))


def test_a_last_line_is_shown_where_the_file_was_left_alone(log: Log) -> None:
    log.write(HEADER + seconds(1) + at(2) + b",2,")
    long_ago(log)
    source = log.follow()
    assert values(source) == [1, 2]
    log.append(b"\n" + seconds(3))
    assert values(source) == [3]
    assert source.remarks == ()


def test_a_last_line_is_shown_after_a_moment(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    source = log.write(HEADER + seconds(1) + at(2) + b",2,").follow()
    assert values(source) == [1]
    assert "The last line may not be whole" in source.remarks[0]
    monkeypatch.setattr(growing, "LEFT_ALONE", 0)
    assert values(source) == [2]
    assert values(source) == []
    assert source.remarks == ()


def test_a_line_that_goes_on_after_all_is_said(log: Log) -> None:
    log.write(HEADER + seconds(1) + at(2) + b",2,")
    long_ago(log)
    source = log.follow()
    assert values(source) == [1, 2]
    log.append(b"a note")
    assert values(source) == []
    log.append(b" that is long\n" + seconds(3))
    assert values(source) == [3]
    assert source.remarks == ("1 row shown before the line was written to its end.",)


def test_a_line_cut_by_its_writers_buffer_waits(log: Log) -> None:
    content = HEADER + seconds(*range(1000))
    log.write(content[: growing.BUFFER])
    long_ago(log)
    source = log.follow()
    found = values(source)
    log.append(content[growing.BUFFER :])
    assert found + values(source) == list(range(1000))


def test_a_last_line_with_too_few_fields_waits(log: Log) -> None:
    log.write(HEADER + seconds(1) + at(2))
    long_ago(log)
    source = log.follow()
    assert values(source) == [1]
    log.append(b",2,\n")
    assert values(source) == [2]


# Much at once.


def test_many_columns_are_read_with_fewer_rows(log: Log) -> None:
    names = ",".join(f"c{number}" for number in range(1000))
    cells = ",".join("1" for _ in range(1000))
    rows = "".join(f"{BEGAN + second},{cells}\n" for second in range(1100))
    source = log.write(f"time,{names}\n{rows}".encode()).follow()
    assert len(source.read()) == 1000


def test_the_same_remark_is_logged_once(log: Log, caplog: pytest.LogCaptureFixture) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    for second in range(2, 20):
        log.append(b"oops,1,\n" + seconds(second))
        source.read()
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("log.csv: 1 of 3 rows left out")
