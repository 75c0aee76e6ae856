# lab 2 (given): the cells of a CSV file
"""Read the cells of a CSV text: as strings first, then as numbers and as times."""

from io import BytesIO

import pandas as pd

# Seconds since 1970 stay below this until the year 5138; milliseconds have passed it since 1973.
MOST_SECONDS = 1e11
# Larger numbers stand for "no data" in some files. JSON rounds them to infinity, which it has not.
LARGEST = 1e300
EARLIEST, LATEST = pd.Timestamp("1700-01-01", tz="UTC"), pd.Timestamp("2200-01-01", tz="UTC")


def is_utf8(text: bytes) -> bool:
    """Tell whether bytes are text in UTF-8; UTF-16 has NUL bytes."""
    try:
        return "\0" not in text.decode()
    except UnicodeDecodeError:
        return False


def is_numeric(cells: pd.Series) -> bool:
    """Tell whether at least half of the cells that are filled in hold numbers."""
    filled = cells.dropna()
    # A column without a name is what pandas writes for the index: a row's number.
    return not str(cells.name).startswith("Unnamed: ") and bool(
        pd.to_numeric(filled, errors="coerce").notna().sum() * 2 >= len(filled)
    )


def table(text: bytes) -> pd.DataFrame:
    """Return the cells of a CSV text as strings, with the names of the columns trimmed."""
    cells = pd.read_csv(
        BytesIO(text),
        dtype="str",
        index_col=False,
        usecols=lambda _: True,  # said explicitly, so that a line with too many fields is no error
        encoding_errors="replace",
    )
    cells.columns = cells.columns.str.strip()
    return cells.loc[:, ~cells.columns.duplicated()]


def to_numbers(cells: pd.Series) -> pd.Series:
    """Return strings as floats; what is no number, or beyond `LARGEST`, becomes NaN."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    return numbers.where(numbers.abs() < LARGEST)


def to_times(cells: pd.Series) -> pd.Series:
    """Return strings as datetime64[ms, UTC]; what is not a time becomes NaT."""
    numbers = to_numbers(cells)
    seconds = numbers.where(numbers.abs() < MOST_SECONDS, numbers / 1000)
    from_numbers = pd.to_datetime((seconds * 1000).round(), unit="ms", utc=True, errors="coerce")

    # pandas takes the words "now" and "today" for times too: a date begins with a digit.
    texts = cells.str.strip().where(numbers.isna() & cells.str.match(r"\s*\d"))
    from_texts = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")

    times = from_texts.dt.as_unit("ms").fillna(from_numbers.dt.as_unit("ms"))
    return times.where(times.between(EARLIEST, LATEST))
