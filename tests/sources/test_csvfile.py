"""What a CSV file gives: its rows, its cells, its columns, and advice where it cannot be used."""

import math
from pathlib import Path

import pandas as pd
import pytest

from dashboard.sources import Source, SourceError
from dashboard.sources.csvfile.source import CsvFile
from tests.sources.logfile import BEGAN, HEADER, Log, at, seconds, values


def test_rows_come_as_times_and_floats(log: Log) -> None:
    source: Source = log.write(HEADER + seconds(1, 2)).follow()
    rows = source.read()
    assert [column.name for column in source.columns] == ["a", "note"]
    assert list(rows.columns) == ["time", "a", "note"]
    assert rows["time"].tolist() == [
        pd.Timestamp(BEGAN + second, unit="s", tz="UTC") for second in (1, 2)
    ]
    assert rows["time"].dtype == "datetime64[ms, UTC]"
    assert (rows.dtypes.iloc[1:] == "float64").all()


def test_a_read_without_news_has_no_rows_and_the_same_types(log: Log) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    rows, none = source.read(), source.read()
    assert none.empty
    assert none.dtypes.equals(rows.dtypes)


# What stands in the cells.


def test_what_is_not_a_number_is_missing(log: Log) -> None:
    cells = ["1.5", "", "x", "inf", "-inf", "1e999", "-1.79769e308", "NaN", " 2 ", "-3e2"]
    content = "".join(f"{BEGAN + second},{cell}\n" for second, cell in enumerate(cells))
    source = log.write(b"time,a\n" + content.encode()).follow()
    assert [None if math.isnan(value) else value for value in values(source)] == [
        *(1.5, None, None, None, None, None, None, None),
        *(2.0, -300.0),
    ]


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2026-01-31T12:00:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31 12:00:00.1234567", "2026-01-31T12:00:00.123Z"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"),
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        (" 2026-01-31T12:00Z ", "2026-01-31T12:00:00Z"),
        ("1769860800", "2026-01-31T12:00:00Z"),
        ("1769860800.25", "2026-01-31T12:00:00.250Z"),
        ("1769860800250", "2026-01-31T12:00:00.250Z"),
    ],
)
def test_times_that_are_understood(log: Log, cell: str, time: str) -> None:
    source = log.write(f"time,a\n{cell},1\n".encode()).follow()
    assert source.read()["time"].tolist() == [pd.Timestamp(time)]


@pytest.mark.parametrize(
    "cell", ["", "now", "today", "31/02/2026", "NaT", "9999-12-31", "1e300", "0"]
)
def test_rows_without_a_time_are_left_out_and_counted(log: Log, cell: str) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    log.append(f"{cell},2,\n".encode() + b"2030-01-31T12:00:00,3,\n")
    assert values(source) == [1, 3]
    assert source.skipped == 1


def test_rows_of_one_read_are_ordered_by_time(log: Log) -> None:
    source = log.write(HEADER + seconds(3, 1, 2) + at(2) + b",22,\n").follow()
    assert values(source) == [1, 2, 22, 3]


def test_lines_with_too_few_fields_are_said(log: Log) -> None:
    source = log.write(b"time,a,b\n" + at(1) + b",1,1,,\n\n" + at(2) + b",2\n").follow()
    rows = source.read()
    assert rows["a"].tolist() == [1, 2]
    assert rows["b"].isna().tolist() == [False, True]
    assert "1 row with fewer fields than names: the last are missing." in source.remarks


def test_lines_with_too_many_fields_are_left_out_and_counted(log: Log) -> None:
    source = log.write(HEADER + seconds(1, 2, 3)).follow()
    source.read()
    log.append(at(4) + b",4,x,5\n" + seconds(5))
    assert values(source) == [5]
    assert source.skipped == 1
    assert "more fields than names" in source.remarks[0]


def test_windows_line_ends_a_mark_and_quotes_everywhere(log: Log) -> None:
    first = b'"%s","1"\r\n' % at(1)
    source = log.write(b'\xef\xbb\xbf"time","a, b"\r\n' + first).follow()
    assert source.columns[0].name == "a, b"
    log.append(b'"%s","2"\r' % at(2))
    log.append(b'\n"%s","3"\r\n' % at(3))
    assert source.read()["a, b"].tolist() == [1, 2, 3]


def test_a_text_that_stops_being_utf8_is_still_read(log: Log) -> None:
    source = log.write(HEADER + seconds(1)).follow()
    log.append(at(2) + b",2,caf\xe9\n")
    assert values(source) == [1, 2]


# Which columns there are, and what the source is called.


def test_columns_of_numbers_are_found_from_the_first_rows(log: Log) -> None:
    header = b",number,gaps,empty,time,text,flag\n"
    log.write(header + b"0,1,,," + at(1) + b",x,True\n1,oops,3,," + at(2) + b",y,False\n")
    source = log.follow()
    assert [column.name for column in source.columns] == ["number", "gaps", "empty"]
    assert "Not drawn, being no numbers: 'text' ('x'), 'flag' ('True')." in source.remarks
    source.read()
    assert "1 cell left out, being no numbers: 'oops' in 'number'." in source.remarks


def test_a_measured_column_called_time_gets_another_name(log: Log) -> None:
    log.write(b"at,time\n" + at(1) + b",99\n")
    source = CsvFile(log.path, "at")
    assert [column.name for column in source.columns] == ["time (value)"]
    assert source.read()["time (value)"].tolist() == [99]


@pytest.mark.parametrize(
    ("stem", "name"),
    [("Room 12 (north)", "room-12-north"), ("a_b-c", "a_b-c"), ("数据", "csv")],
)
def test_the_id_is_safe_in_urls(tmp_path: Path, stem: str, name: str) -> None:
    path = tmp_path / f"{Path(stem).name}.csv"
    path.write_bytes(HEADER + seconds(1))
    source = CsvFile(path, "time")
    assert (source.id, source.title) == (name, path.name)
    assert CsvFile(path, "time", title="Mine").title == "Mine"


# Files that cannot be used.


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "no header line yet"),
        (b"time,a", "no header line yet"),
        (b"when,a\n1,1\n", "The columns are: when, a."),
        (b"time,a\nnoon,1\n", "'noon'"),
        (b"time,a\nx,y\n", "holds no times"),
        (b"time,a\n2026-01-31,x\n", "no column of numbers"),
        (b"time\n2026-01-31\n", "no column of numbers"),
        (b"\x89PNG\r\n\x1a\n\0\0", "Save it as CSV in UTF-8"),
        (b"PK\x03\x04 and so on\n", "Excel workbook"),
        (b"\x1f\x8b\x08\n", "compressed"),
        (b"time,a\n0.1,1\n0.2,2\n", "not seconds, milliseconds"),
        (b"time,a\n12:00:00,1\n", "--time Date,Time"),
        ("time,a\n5. März 2026,1\n".encode(), "'5. März 2026'"),
        (b"time,a\n13/01/2026,1\n01/13/2026,2\n", "in '13/01/2026' the day comes first"),
        (b"2026-01-31,1\n2026-02-01,2\n", "'2026-01-31,1', which names no columns"),
        (b"time,a\n2026-01-31,21,5\n2026-02-01,22,5\n", "the decimal sign is a comma"),
    ],
)
def test_what_cannot_be_used_is_refused_with_advice(log: Log, content: bytes, advice: str) -> None:
    with pytest.raises(SourceError) as refusal:
        log.write(content).follow()
    assert advice in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "none.csv", "There is no file"), (tmp_path, "is a folder")):
        with pytest.raises(SourceError, match=told):
            CsvFile(path, "time")
