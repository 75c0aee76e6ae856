"""How often a client may ask, and that counting it costs no memory for ever."""

import pytest

from dashboard.rates import Rates
from kit.checking import Failure
from tests.reference.conftest import Open
from tests.reference.lines import line_with
from tests.waiting import until


def test_who_asks_too_often_is_told_and_may_ask_again_later(server: Open) -> None:
    ana = server(EVENTS_RATE="5/second").join("Ana")

    answers = [ana.call("join_dashboard", {"dashboard": "stocks"}) for _ in range(30)]

    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes[:5] == [None] * 5
    assert "rate_limited" in codes
    assert set(codes) <= {None, "rate_limited"}
    limited = next(answer for answer in answers if not answer["ok"])
    assert set(limited["error"]) == {"code", "message", "reference"}
    until(lambda: ana.call("join_dashboard", {"dashboard": "stocks"})["ok"])


def test_each_connection_and_each_event_counts_for_itself(server: Open) -> None:
    started = server(EVENTS_RATE="3/hour")
    ana, ben = started.join("Ana"), started.join("Ben")
    for _ in range(5):
        ana.call("join_dashboard", {"dashboard": "stocks"})
    choice = {"dashboard": "stocks"}
    assert ana.call("join_dashboard", choice)["error"]["code"] == "rate_limited"
    assert ana.call("leave_dashboard", choice)["ok"]
    assert ben.call("join_dashboard", choice)["ok"]


def test_events_that_there_are_not_count_together(server: Open) -> None:
    ana = server(EVENTS_RATE="3/hour").join("Ana")
    codes = [ana.call(f"event {number}")["error"]["code"] for number in range(6)]
    assert codes == ["unknown_event"] * 3 + ["rate_limited"] * 3


def test_what_does_not_fit_counts_or_is_cheap(server: Open) -> None:
    """A payload is checked before it counts: it must not let anybody ask for more."""
    ana = server(EVENTS_RATE="3/hour").join("Ana")
    for _ in range(5):
        ana.call("join_dashboard", {"dashboard": 1})
    answers = [ana.call("join_dashboard", {"dashboard": "stocks"})["ok"] for _ in range(5)]
    assert answers.count(True) <= 3


def test_an_event_that_is_refused_does_nothing(server: Open) -> None:
    ana = server(EVENTS_RATE="1/hour").join("Ana")
    ana.call("refresh_data")
    ana.call("refresh_data")
    ana.settle()
    assert len(ana.heard("data_updated")) == 1


def test_too_many_connections_from_one_address_are_refused(server: Open) -> None:
    started = server(CONNECTIONS_RATE="3/hour")
    for number in range(3):
        started.join(f"client {number}").leave()
    with pytest.raises(Failure, match="rate_limited"):
        started.join("one too many")
    line_with(started.app, lambda line: line.get("error.code") == "rate_limited")


def test_behind_a_proxy_each_client_has_its_own_address(server: Open) -> None:
    started = server(PROXIES=1, PASSWORDS_RATE="1/hour", USERS={"Ana": "x"})
    form = {"name": "Ana", "password": "wrong"}

    def status(address: str) -> int:
        return started.post("/auth/login", data=form, headers={"X-Forwarded-For": address}).status

    assert status("10.0.0.1") == 403
    assert status("10.0.0.1") == 429
    assert status("10.0.0.2") == 403
    assert status("10.0.0.9, 10.0.0.1") == 429  # what the client itself has said does not count


def test_clients_that_have_gone_are_forgotten() -> None:
    rates = Rates("5/second", "5/second", "5/second")
    storage = rates.limiter.storage
    for number in range(2000):
        assert rates.allow_event("refresh_data", f"sid {number}", "127.0.0.1")

    def held() -> int:
        rates.allow_event("refresh_data", "somebody", "127.0.0.1")  # it clears up when it counts
        return sum(len(getattr(storage, name)) for name in ("storage", "events", "locks"))

    until(lambda: held() < 50, what="the end of what was counted")
