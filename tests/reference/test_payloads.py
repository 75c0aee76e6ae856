"""What clients may send, and what their questions about the rows are answered with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.payloads import PAYLOADS, check
from dashboard.refusal import Refused
from kit.checking import Server
from kit.checking.participant import Participant
from tests.reference.conftest import Open

NAN, INFINITY = float("nan"), float("inf")
LONG = "x" * 201


def deep(levels: int) -> object:
    value: object = "machine"
    for _ in range(levels):
        value = [value]
    return value


GOOD = [
    ("refresh_data", None),
    ("refresh_data", {"dashboard": "machine"}),
    ("refresh_data", {"dashboard": "machine", "last": 10, "columns": ["cpu"], "every": "10s"}),
    ("refresh_data", {"dashboard": "machine", "last": None, "columns": None, "every": None}),
    ("update_chart", {"dashboard": "machine", "after": 41}),
    ("update_chart", {"dashboard": "machine", "after": -(10**40)}),
    ("join_dashboard", {"dashboard": "machine"}),
    ("resume_session", {"session": "x"}),
    ("resume_session", {"session": "x", "number": 10**40}),
    ("process_data", {"dashboard": "m", "action": "filter", "column": "cpu", "at_least": 1.5}),
    ("process_data", {"dashboard": "m", "action": "aggregate", "every": "1h", "last": 1000}),
]
FILTER = {"dashboard": "m", "action": "filter", "column": "cpu"}
AGGREGATE = {"dashboard": "m", "action": "aggregate"}
REFRESH = {"dashboard": "m"}
BAD = [
    ("refresh_data", REFRESH | {"last": True}),
    ("refresh_data", REFRESH | {"last": "10"}),
    ("refresh_data", REFRESH | {"last": 10.0}),
    ("refresh_data", REFRESH | {"last": 0}),
    ("refresh_data", REFRESH | {"last": -1}),
    ("refresh_data", REFRESH | {"last": 1001}),
    ("refresh_data", REFRESH | {"last": NAN}),
    ("refresh_data", REFRESH | {"last": 10**400}),
    ("refresh_data", REFRESH | {"columns": "cpu"}),
    ("refresh_data", REFRESH | {"columns": {"cpu": 1}}),
    ("refresh_data", REFRESH | {"columns": [1]}),
    ("refresh_data", REFRESH | {"columns": ["cpu"] * 101}),
    ("refresh_data", REFRESH | {"columns": [deep(500)]}),
    ("refresh_data", REFRESH | {"every": 10}),
    ("refresh_data", REFRESH | {"every": "0s"}),
    ("refresh_data", REFRESH | {"every": "-1s"}),
    ("refresh_data", REFRESH | {"every": "10000s"}),
    ("refresh_data", REFRESH | {"every": "1s\n"}),
    ("refresh_data", REFRESH | {"every": "1ns"}),
    ("refresh_data", REFRESH | {"every": "٣s"}),
    ("refresh_data", REFRESH | {"every": "1٣s"}),
    ("refresh_data", {"dashboard": "m", "more": 1}),
    ("refresh_data", {"dashboard": LONG}),
    ("refresh_data", {"dashboard": "\ud800"}),
    ("refresh_data", {"last": 1}),
    ("refresh_data", []),
    ("refresh_data", deep(900)),
    ("refresh_data", b"m"),
    ("update_chart", {"dashboard": "m", "after": True}),
    ("update_chart", {"dashboard": "m", "after": 1.0}),
    ("update_chart", {"dashboard": "m", "after": "1"}),
    ("resume_session", None),
    ("resume_session", {"session": 1}),
    ("resume_session", {"session": LONG}),
    ("resume_session", {"session": "x", "number": -1}),
    ("resume_session", {"session": "x", "number": True}),
    ("resume_session", {"session": "x", "number": None}),
    ("resume_session", {"session": "x", "user": "Ana"}),
    ("process_data", None),
    ("process_data", {"dashboard": "m"}),
    ("process_data", {"dashboard": "m", "action": "drop"}),
    ("process_data", {"dashboard": "m", "action": ["filter"]}),
    ("process_data", {"dashboard": "m", "action": {}}),
    ("process_data", {"dashboard": "m", "action": "filter"}),
    ("process_data", FILTER | {"at_least": True}),
    ("process_data", FILTER | {"at_least": NAN}),
    ("process_data", FILTER | {"at_most": INFINITY}),
    ("process_data", FILTER | {"at_most": -INFINITY}),
    ("process_data", FILTER | {"at_most": "1"}),
    ("process_data", FILTER | {"at_most": 10**400}),
    ("process_data", FILTER | {"every": "1s"}),
    ("process_data", AGGREGATE),
    ("process_data", AGGREGATE | {"every": None}),
    ("process_data", AGGREGATE | {"every": "1s", "column": "cpu"}),
]


@pytest.mark.parametrize(("event", "payload"), GOOD)
def test_what_is_asked_for_rightly_is_taken(event: str, payload: Any) -> None:
    check(event, (payload,))


@pytest.mark.parametrize(("event", "payload"), BAD, ids=range(len(BAD)))
def test_what_is_not_right_is_refused_in_few_words(event: str, payload: Any) -> None:
    with pytest.raises(Refused) as refused:
        check(event, (payload,))
    assert refused.value.code == "invalid_payload"
    message = refused.value.message
    assert len(message) < 200
    for inner in (
        LONG,
        "Refresh",
        "Resume",
        "Filter(",
        "pattern",
        "discriminator",
        "https",
        "[1-9]",
    ):
        assert inner not in message


def test_what_a_client_says_is_not_said_back() -> None:
    said = "<img src=x onerror=alert(1)>"
    for event in PAYLOADS:
        for payload in (said, {said: 1}, {"dashboard": "m", said: said}, [said],
                        {"dashboard": "m", "action": said}, {"session": "x", "number": said},
                        {"dashboard": "m", "every": said, "last": said}):  # fmt: skip
            with pytest.raises(Refused) as refused:
                check(event, (payload,))
            assert said not in refused.value.message


@pytest.mark.parametrize("event", ["join_dashboard", "leave_dashboard"])
@pytest.mark.parametrize("payload", [None, 1, "m", [], {}, {"dashboard": 1}, {"dashboard": LONG},
                                     {"dashboard": "m", "more": 1}])  # fmt: skip
def test_a_payload_that_names_no_dashboard_is_an_unknown_one(event: str, payload: Any) -> None:
    with pytest.raises(Refused) as refused:
        check(event, (payload,))
    assert refused.value.code == "unknown_dashboard"


# Questions about rows.

PROBE = """
    import pandas as pd
    from dashboard.sources import Column

    class Known:
        id, title = "known", "Known rows"
        columns = (Column("a", "%"), Column("b", "kB"))
        read_once = False

        def __init__(self, days=0, empty=False):
            self.days, self.empty = days, empty

        def read(self):
            step = pd.Timedelta(days=self.days) or pd.Timedelta(seconds=5)
            times = pd.date_range("2026-01-01", periods=6, freq=step, tz="UTC")
            frame = pd.DataFrame({
                "time": times.as_unit("ms"),
                "a": [1.0, 2.0, None, 4.0, 5.0, None],
                "b": [10.0, None, 30.0, 40.0, None, None],
            })
            new = frame.iloc[:0] if self.empty or self.read_once else frame
            self.read_once = True
            return new

    class Slow(Known):
        def __init__(self):
            super().__init__(days=300)

    class Empty(Known):
        def __init__(self):
            super().__init__(empty=True)
"""


@pytest.fixture
def known(server: Open, beside: Callable[[str], Path]) -> Callable[[str], Participant]:
    """Return a client of a server with the rows of one of these sources."""

    def start(source: str = "Known") -> Participant:
        started: Server = server(folder=beside(PROBE), SOURCES=[{"call": f"probe.{source}"}])
        return started.join("Ana")

    return start


def asked(ana: Participant, **question: Any) -> list[dict[str, Any]]:
    """Return the rows that answer a question, without their times."""
    answer = ana.call("process_data", {"dashboard": "known", **question})
    result = ana.expect("process_result")
    assert answer == {"ok": True, "rows": len(result["rows"])}
    assert (result["dashboard"], result["action"]) == ("known", question["action"])
    rows: list[dict[str, Any]] = result["rows"]
    return rows


def values(rows: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    return [(row["a"], row["b"]) for row in rows]


def test_rows_within_bounds(known: Callable[..., Participant]) -> None:
    ana = known()

    def found(**bounds: Any) -> list[tuple[Any, Any]]:
        return values(asked(ana, action="filter", column="a", **bounds))

    assert found(at_least=2, at_most=4) == [(2.0, None), (4.0, 40.0)]
    assert found(at_least=4.5) == [(5.0, None)]
    assert found(at_most=1) == [(1.0, 10.0)]
    assert found() == [(1.0, 10.0), (2.0, None), (4.0, 40.0), (5.0, None)]
    assert found(last=1) == [(5.0, None)]
    assert found(at_least=4, at_most=2) == []
    assert found(at_least=-(2**53), at_most=1e308) == found()


def test_means_of_stretches(known: Callable[..., Participant]) -> None:
    rows = asked(known(), action="aggregate", every="10s")
    assert values(rows) == [(1.5, 10.0), (4.0, 35.0), (5.0, None)]
    assert [row["time"][:19] for row in rows] == [
        "2026-01-01T00:00:00", "2026-01-01T00:00:10", "2026-01-01T00:00:20"
    ]  # fmt: skip


def test_the_last_stretches(known: Callable[..., Participant]) -> None:
    ana = known()
    assert values(asked(ana, action="aggregate", every="10 s", last=1)) == [(5.0, None)]
    assert values(asked(ana, action="aggregate", every="1min")) == [(3.0, 80 / 3)]
    assert len(asked(ana, action="aggregate", every="9999W")) == 1


def test_no_rows_are_no_rows(known: Callable[..., Participant]) -> None:
    ana = known("Empty")
    assert asked(ana, action="filter", column="a", at_least=1) == []
    assert asked(ana, action="aggregate", every="1s") == []
    for more in ({"last": 5}, {"last": 5, "columns": ["a"]}, {"last": 5, "every": "1s"}):
        ana.call("refresh_data", {"dashboard": "known"} | more)
        assert ana.expect("data_updated")["rows"] == []
    refused(ana, "process_data", {"action": "filter", "column": "c"})


def refused(ana: Participant, event: str, question: dict[str, Any]) -> None:
    answer = ana.call(event, {"dashboard": "known"} | question)
    assert answer["error"]["code"] == "invalid_payload"


def test_columns_that_there_are_not(known: Callable[..., Participant]) -> None:
    ana = known()
    for column in ("c", "time", "", "A", "__class__"):
        refused(ana, "process_data", {"action": "filter", "column": column})
    refused(ana, "refresh_data", {"last": 1, "columns": ["a", "c"]})


def test_nothing_given_is_nothing_asked(known: Callable[..., Participant]) -> None:
    ana = known()
    ana.call("refresh_data", {"dashboard": "known", "last": None, "columns": None, "every": None})
    assert "rows" not in ana.expect("data_updated")
    ana.call("refresh_data", {"dashboard": "known", "last": 2, "columns": None, "every": None})
    assert values(ana.expect("data_updated")["rows"]) == [(5.0, None), (None, None)]


def test_columns_that_are_named_twice_come_once(known: Callable[..., Participant]) -> None:
    ana = known()
    question = {"dashboard": "known", "last": 1, "columns": ["b", "a", "b", "time"] * 10}
    ana.call("refresh_data", question)
    (row,) = ana.expect("data_updated")["rows"]
    assert list(row) == ["time", "b", "a"]


def test_stretches_that_would_fill_the_memory(known: Callable[..., Participant]) -> None:
    ana = known("Slow")  # four years between the first row and the last
    for every in ("1ms", "1s", "9s", "1min"):
        refused(ana, "process_data", {"action": "aggregate", "every": every})
        refused(ana, "refresh_data", {"last": 1, "every": every})
    assert asked(ana, action="aggregate", every="1h", last=1000)
