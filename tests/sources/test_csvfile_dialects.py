"""Known values, written in any dialect, are read as they are, or refused; never as others."""

import csv
import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.sources import SourceError
from dashboard.sources.csvfile.source import CsvFile

BLANKS = "\u0020\u00a0\u202f\u2009"  # blank, no-break, narrow no-break, thin
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXCEL = datetime(1899, 12, 30, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@dataclass(frozen=True)
class Dialect:
    """How a file is written."""

    separator: str
    decimal: str
    thousands: str
    encoding: str
    line_end: str
    time_form: str
    zone: str | None
    unit: str
    unit_place: str
    gap: str
    quoting: int
    above: tuple[str, ...]
    ends: bool


# Each form of times: how a moment is written, and to how many seconds it is exact.
FORMS = {
    "%Y-%m-%d %H:%M:%S": 1,
    "%Y-%m-%dT%H:%M:%S": 1,
    "%Y/%m/%d %H:%M": 60,
    "%Y-%m-%d": 86_400,
    "%d.%m.%Y %H:%M:%S": 1,
    "%d/%m/%Y %H:%M": 60,
    "%m/%d/%Y %I:%M:%S %p": 1,
    "%d-%b-%Y %H:%M": 60,
    "%B %d, %Y %H:%M": 60,
    "%Y%m%dT%H%M%S": 1,
    "%Y%m%d%H%M%S": 1,
    "%Y%m%d": 86_400,
    "%Y-%m-%d %H:%M:%S UTC": 1,
    "%Y-%m-%dT%H:%M:%SZ": 1,
    "%Y-%m-%d %H:%M:%S%z": 1,
    "excel": 1,
    "seconds": 1,
    "milliseconds": 1,
    "microseconds": 1,
    "nanoseconds": 1,
}
SAY_ZONE = {"%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S%z", *list(FORMS)[-4:]}
DOUBTFUL = {"%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p"}

dialects = st.builds(
    Dialect,
    separator=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(".,"),
    thousands=st.sampled_from(["", ",", ".", "'", *BLANKS]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    time_form=st.sampled_from(list(FORMS)),
    zone=st.sampled_from([None, BERLIN]),
    unit=st.sampled_from(["", "%", "°C", "kW", "m/s"]),
    unit_place=st.sampled_from(["header []", "header ()", "cell", "blank cell"]),
    gap=st.sampled_from(["", "NA", "n/a", "null", "-", "#N/A"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    above=st.sampled_from([(), ("# made by a logger",), ("Station 12", "")]),
    ends=st.booleans(),
).filter(
    lambda one: (
        one.decimal != one.thousands
        and (one.encoding != "cp1252" or one.thousands not in BLANKS[2:])
    )
)
numbers = st.one_of(
    st.none(),
    st.integers(-(10**7), 10**7).map(float),
    st.integers(-(10**8), 10**8).map(lambda number: number / 1000),
    st.integers(-(10**6), 10**6).map(lambda number: number / 100),
)
rows = st.tuples(
    st.datetimes(datetime(2001, 1, 1), datetime(2035, 1, 1)),
    st.lists(st.tuples(st.integers(1, 10**6), numbers, numbers), min_size=1, max_size=30),
)


def written(number: float | None, dialect: Dialect) -> str:
    """Return a number as the dialect writes it."""
    if number is None:
        return dialect.gap
    text = f"{number:,.3f}".rstrip("0").rstrip(".")
    marks = {",": dialect.thousands, ".": dialect.decimal}
    unit = {"cell": dialect.unit, "blank cell": f" {dialect.unit}"}.get(dialect.unit_place, "")
    return "".join(marks.get(letter, letter) for letter in text) + (unit if dialect.unit else "")


def moment(time: datetime, dialect: Dialect) -> str:
    """Return a time in UTC as the dialect writes it."""
    since = time - EPOCH
    scales = {"seconds": 1, "milliseconds": 1000, "microseconds": 10**6, "nanoseconds": 10**9}
    if dialect.time_form in scales:
        return str(since // timedelta(seconds=1) * scales[dialect.time_form])
    if dialect.zone and not dialect.time_form.endswith(("Z", " UTC")):
        time = time.astimezone(ZoneInfo(dialect.zone))
    if dialect.time_form == "excel":
        days = (time.replace(tzinfo=UTC) - EXCEL) / timedelta(days=1)
        return f"{days:.10f}".replace(".", dialect.decimal)
    return time.strftime(dialect.time_form)


def header(dialect: Dialect) -> list[str]:
    form = {"header []": "{} [{}]", "header ()": "{} ({})"}.get(dialect.unit_place, "{}")
    names = [form.format(name, dialect.unit) if dialect.unit else name for name in ("one", "two")]
    return ["time", *names]


def text(times: list[datetime], values: list[tuple[float | None, ...]], dialect: Dialect) -> bytes:
    file = io.StringIO()
    writer = csv.writer(
        file, delimiter=dialect.separator, lineterminator=dialect.line_end, quoting=dialect.quoting
    )
    writer.writerow(header(dialect))
    for time, numbers in zip(times, values, strict=True):
        writer.writerow([moment(time, dialect), *(written(one, dialect) for one in numbers)])
    whole = "".join(line + dialect.line_end for line in dialect.above) + file.getvalue()
    return (whole if dialect.ends else whole.removesuffix(dialect.line_end)).encode(
        dialect.encoding
    )


def exact(times: list[datetime], dialect: Dialect) -> list[datetime]:
    """Return the times that the dialect can write exactly, each later than the one before."""
    step = timedelta(seconds=FORMS[dialect.time_form])
    zone = ZoneInfo(dialect.zone) if dialect.zone else UTC
    local = [time.astimezone(zone).replace(tzinfo=None) for time in times]
    whole = [datetime.min + (one - datetime.min) // step * step for one in local]
    return [one.replace(tzinfo=zone).astimezone(UTC) for one in dict.fromkeys(whole)]


def has_repeated_hour(times: list[datetime], dialect: Dialect) -> bool:
    """Whether a local time is one that comes twice: with gaps before it nobody can tell which."""
    zone = ZoneInfo(dialect.zone or "UTC")
    walls = [time.astimezone(zone).replace(tzinfo=None) for time in times]
    return any(
        wall.replace(tzinfo=zone).utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset()
        for wall in walls
    )


@settings(deadline=None)  # a busy machine is no failure
@given(dialect=dialects, drawn=rows)
def test_known_values_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    dialect: Dialect,
    drawn: tuple[datetime, list[tuple[int, float | None, float | None]]],
) -> None:
    began, steps = drawn
    times, time = [], began.replace(tzinfo=UTC)
    for seconds, *_ in steps:
        time += timedelta(seconds=seconds)
        times.append(time)
    times = exact(times, dialect)
    values = [tuple(numbers) for _, *numbers in steps][: len(times)]
    path = tmp_path_factory.getbasetemp() / "dialect.csv"
    path.write_bytes(text(times, values, dialect))
    try:
        source = CsvFile(path, "time", timezone=dialect.zone)
    except SourceError as refusal:
        if "day comes first" in str(refusal) and dialect.time_form in DOUBTFUL:
            return
        raise
    found = source.read(is_final=True)
    doubts = " ".join(source.remarks)

    if "were taken with" not in doubts and not has_repeated_hour(times, dialect):
        assert found["time"].tolist() == times
    assert len(found) == len(times)
    for place, column in enumerate(source.columns):
        at = ("one", "two").index(column.name)
        # With commas between the cells, a lone 1.234 is no thousand: nobody writes that.
        is_odd = dialect.separator == dialect.decimal == "," and dialect.thousands == "."
        if is_odd or f"in {column.name!r} was taken for" in doubts:
            continue
        assert [None if math.isnan(one) else one for one in found[column.name]] == [
            numbers[at] for numbers in values
        ], place
        # A last line without an end is not there at the start.
        at_start = values if dialect.ends else values[:-1]
        is_known = any(numbers[at] is not None for numbers in at_start)
        if dialect.unit and (is_known or dialect.unit_place.startswith("header")):
            assert column.unit == dialect.unit
    for at, name in enumerate(("one", "two")):
        if all(name != column.name for column in source.columns):
            assert any(repr(name) in remark for remark in source.remarks)
            assert any(numbers[at] is not None for numbers in values)
