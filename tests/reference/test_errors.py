"""What becomes of an event, a connection or a request that fails."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from socketio import packet

from kit.checking import Failure, Server
from kit.checking.connection import Connection
from kit.checking.server import VISITOR
from kit.checking.transport import Handshake
from tests.reference.conftest import Open
from tests.reference.lines import line_with, lines

SECRET = "the disk of inner-store-7 is gone"
PROBE = f"""
    import os
    from flask import request
    from dashboard import events, feed, sessions
    from dashboard.extensions import socketio
    from dashboard.sources.replay import Replay

    class Failing(Replay):
        def read(self):
            raise OSError({SECRET!r}, "/inner/path")

    class End(BaseException):
        pass

    class Confused(Exception):
        def __str__(self):
            raise RuntimeError({SECRET!r})

    WAYS = {{
        "KeyError": KeyError({SECRET!r}),
        "TypeError": TypeError("connect() takes 0 positional arguments but 1 was given"),
        "RuntimeError": RuntimeError({SECRET!r}),
        "OSError": OSError(2, {SECRET!r}, "/inner/path"),
        "RecursionError": RecursionError(),
        "MemoryError": MemoryError(),
        "UnicodeError": UnicodeDecodeError("utf-8", b"x", 0, 1, {SECRET!r}),
        "AssertionError": AssertionError(),
        "StopIteration": StopIteration(),
        "GeneratorExit": GeneratorExit(),
        "SystemExit": SystemExit(1),
        "KeyboardInterrupt": KeyboardInterrupt(),
        "End": End({SECRET!r}),
        "Confused": Confused(),
        "ConnectionError": ConnectionResetError({SECRET!r}),
        "BrokenPipe": BrokenPipeError({SECRET!r}),
    }}
    begin = events.begin_session

    def failing():
        # The way is in the name that the visitor has given.
        from flask import session
        way = session.get("user")
        if way in WAYS:
            raise WAYS[way]
        return begin()

    events.begin_session = failing

    @socketio.on("raise")
    def raise_it(payload=None):
        raise WAYS[payload]
"""
WAYS = re.findall(r'^        "(\w+)": ', PROBE, re.MULTILINE)
ENVELOPE = {"code", "message", "reference"}


@pytest.fixture
def failing(server: Open, beside: Callable[[str], Path]) -> Server:
    """A server whose source fails; its `connect` fails for visitors who are named after a way."""
    return server("Production", folder=beside(PROBE), SOURCES=[{"call": "probe.Failing"}],
                  SESSION_COOKIE_SECURE=False, EVENTS_RATE="10000/second")  # fmt: skip


def fails(answer: Any, code: str) -> dict[str, str]:
    """Return the error of an answer that has failed with this code, in the one form."""
    assert isinstance(answer, dict)
    assert set(answer) == {"ok", "error"}
    assert answer["ok"] is False
    error: dict[str, str] = answer["error"]
    assert set(error) == ENVELOPE
    assert all(isinstance(value, str) and value for value in error.values())
    assert error["code"] == code
    return error


def assert_tells_nothing(text: str) -> None:
    for inner in (SECRET, "Traceback", "/inner/path", ".py", "Error", "dashboard/", "pydantic"):
        assert inner not in text


# Events.


@pytest.mark.parametrize(
    "event", ["refresh_data", "update_chart", "join_dashboard", "process_data"]
)
def test_a_handler_that_fails_is_answered_and_the_reference_finds_its_line(
    failing: Server, event: str
) -> None:
    payload = {"dashboard": "stocks"}
    if event == "process_data":
        payload |= {"action": "filter", "column": "GOOG"}
    answer = failing.join("Ana").call(event, payload)

    error = fails(answer, "internal_error")

    assert_tells_nothing(str(answer))
    line = line_with(failing.app, lambda line: line.get("error.id") == error["reference"])
    assert line["error.code"] == "internal_error"
    assert line["error.type"] == "OSError"
    assert SECRET in line["error.stack_trace"]
    assert line["log.level"] == "error"
    assert line["event.action"] == event


def test_whatever_is_raised_is_answered(failing: Server) -> None:
    ana = failing.join("Ana")
    for way in WAYS:
        if way not in {"GeneratorExit", "SystemExit", "KeyboardInterrupt", "End"}:
            answer = ana.call("raise", way)
            fails(answer, "internal_error")
            assert_tells_nothing(str(answer))


def test_a_refusal_has_a_reference_too(failing: Server) -> None:
    error = fails(failing.join("Ana").call("join_dashboard", {"dashboard": "no"}),
                  "unknown_dashboard")  # fmt: skip
    line = line_with(failing.app, lambda line: line.get("error.id") == error["reference"])
    assert line["log.level"] == "warning"
    assert "error.stack_trace" not in line


def test_references_are_unlike_each_other(server: Open) -> None:
    ana = server().join("Ana")
    found = {ana.call("nothing")["error"]["reference"] for _ in range(50)}
    assert len(found) == 50


EVENTS = ["refresh_data", "update_chart", "join_dashboard", "leave_dashboard", "resume_session",
          "process_data"]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
def test_a_payload_of_the_wrong_kind_is_answered(server: Open, event: str) -> None:
    ana = server().join("Ana")
    for payload in (0, 1.5, True, "", "x", [], ["machine"], {}, {"dashboard": None}, b"\x00\xff",
                    {"dashboard": b"machine"}, {"dashboard": "machine", "more": 1}, [[[[[]]]]],
                    {"dashboard": {"dashboard": "machine"}}, "\ud800"):  # fmt: skip
        answer = ana.call(event, payload)
        code = "unknown_dashboard" if event.endswith("_dashboard") else "invalid_payload"
        fails(answer, code)
        assert_tells_nothing(str(answer))
    fails(ana.call(event, {"dashboard": "machine"}, {"dashboard": "machine"}), "invalid_payload")
    fails(ana.call(event, *[None] * 20), "invalid_payload")
    fails(ana.call(event, b"1", b"2"), "invalid_payload")


def test_unknown_events_are_answered(server: Open) -> None:
    ana = server().join("Ana")
    for name in ("nothing", "", "*", "__proto__", "message", "x" * 1000, "\n", "disconnecting",
                 "update_data", "welcome", "goodbye"):  # fmt: skip
        fails(ana.call(name), "unknown_event")
        fails(ana.call(name, {"a": 1}, b"two", None), "unknown_event")


@pytest.mark.parametrize("event", ["connect", "disconnect"])
def test_what_the_library_calls_itself_no_client_can_call(server: Open, event: str) -> None:
    started = server()
    ana = started.join("Ana")
    for payload in ((), ({},), ({}, {"token": "x"}), ("client disconnect",)):
        fails(ana.call(event, *payload), "unknown_event")
    assert len(ana.heard("welcome")) == 1
    assert ana.call("join_dashboard", {"dashboard": "stocks"})["ok"]
    ana.call("refresh_data")
    assert ana.heard("data_updated")[0]["clients"] == 1


NO_PACKETS = [
    "42[]", "42", "42{}", "42[1]", "42[null]", '42[{"a":1}]', "42[[]]", "42not json",
    "42" + "[" * 5000, "4", "49", "4x", "", "7", '451-["x",{"_placeholder":true}]x', "450[]",
    "45999999999-[\"x\"]", '45-1["x"]', "43[]", "431[1]", '44{"message":"x"}', '42/other,["x"]',
    '42/admin,["x"]', '42["x",' + "9" * 5000 + "]", "41/nothing", '40/admin,{"token":1}',
]  # fmt: skip


def test_what_is_no_packet_harms_nobody(server: Open) -> None:
    started = server()
    honest = started.join("Ana")
    for frame in NO_PACKETS:
        strange = started.join("a stranger")
        strange._connection._transport._socket.send(frame)
        assert honest.call("join_dashboard", {"dashboard": "stocks"})["ok"], frame
        assert_tells_nothing(str(strange._connection.heard))
        strange.drop()
    assert not [line for line in lines(started.app) if line["log.level"] == "critical"]


def test_nobody_can_speak_for_another_connection(server: Open) -> None:
    started = server(EVENTS_RATE="5/minute")
    ana, mallory = started.join("Ana"), started.join("Mallory")
    for payload in ((), (ana.sid,), (ana.sid, {"dashboard": "stocks"}), ({"a": 1},), (None,)):
        fails(mallory.call("*", *payload), "unknown_event")
    fails(mallory.call("*", ana.sid), "rate_limited")
    fails(ana.call("nothing"), "unknown_event")
    line_with(started.app, lambda line: line.get("socketio.sid") == ana.sid
              and line.get("event.action") == "*")  # fmt: skip
    told = [one for one in lines(started.app) if one.get("event.action") == "*"]
    assert sum(one["socketio.sid"] == ana.sid for one in told if "event.outcome" in one) <= 1


def test_a_client_that_promises_attachments_is_not_waited_for(server: Open) -> None:
    started = server()
    ana = started.join("Ana")
    ana._connection._transport._socket.send('45999999999-["x",{"_placeholder":true,"num":0}]')
    # The next packet is taken for what it is, not for the first of so many attachments.
    fails(ana.call("nothing"), "unknown_event")


# Connections.


def refusal(server: Server, **options: Any) -> Any:
    """Return what a client is told that is not let in; nobody hears of it, and nothing comes."""
    cookies = server._visitors[0, VISITOR].cookies if server._visitors else ""
    connection = Connection("a stranger", server.url(), server.patience(), Handshake(cookies))
    assert not connection.connect(server.patience(), options.get("auth"))
    connection.emit("join_dashboard", {"dashboard": "stocks"})
    assert connection.settle(server.patience())
    assert not connection.heard
    connection.drop()
    return connection.refusal


def test_a_connect_that_fails_lets_nobody_in(failing: Server) -> None:
    for way in WAYS:
        failing.expect("POST", "/auth/login", status=303, data={"name": way})

        said = refusal(failing)

        assert said["message"] == "internal_error", way
        assert said["data"]["reference"]
        assert_tells_nothing(str(said))
        reference = said["data"]["reference"]
        line = line_with(failing.app, lambda line, r=reference: line.get("error.id") == r)
        assert line["event.action"] == "connect"
    failing.expect("POST", "/auth/logout", status=303)
    ana = failing.join("Ana", as_visitor=True)  # others are let in as before
    ana.expect("welcome")
    assert not failing.app.rooms()


def test_who_was_refused_leaves_nothing_behind(server: Open) -> None:
    started = server()
    with started.sending_fails():
        assert refusal(started)["message"] == "internal_error"
    ana = started.join("Ana")
    ana.call("refresh_data")
    assert ana.heard("data_updated")[0]["clients"] == 1


def test_a_connect_that_fails_runs_once(failing: Server) -> None:
    failing.expect("POST", "/auth/login", status=303, data={"name": "TypeError"})
    refusal(failing)
    failing.get("/healthz")
    line_with(failing.app, lambda line: line.get("url.path") == "/healthz")
    assert sum(line["message"] == "handled connect" for line in lines(failing.app)) == 1


def test_a_connect_that_shows_nothing_is_a_guest(server: Open) -> None:
    started = server()
    for auth in (None, 0, 1, "", "x", [], {}, {"token": None}, {"other": 1}):
        assert started.join("Ana", auth=auth).expect("welcome")["user"] is None


def test_a_namespace_that_there_is_not_is_refused(server: Open) -> None:
    started = server()
    for namespace in ("/nothing", "/admin/", "/ADMIN", "/*", "/\n", "/__proto__"):
        connection = Connection("Ana", started.url(), started.patience())
        connection._transport.send(packet.Packet(packet.CONNECT, namespace=namespace))
        connection._wait(started.patience(), lambda c=connection: c.refusal is not None)
        assert connection.refusal is not None
        assert not connection.is_connected
        connection.drop()


# Requests.


API_ERRORS = [
    ("GET", "/api/nothing", 404, "not_found"),
    ("GET", "/api/", 404, "not_found"),
    ("GET", "/api/dashboards/nothing", 404, "not_found"),
    ("GET", "/api/dashboards/%00%0a%ff", 404, "not_found"),
    ("POST", "/api/dashboards", 405, "method_not_allowed"),
    ("DELETE", "/api/dashboards/stocks", 405, "method_not_allowed"),
    ("BREW", "/api/dashboards", 405, "method_not_allowed"),
]


def test_an_error_under_api_is_json(server: Open) -> None:
    started = server("Production")
    for method, path, status, code in API_ERRORS:
        answer = requests.request(method, started.app.url + path, timeout=20)
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()["error"]["code"] == code
        assert answer.json()["error"]["message"]
        assert status != 405 or "GET" in answer.headers["Allow"]


def test_a_bug_under_api_is_json_that_tells_nothing(
    server: Open, beside: Callable[[str], Path]
) -> None:
    folder = beside(f"""
        from dashboard.dashboards import Dashboard
        from dashboard.sources.replay import Replay

        class Source(Replay):
            pass

        def describe(self):
            raise OSError({SECRET!r}, "/inner/path")

        Dashboard.describe = describe
    """)
    started = server("Production", folder=folder, SOURCES=[{"call": "probe.Source"}])
    answer = started.request("GET", "/api/dashboards", may_raise=True)
    assert answer.status == 500
    assert answer.json()["error"]["code"] == "internal_server_error"
    assert_tells_nothing(answer.text.replace("internal_server_error", "").replace(
        "Internal Server Error", ""))  # fmt: skip
    line = line_with(started.app, lambda line: line.get("error.type") == "OSError")
    assert SECRET in line["error.stack_trace"]
    assert line["url.path"] == "/api/dashboards"


def test_an_error_elsewhere_is_a_page(server: Open) -> None:
    answer = server("Production").get("/nothing")
    assert (answer.status, answer.kind) == (404, "text/html")


def test_refused_is_said_in_words(server: Open) -> None:
    with pytest.raises(Failure, match="token_invalid"):
        server().join("Ana", auth={"token": "x"})


# The feed.


def test_the_feed_goes_on_whatever_a_round_meets(
    server: Open, beside: Callable[[str], Path]
) -> None:
    probe = """
        from dashboard.engine import slow
        from dashboard.audiences import Audiences
        from dashboard.sources.replay import Replay as Source

        def fail(*_):
            raise RuntimeError("not in this round")

        Audiences.tell = slow.disconnect = fail
    """
    sources = [{"call": "probe.Source"}]
    started = server("Production", folder=beside(probe), SOURCES=sources, FEED_SECONDS=0.02)
    ana = started.join("Ana")
    assert ana.call("join_dashboard", {"dashboard": "stocks"})["ok"]
    for _ in range(3):
        ana.expect("update_data")
    for what in ("cannot tell the rooms who is there", "cannot let go of who is behind"):
        found = line_with(started.app, lambda line, what=what: line["message"] == what)
        assert found["log.level"] == "error"
