"""CSV files that grow, are cut, are replaced, disappear, or are very long."""

import os
import tracemalloc
from collections.abc import Callable
from typing import BinaryIO

import pytest

from dashboard.sources.csvfile.growing import GrowingFile
from dashboard.sources.csvfile.records import MOST_LINES
from tests.sources.logfile import HEADER, Log, at, seconds, values

# The file grows.


def test_only_new_rows_come(log: Log) -> None:
    source = log.write(HEADER + seconds(1, 2)).follow()
    assert values(source) == [1, 2]
    log.append(seconds(3))
    log.append(seconds(4))
    assert values(source) == [3, 4]
    assert values(source) == []


def test_a_file_may_begin_with_its_header_alone(log: Log) -> None:
    source = log.write(b"time,a\n").follow()
    assert values(source) == []
    log.append(seconds(1).replace(b",\n", b"\n"))
    assert values(source) == [1]


def test_a_half_written_line_waits_for_its_end(log: Log) -> None:
    source = log.write(HEADER + seconds(1) + at(2) + b",2").follow()
    assert values(source) == [1]
    log.append(b"2")
    assert values(source) == []
    log.append(b",\n")
    assert values(source) == [22]


def test_a_line_end_between_quotes_does_not_end_a_row(log: Log) -> None:
    source = log.write(HEADER + at(1) + b',1,"one, two\n').follow()
    assert values(source) == []
    log.append(at(2) + b',2,""three""\n')
    assert values(source) == []
    log.append(b'"\n' + seconds(3))
    assert values(source) == [1, 3]
    assert source.skipped == 0


def test_a_quote_inside_an_unquoted_field_is_a_character(log: Log) -> None:
    source = log.write(HEADER + at(1) + b',1,5" pipe\n' + seconds(2)).follow()
    assert values(source) == [1, 2]


def test_a_quote_that_is_never_closed_costs_its_own_line(log: Log) -> None:
    source = log.write(HEADER + at(1) + b',1,"oops\n').follow()
    log.append(seconds(*range(2, MOST_LINES)))
    assert values(source) == []
    log.append(seconds(MOST_LINES))
    assert values(source) == list(range(2, MOST_LINES + 1))
    assert source.skipped == 1
    assert "a quote was opened" in source.remarks[0]
    assert "oops" in source.remarks[0]
    log.append(seconds(50))
    assert values(source) == [50]


def test_a_quote_that_opens_in_one_row_and_another_takes_no_rows_with_it(log: Log) -> None:
    rows = at(1) + b',1,"x\n' + at(2) + b',2,"y"\n' + at(3) + b',3,"z\n' + seconds(4)
    source = log.write(HEADER + rows).follow()
    assert source.read(is_final=True)["a"].tolist() == [2, 4]
    assert source.skipped == 2


def test_a_line_without_an_end_is_not_held(log: Log) -> None:
    source = log.write(HEADER).follow()
    log.append(b"x" * 3_000_000)
    assert values(source) == []
    log.append(b"\n" + seconds(5))
    assert values(source) == [5]
    assert source.skipped >= 1


# The file is cut, replaced, gone.


def test_a_file_that_is_cut_is_read_anew(log: Log) -> None:
    source = log.write(HEADER + seconds(1, 2, 3)).follow()
    source.read()
    log.write(HEADER + seconds(4))
    assert values(source) == [4]


def test_a_cut_that_is_seen_before_its_header_is_back(log: Log) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    source.read()
    for beginning in (b"", b"tim"):
        log.write(beginning)
        assert values(source) == []
    log.append(HEADER[3:] + seconds(2, 3, 4, 5))
    assert values(source) == [2, 3, 4, 5]


def test_a_cut_in_the_middle_of_a_read(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    source = log.write(HEADER + seconds(1, 2)).follow()

    def read_and_cut(self: GrowingFile, file: BinaryIO, *, is_settled: bool) -> list[str]:
        records = read_records(self, file, is_settled=is_settled)
        log.write(HEADER)
        return records

    read_records = GrowingFile._read_records
    with monkeypatch.context() as patch:
        patch.setattr(GrowingFile, "_read_records", read_and_cut)
        assert values(source) == [1, 2]
    log.append(seconds(3, 4, 5))
    assert values(source) == [3, 4, 5]


@pytest.mark.parametrize("change", [Log.write, Log.replace])
@pytest.mark.parametrize("rows", [(9,), (6, 7), (6, 7, 8, 9)], ids=["shorter", "same", "longer"])
def test_a_file_with_other_content_is_read_anew(
    log: Log, change: Callable[[Log, bytes], object], rows: tuple[int, ...]
) -> None:
    source = log.write(HEADER + seconds(1, 2)).follow()
    source.read()
    change(log, HEADER + seconds(*rows))
    assert values(source) == list(rows)


def test_a_replacement_that_begins_alike_is_read_anew(log: Log) -> None:
    alike = HEADER + seconds(*range(2_000))
    source = log.write(alike + seconds(3_000)).follow()
    source.read()
    log.replace(alike + seconds(4_000, 5_000))
    assert values(source)[-2:] == [4_000, 5_000]


def test_a_file_written_anew_with_more_rows_has_only_grown(log: Log) -> None:
    source = log.write(HEADER + seconds(1, 2)).follow()
    source.read()
    log.replace(HEADER + seconds(1, 2, 3))
    assert values(source) == [3]


def test_a_new_header_may_order_the_columns_otherwise(log: Log) -> None:
    source = log.write(b"time,a,b\n" + at(1) + b",10,20\n").follow()
    source.read()
    log.replace(b"new,b,time,a\n0,21," + at(2) + b",11\n")
    rows = source.read()
    assert list(rows.columns) == ["time", "a", "b"]
    assert rows[["a", "b"]].to_numpy().tolist() == [[11, 21]]


def test_a_column_that_a_new_header_lacks_is_missing(log: Log) -> None:
    source = log.write(b"time,a,b\n" + at(1) + b",10,20\n").follow()
    source.read()
    log.replace(b"time,b\n" + at(2) + b",21\n")
    rows = source.read()
    assert rows["a"].isna().all()
    assert rows["b"].tolist() == [21]


def test_rows_of_a_new_file_without_the_time_are_counted(log: Log) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    source.read()
    log.replace(b"when,a,note\n" + seconds(1, 2))
    rows = source.read()
    assert rows.empty
    assert rows["time"].dtype == "datetime64[ms, UTC]"
    assert source.skipped == 3
    assert "without a header that names the times" in source.remarks[0]
    log.append(HEADER + seconds(3))
    assert values(source) == [3]
    assert source.skipped == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="This system has no such pipes.")
def test_a_pipe_in_the_place_of_the_file_holds_nobody_up(log: Log) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    assert values(source) == [1]
    log.path.unlink()
    os.mkfifo(log.path)
    assert values(source) == []
    log.replace(HEADER + seconds(1, 2))
    assert values(source) == [2]


def test_a_file_that_disappears_gives_no_rows_until_it_is_back(log: Log) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    source.read()
    log.path.unlink()
    assert values(source) == []
    log.path.mkdir()
    assert values(source) == []
    log.path.rmdir()
    log.write(HEADER + seconds(8, 9))
    assert values(source) == [8, 9]


# Much at once.


@pytest.mark.parametrize("note", [b"", b'"x\ny"'], ids=["plain", "quoted"])
def test_only_the_last_rows_are_returned(log: Log, note: bytes) -> None:
    rows = [b"%s,%d,%s\n" % (at(number), number, note) for number in range(60_000)]
    source = log.write(HEADER + b"".join(rows[:30_000])).follow(keep=100)
    assert values(source) == list(range(29_900, 30_000))
    log.append(b"".join(rows[30_000:]))
    assert values(source) == list(range(59_900, 60_000))


def test_memory_does_not_grow_with_the_file(log: Log) -> None:
    source = log.write(HEADER + seconds(*range(1_000))).follow(keep=1_000)
    log.append(b"".join(b"%s,%d,%s\n" % (at(row), row, b"x" * 80) for row in range(200_000)))
    tracemalloc.start()
    assert len(source.read()) == 1_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < log.path.stat().st_size / 3
