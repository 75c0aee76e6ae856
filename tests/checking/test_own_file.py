"""A learner's file is compared with what a server says of it, however it is written."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.own_file import PLACE, OwnFile, names_a_zone, says_time

NOON = datetime(2026, 3, 14, 11, 5, tzinfo=UTC)  # 12:05 in Berlin


def own(folder: Path, content: bytes) -> OwnFile:
    path = folder / PLACE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return OwnFile(folder)


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-14 12:05,1",
        "14.03.2026 12:05;1,5",
        "3/14/26 12:05 PM,1",
        "14 Mar 2026 12:05:00,1",
        "2026-03-14T11:05:00Z,1",
        "2026-03-14T20:05:00+09:00,1",
        "20260314 1205,1",
        f"{NOON.timestamp():.0f},1",
        f"{NOON.timestamp() * 1000:.0f},1",
    ],
)
def test_a_row_says_its_time_in_many_ways(line: str) -> None:
    assert says_time(line, NOON, "Europe/Berlin")


@pytest.mark.parametrize(
    "line", ["2026-03-14 18:05,1", "2026-03-14 12:55,1", "2026-03-15 12:05,1", "2025-03-14 12:05,1"]
)
def test_another_time_is_not_the_same(line: str) -> None:
    assert not says_time(line, NOON, "Europe/Berlin")


@pytest.mark.parametrize(
    ("line", "has_one"),
    [
        ("2026-03-14 12:05,1", False),
        ("2026-03-14T11:05:00Z,1", True),
        ("2026-03-14 12:05+01:00,1", True),
        ("1773486300,1", True),
    ],
)
def test_whether_times_name_their_zone(line: str, has_one: bool) -> None:
    assert names_a_zone(line) == has_one


@pytest.mark.parametrize(
    "content",
    [
        b"time,a,b\n2026-01-01,1,2\n2026-01-02,1234.5,-2\n",
        "\ufefftime;a;b\r\n01.01.2026;1;2\r\n02.01.2026;1.234,5;-2\r\n".encode(),
        "time\ta\tb\n2026-01-02\t1,234.5\t-2.0\n2026-01-01\t1\t2\n".encode("utf-16"),
    ],
)
def test_values_are_found_in_the_first_or_the_last_row(tmp_path: Path, content: bytes) -> None:
    file = own(tmp_path, content)
    assert "02" in file.line_of([1234.5, -2.0])
    assert file.line_of([1234.5, 3.0]) == ""


@pytest.mark.parametrize("content", [b"", b"time,a,b\n", b"\x89PNG\r\n\x1a\n\0\0\0"])
def test_what_holds_no_row_is_as_if_it_were_not_there(tmp_path: Path, content: bytes) -> None:
    assert not own(tmp_path, content).is_there
    assert not OwnFile(tmp_path / "nowhere").is_there
