"""Whatever the pieces in which the bytes of a CSV file arrive, its rows are the same."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.logfile import BEGAN, HEADER, Log


def read_in_pieces(path: Path, pieces: list[bytes]) -> tuple[pd.DataFrame, int]:
    """Return all the rows, ordered by time, and how many were skipped."""
    log = Log(path).write(HEADER)
    source = log.follow()
    reads = [source.read()]
    for piece in pieces:
        log.append(piece)
        reads.append(source.read())
    rows = pd.concat(reads).sort_values("time", kind="stable", ignore_index=True)
    return rows, source.skipped


def cut(data: st.DataObject, content: bytes) -> list[bytes]:
    places = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=12)))
    return [
        content[start:end] for start, end in zip([0, *places], [*places, len(content)], strict=True)
    ]


@settings(deadline=None)  # a busy machine is no failure
@given(
    data=st.data(),
    content=st.lists(
        st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", " ", "1", "2,", ',"', '"\n', "é", "x"])
    ).map(lambda parts: "".join(parts).encode()),
)
def test_any_bytes_in_pieces_give_what_they_give_at_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    rows, skipped = read_in_pieces(path, [content])
    rows_in_pieces, skipped_in_pieces = read_in_pieces(path, cut(data, content))
    pd.testing.assert_frame_equal(rows_in_pieces, rows)
    assert skipped_in_pieces == skipped


@settings(deadline=None)  # a busy machine is no failure
@given(
    data=st.data(),
    records=st.lists(
        st.tuples(
            st.integers(BEGAN, BEGAN + 10**8),
            st.floats(-1e299, 1e299),
            st.text('a,"\n\r é', max_size=8),
        ),
        max_size=12,
        unique_by=lambda record: record[0],  # rows that come again, or late, are another test's
    ).map(sorted),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_NONNUMERIC, csv.QUOTE_ALL]),
)
def test_written_rows_in_pieces_are_the_rows_that_come(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    records: list[tuple[int, float, str]],
    line_end: str,
    quoting: int,
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end, quoting=quoting).writerows(records)
    path = tmp_path_factory.getbasetemp() / "written.csv"
    rows, skipped = read_in_pieces(path, cut(data, text.getvalue().encode()))
    assert rows["a"].tolist() == [value for _, value, _ in records]
    assert (rows["time"] - pd.Timestamp(0, tz="UTC")).dt.total_seconds().tolist() == [
        second for second, _, _ in records
    ]
    assert skipped == 0
