"""Files that programs, banks, instruments and people export, and what is no CSV file at all."""

import gzip

import pandas as pd
import pytest

from dashboard.sources import SourceError
from dashboard.sources.csvfile.source import CsvFile
from tests.sources.logfile import Log


@pytest.mark.parametrize(
    ("cell", "number", "unit"),
    [
        ("12,34,500.75", 1234500.75, ""),
        ("3,12,500", 312500, ""),
        ("₹1,23,400.50", 123400.5, "₹"),
        ("USD 1,100.25", 1100.25, "USD"),
        ("-USD 5", -5, "USD"),
        ("US$ 5", 5, "US$"),
        ("Rs. 500", 500, "Rs."),
    ],
)
def test_numbers_with_lakhs_and_with_currencies_in_front(
    log: Log, cell: str, number: float, unit: str
) -> None:
    source = log.write(f'time,a\n2026-01-31,"{cell}"\n2026-02-01,"{cell}"\n'.encode()).follow()
    assert source.read()["a"].tolist() == [number, number]
    assert source.columns[0].unit == unit
    assert source.remarks == ()


@pytest.mark.parametrize(
    ("cell", "number"),
    [("(29.50)", -29.5), ("($1,100.25)", -1100.25), ("29.50-", -29.5), ("29.50\u2212", -29.5)],
)
def test_the_negatives_of_bookkeepers_are_read_and_said(log: Log, cell: str, number: float) -> None:
    source = log.write(f'time,a\n2026-01-31,"{cell}"\n'.encode()).follow()
    assert source.read()["a"].tolist() == [number]
    assert source.remarks == (f"{cell!r} in 'a' was taken for {number:.15g}.",)


@pytest.mark.parametrize("cell", ["(-5)", "(5", "5)", "-5-", "12-inch", "12,34,5", "RUN 12"])
def test_what_only_resembles_such_numbers_is_none(log: Log, cell: str) -> None:
    with pytest.raises(SourceError, match="There is no column of numbers"):
        log.write(f'time,a\n2026-01-31,"{cell}"\n'.encode()).follow()


def test_a_letter_behind_few_numbers_is_no_unit(log: Log) -> None:
    rows = "".join(f"2026-01-{day:02},{day}{'s' if day == 5 else ''}\n" for day in range(1, 31))
    source = log.write(f"time,a\n{rows}".encode()).follow()
    assert source.columns[0].unit == ""
    assert len(source.read()["a"].dropna()) == 29
    assert "'5s' in 'a'" in source.remarks[0]


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2026013112", "2026-01-31T12:00:00Z"),
        ("1999123123", "1999-12-31T23:00:00Z"),
        ("1712102312", "2024-04-02T23:58:32Z"),
        ("639054576000000000", "2026-01-31T12:00:00Z"),
        ("134143344000000000", "2026-01-31T12:00:00Z"),
        ("Sat Jan 31 12:00:00 2026", "2026-01-31T12:00:00Z"),
        ("Sat Jan  3 12:00:00 UTC 2026", "2026-01-03T12:00:00Z"),
        ("Jan 31, 2026, 12:00:00\u202fPM", "2026-01-31T12:00:00Z"),
        ("31/01/2026 12:00 p. m.", "2026-01-31T12:00:00Z"),
    ],
)
def test_times_as_instruments_and_phones_write_them(log: Log, cell: str, time: str) -> None:
    source = log.write(f'time,a\n"{cell}",1\n'.encode()).follow()
    assert source.read()["time"].tolist() == [pd.Timestamp(time)]


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("2026-01-31 12:00 CET", "'CET' is the name of several time zones"),
        ("2900-01-31", "Only times from 1700 until 2200"),
        ("31. Januar 2026", "Write them like"),
    ],
)
def test_what_to_do_about_times_that_cannot_be_read(log: Log, cell: str, advice: str) -> None:
    with pytest.raises(SourceError, match=advice):
        log.write(f"time,a\n{cell},1\n".encode()).follow()


def test_where_most_times_cannot_be_read_one_is_quoted(log: Log) -> None:
    log.write(b"Datum,a\n01-Jan-26,1\n01-Mrz-26,2\n01-Mai-26,3\n")
    with pytest.raises(SourceError, match="In 'Datum' most cannot, such as '01-Mrz-26'"):
        CsvFile(log.path)


@pytest.mark.parametrize(
    ("content", "name", "time"),
    [
        ("year,month,a\n2026,1,5\n2026,2,6\n", "year,month", "2026-02-01"),
        (
            "Year,Month,Day,Hour,a\n2026,1,30,0,5\n2026,1,31,12,6\n",
            "Year,Month,Day,Hour",
            "2026-01-31T12:00",
        ),
        (
            "year,month,day,clock,a\n2026,1,30,00:00,5\n2026,1,31,12:30,6\n",
            "year,month,day,clock",
            "2026-01-31T12:30",
        ),
        (
            "#YY  MM DD hh mm a\n#yr  mo dy hr mn m/s\n2026 01 30 00 00 5\n2026 01 31 12 30 6\n",
            "YY,MM,DD,hh,mm",
            "2026-01-31T12:30",
        ),
    ],
)
def test_years_and_months_in_columns_of_their_own(
    log: Log, content: str, name: str, time: str
) -> None:
    source = CsvFile(log.write(content.encode()).path)
    assert source.form.time_name == name
    assert [column.name for column in source.columns] == ["a"]
    assert source.read()["time"].tolist()[-1] == pd.Timestamp(time, tz="UTC")


def test_a_date_is_taken_before_its_parts(log: Log) -> None:
    source = CsvFile(log.write(b"year,month,date,a\n2026,1,2026-01-31,5\n").path)
    assert source.form.time_name == "date"


def test_many_rows_of_one_date_are_said(log: Log) -> None:
    source = log.write(b"country,time,a\nA,1990,1\nA,1991,2\nB,1990,3\nB,1991,4\n").follow()
    assert "Many rows have the same date, such as 1990-01-01" in source.remarks[0]


def test_rows_that_lack_cells_hide_neither_separator_nor_header(log: Log) -> None:
    rows = "".join(
        f"2026-01-31 12:00:{second:02},{second}{'' if second % 3 == 0 else ',1'}\n"
        for second in range(30)
    )
    source = CsvFile(log.write(f"time,a,b\n{rows}".encode()).path)
    frame = source.read()
    assert frame["a"].tolist() == list(range(30))
    assert frame["b"].isna().sum() == 10


def test_a_line_without_end_is_left_out_and_said(log: Log) -> None:
    endless = "x" * 200_000
    log.write(f"time,note,a\n2026-01-31,{endless},1\n2026-02-01,y,2\n".encode())
    source = log.follow()
    assert source.read()["a"].tolist() == [2]
    assert source.remarks[0].startswith("1 line left out")


def test_without_data_the_header_is_the_line_that_names_a_time(log: Log) -> None:
    with pytest.raises(SourceError, match="The column \"'time'\" holds no times"):
        CsvFile(log.write(b"'time','a'\n'2026-01-31','1'\n'2026-02-01','2'\n").path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(b"time,a\n", mtime=0), "compressed. Unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old Excel workbook"),
        (b"SQLite format 3\0" + bytes(512), "an SQLite database"),
        (b"%PDF-1.7\n1 0 obj\n", "a PDF"),
        (b"<!DOCTYPE html>\n<title>Sign in, please</title>\n", "a web page"),
        (b"\xef\xbb\xbf\n <html><table><tr><td>time</td></tr></table>\n", "a web page"),
        (b'<?xml version="1.0"?>\n<rows/>\n', "XML"),
        (b'{"time": "2026-01-31", "a": 1}\n{"time": "2026-02-01", "a": 2}\n', "JSON"),
        (b'[\n  {"time": "2026-01-31", "a": 1}\n]\n', "JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
    ],
)
def test_what_is_no_csv_file_is_called_what_it_is(log: Log, content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        log.write(content).follow(None)
