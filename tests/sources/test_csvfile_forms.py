"""Files as people have them: each kind is read right, or refused with a cell quoted."""

import math
from pathlib import Path

import pandas as pd
import pytest

from dashboard.sources import SourceError
from dashboard.sources.csvfile.source import CsvFile
from tests.sources.logfile import Log

# Times.


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2026-01-31 12:00:00 UTC", "2026-01-31T12:00:00Z"),
        ("2026-01-31 12:00 GMT", "2026-01-31T12:00:00Z"),
        ("2026-01-31 12:00:00,250", "2026-01-31T12:00:00.250Z"),
        ("2026-01-31T13:00+01:00[Europe/Berlin]", "2026-01-31T12:00:00Z"),
        ("2026-01-31 13:00+01", "2026-01-31T12:00:00Z"),
        ("20260131T120000Z", "2026-01-31T12:00:00Z"),
        ("2026/1/31 12:00", "2026-01-31T12:00:00Z"),
        ("2026-01", "2026-01-01T00:00:00Z"),
        ("2026-01-30 24:00", "2026-01-31T00:00:00Z"),
        ("31.01.2026 12:00", "2026-01-31T12:00:00Z"),
        ("31.1.26, 12:00", "2026-01-31T12:00:00Z"),
        ("31/01/2026 12:00:00", "2026-01-31T12:00:00Z"),
        ("01/31/2026 12:00 PM", "2026-01-31T12:00:00Z"),
        ("1/31/2026 12:00 AM", "2026-01-31T00:00:00Z"),
        ("31 Jan 2026 12:00", "2026-01-31T12:00:00Z"),
        ("31-Jan-26 12:00", "2026-01-31T12:00:00Z"),
        ("January 31st, 2026 12:00", "2026-01-31T12:00:00Z"),
        ("Jan 2026", "2026-01-01T00:00:00Z"),
        ("Sat Jan 31 2026 13:00:00 GMT+0100 (CET)", "2026-01-31T12:00:00Z"),
        ("Sat, 31 Jan 2026 12:00:00 GMT", "2026-01-31T12:00:00Z"),
        ("1850", "1850-01-01T00:00:00Z"),
        ("202601", "2026-01-01T00:00:00Z"),
        ("20260131", "2026-01-31T00:00:00Z"),
        ("20260131120000", "2026-01-31T12:00:00Z"),
        ("46053.5", "2026-01-31T12:00:00Z"),
        ("46053.500694", "2026-01-31T12:01:00Z"),
        ("1769860800", "2026-01-31T12:00:00Z"),
        ("1769860800000", "2026-01-31T12:00:00Z"),
        ("1769860800000000", "2026-01-31T12:00:00Z"),
        ("1769860800000000000", "2026-01-31T12:00:00Z"),
    ],
)
def test_times_in_many_forms(log: Log, cell: str, time: str) -> None:
    source = log.write(f'time,a\n"{cell}",1\n'.encode()).follow()
    assert source.read()["time"].tolist() == [pd.Timestamp(time)]


@pytest.mark.parametrize(
    "cell",
    ["0.5", "12", "1.77E+09", "31. Januar 2026", "2026-13-01", "26-01-31", "12:00", "2026-W05-6"],
)
def test_times_that_are_refused_with_the_cell(log: Log, cell: str) -> None:
    with pytest.raises(SourceError, match=cell.replace(".", r"\.").replace("+", r"\+")):
        log.write(f"time,a\n{cell},1\n".encode()).follow()


def test_one_order_fits_every_date(log: Log) -> None:
    source = log.write(b"time,a\n01/02/2026,1\n13/02/2026,2\n").follow()
    assert source.read()["time"].dt.month.tolist() == [2, 2]
    assert source.remarks == ()


def test_where_nothing_tells_the_order_it_is_said(log: Log) -> None:
    source = log.write(b"time,a\n01/02/2026,1\n").follow()
    assert source.remarks == (
        "Dates such as '01/02/2026' were taken with the day first: 1 Feb 2026.",
    )


def test_a_few_dates_in_another_order_are_counted(log: Log) -> None:
    days = "".join(f"{day:02}/03/2026,{day}\n" for day in range(1, 32))
    source = log.write(f"time,a\n{days}04/13/2026,32\n".encode()).follow()
    assert len(source.read()) == 31
    assert source.remarks[0] == (
        "1 of 32 rows left out: their time cannot be read, such as '04/13/2026'."
    )


def test_dates_and_times_in_two_columns(log: Log) -> None:
    content = b"Date,Time,a\n2026-01-31,12:00:00,1\n2026-01-31,12:00:01,2\n"
    for named in ("Date,Time", None):
        source = CsvFile(log.write(content).path, named)
        assert [column.name for column in source.columns] == ["a"]
        assert source.read()["time"].dt.second.tolist() == [0, 1]
    alone = CsvFile(log.path, "Date")
    assert "--time Date,Time takes it from 'Time'." in alone.remarks[0]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("value,when", "when"),
        ("value,Timestamp", "Timestamp"),
        ("2026,other", "other"),
        ("value,Zeit", "Zeit"),
    ],
)
def test_a_likely_column_of_times_is_found(log: Log, header: str, found: str) -> None:
    rows = "1,2026-01-31\n2,2026-02-01\n"
    if header.startswith("2026"):
        header = "value,other"
    source = CsvFile(log.write(f"{header}\n{rows}".encode()).path)
    assert source.form.time_fields == (found,)


def test_where_none_is_likely_the_columns_are_named(log: Log) -> None:
    log.write(b"a,b\n1,2\n2,3\n")
    with pytest.raises(SourceError, match=r"--time\. The columns are: a, b"):
        CsvFile(log.path)


# Time zones.


def local(*walls: str) -> bytes:
    return "".join(f"2026-10-25 {wall},{at}\n" for at, wall in enumerate(walls)).encode()


@pytest.mark.parametrize("minutes", [5, 15, 30, 60])
def test_the_hour_that_comes_twice_is_told_by_the_order(log: Log, minutes: int) -> None:
    times = pd.date_range("2026-10-24T22:00Z", "2026-10-25T04:00Z", freq=f"{minutes}min")
    walls = times.tz_convert("Europe/Berlin").strftime("%Y-%m-%d %H:%M")
    log.write(b"time,a\n")
    source = CsvFile(log.path, "time", timezone="Europe/Berlin")
    read = []
    for at, wall in enumerate(walls):
        log.append(f"{wall},{at}\n".encode())
        read += source.read()["time"].tolist()
    assert read == times.tolist()
    assert source.remarks == ()


def test_several_rows_at_each_time_do_not_begin_the_second_hour(log: Log) -> None:
    walls = ("01:00", "01:00", "02:00", "02:00", "03:00", "03:00")
    source = CsvFile(log.write(b"time,a\n" + local(*walls)).path, timezone="Europe/Berlin")
    assert source.read()["time"].dt.hour.tolist() == [23, 23, 0, 0, 2, 2]
    assert source.remarks == (
        "2 times in the hour that comes twice taken for the first of the two.",
    )


def test_a_time_that_the_clock_never_showed_is_left_out(log: Log) -> None:
    log.write(b"time,a\n2026-03-29 01:30,1\n2026-03-29 02:30,2\n2026-03-29 03:30,3\n")
    source = CsvFile(log.path, "time", timezone="Europe/Berlin")
    assert source.read()["a"].tolist() == [1, 3]
    assert "'2026-03-29 02:30'" in source.remarks[0]


def test_local_times_taken_for_utc_are_said(log: Log) -> None:
    log.write(b"time,a\n" + local("02:00", "02:30", "02:00", "02:30"))
    remarks = log.follow().remarks
    assert remarks[0] == "Times without a zone were taken for UTC."
    assert "2026-10-25 02:00" in remarks[1]
    assert "--timezone" in remarks[1]


# Numbers.


@pytest.mark.parametrize(
    ("separator", "cells", "numbers", "unit"),
    [
        (",", ["0,5", "1", "3,5"], [0.5, 1, 3.5], ""),
        (",", ["1,107", "998", "1,234,567.25"], [1107, 998, 1234567.25], ""),
        (";", ["1.234,5", "998"], [1234.5, 998], ""),
        (";", ["1\u00a0234,5", "-2 000"], [1234.5, -2000], ""),
        (";", ["1'234.5", "12'000"], [1234.5, 12000], ""),
        (",", ["21.5 °C", "-3 °C", "4"], [21.5, -3, 4], "°C"),
        (",", ["12kW", "13.5kW"], [12, 13.5], "kW"),
        (",", ["45%", "45.5 %"], [45, 45.5], "%"),
        (",", ["€ 12.50", "-€3"], [12.5, -3], "€"),
        (",", ["$1,234.50", "$2.50"], [1234.5, 2.5], "$"),
        (",", ["\u22123.5", "+2"], [-3.5, 2], ""),
        (",", ["1.5e-7", "2E3"], [1.5e-7, 2000], ""),
        (",", ["NA", "#N/A", "null", "--", "7"], [None, None, None, None, 7], ""),
        (",", ["0.1234567890123", "5."], [0.1234567890123, 5], ""),
    ],
)
def test_numbers_in_many_forms(
    log: Log, separator: str, cells: list[str], numbers: list[float | None], unit: str
) -> None:
    rows = "".join(f'2026-01-{at:02}{separator}"{cell}"\n' for at, cell in enumerate(cells, 1))
    source = log.write(f"time{separator}a\n{rows}".encode()).follow()
    read = source.read()["a"].tolist()
    assert [None if math.isnan(number) else number for number in read] == numbers
    assert source.columns[0].unit == unit
    assert source.remarks == ()


@pytest.mark.parametrize(
    ("cells", "remark"),
    [
        (["1", "2", "x"], "1 cell left out, being no numbers: 'x' in 'a'."),
        (["1 kW", "2 kW", "300 W"], "1 cell left out, being no numbers: '300 W' in 'a'."),
        (["0.5", "0.25", "0,5"], "1 cell left out, being no numbers: '0,5' in 'a'."),
        (["1", "inf"], "1 number left out, being too large to draw: 'inf'."),
        (["1", "-9999"], "1 cell with '-9999' taken for no data."),
        (["1", "0x1F", "2"], "1 cell left out, being no numbers: '0x1F' in 'a'."),
        (["1,234"], "'1,234' in 'a' was taken for 1234."),
    ],
)
def test_cells_that_are_left_out_or_doubtful_are_said(
    log: Log, cells: list[str], remark: str
) -> None:
    rows = "".join(f'2026-01-{at:02},"{cell}"\n' for at, cell in enumerate(cells, 1))
    source = log.write(f"time,a\n{rows}".encode()).follow()
    source.read()
    assert source.remarks == (remark,)


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("temperature [°C]", "temperature", "°C"),
        ("power (kW)", "power", "kW"),
        ("flow (m³/h)", "flow", "m³/h"),
        ("room (north)", "room (north)", ""),
    ],
)
def test_units_in_the_header(log: Log, header: str, name: str, unit: str) -> None:
    source = log.write(f"time,{header}\n2026-01-31,1\n".encode()).follow()
    assert [(column.name, column.unit) for column in source.columns] == [(name, unit)]


# The rest of the file.


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\ntime;a\n2026-01-31;1\n",
        "time\ta\n2026-01-31\t1\n",
        "time|a\n2026-01-31|1\n",
        "time  a\n2026-01-31  1\n",
        "# a comment, with a comma\n# another\n\ntime,a\n2026-01-31,1\n",
        "# time,a\n2026-01-31,1\n",
        "A title\n\ntime,a\n2026-01-31,1\n",
        "Report,\n,\ntime,a\n2026-01-31,1\n",
        "time,a\rignored,\r2026-01-31,1\r",
        "time,a\nUTC,m\n,avg\n2026-01-31,1\n",
        "time,a,\n2026-01-31,1,\n",
        "\0\0time,a\n2026-01-31,1\n",
        'time,a\n"2026-01-31","1"\n',
        'time, "a"\n2026-01-31, "1"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("named", ["time", None])
def test_headers_separators_and_encodings(
    log: Log, content: str, encoding: str, named: str | None
) -> None:
    source = CsvFile(log.write(content.encode(encoding)).path, named)
    rows = source.read()
    assert [column.name for column in source.columns] == ["a"]
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-31", tz="UTC")]
    assert rows["a"].tolist() == [1]


def test_a_text_in_windows_1252_is_read_and_said(log: Log) -> None:
    source = log.write("time;Wärme [°C]\n2026-01-31;1,5\n".encode("cp1252")).follow()
    assert source.columns[0].name == "Wärme"
    assert source.remarks == ("The text is not in UTF-8: it was taken for Western European.",)


def test_a_header_again_in_another_order_counts_from_there(log: Log) -> None:
    log.write(
        b"time,a,b\n2026-01-01,1,2\nb,time,c,a\n20,2026-01-02,30,10\ntime,b\n2026-01-03,200\n"
    )
    source = log.follow()
    rows = source.read()
    assert rows["a"].tolist()[:2] == [1, 10]
    assert math.isnan(rows["a"].tolist()[2])
    assert rows["b"].tolist() == [2, 20, 200]
    assert "No longer in the file: a." in source.remarks


def test_zero_bytes_after_a_power_cut(log: Log) -> None:
    source = log.write(b"time,a\n2026-01-01,1\n" + b"\0" * 500 + b"2026-01-02,2\n").follow()
    assert source.read()["a"].tolist() == [1, 2]
    assert "1 line with zero bytes, as after a power cut: these were taken away." in source.remarks


def test_each_name_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time,a,a,\n2026-01-01,1,2,3\n")
    source = CsvFile(path, "time")
    assert [column.name for column in source.columns] == ["a", "a (2)"]
    assert source.remarks == ("Column 4 has no name and is not drawn.",)


@pytest.mark.parametrize("title", ["Report,by logger", "Exported: 2026-03-01,by logger"])
def test_a_title_as_wide_as_the_rows_is_no_header(log: Log, title: str) -> None:
    source = log.write(f"{title}\ntime,a\n2026-01-31T12:00:00Z,1\n".encode()).follow()
    assert [(column.name, column.unit) for column in source.columns] == [("a", "")]


def test_exponents_as_fortran_writes_them(log: Log) -> None:
    source = log.write(b"time,a\n2026-01-31T12:00:00Z,2.5D+01\n").follow()
    assert source.read()["a"].tolist() == [25]


@pytest.mark.parametrize("cell", ["1h30", "1h 30m", "5'11", "2d 4h", "3x10"])
def test_two_numbers_in_a_cell_are_not_one_with_a_unit(log: Log, cell: str) -> None:
    rows = "".join(f"2026-01-31T12:0{minute}:00Z,{cell}\n" for minute in range(5))
    with pytest.raises(SourceError, match=cell.replace("'", ".")):
        log.write(f"time,a\n{rows}".encode()).follow()


def test_what_could_not_be_had_is_counted_and_said(log: Log) -> None:
    rows = b"2026-01-31T12:00:00Z,ERR\n2026-01-31T12:01:00Z,1\n2026-01-31T12:02:00Z,#DIV/0!\n"
    source = log.write(b"time,a\n" + rows).follow()
    assert source.read()["a"].isna().tolist() == [True, False, True]
    assert source.remarks == ("2 cells with '#DIV/0!' taken for no data.",)


@pytest.mark.parametrize("cell", ["2026-01-31 12:00 CET", "2026Q1", "12:00:00", "0.5"])
def test_where_no_column_of_times_is_found_a_cell_is_quoted(log: Log, cell: str) -> None:
    with pytest.raises(SourceError, match=f"'{cell}'"):
        log.write(f"time,a\n{cell},1\n".encode()).follow(None)
