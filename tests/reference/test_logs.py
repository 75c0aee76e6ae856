"""The log: its form, its fields, and what is never in it."""

import json
import socket
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from werkzeug.security import generate_password_hash

from dashboard.logs import FIELDS
from kit.checking import Failure, Server
from kit.checking.server import VISITOR
from tests.reference.conftest import Open, Serve
from tests.reference.lines import handled, line_with, lines
from tests.waiting import until

PASSWORD = "correct-horse-battery"
USERS = {"Ana": generate_password_hash(PASSWORD, "pbkdf2:sha256:1")}
QUERY = "a-query-that-is-nobodys-business"
PAYLOAD = "a-payload-that-is-nobodys-business"

PROBE = """
    import gc, logging, threading, warnings
    from dashboard.extensions import socketio
    from dashboard.sources.replay import Replay
    from dashboard.events import find

    class Source(Replay):
        pass

    @socketio.on("explode")
    def explode(payload=None):
        raise RuntimeError("two lines\\nof an error")

    @socketio.on("elsewhere")
    def elsewhere(payload=None):
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()

    class Unheard:
        def __del__(self):
            raise LookupError("nobody hears this")

    @socketio.on("unheard")
    def unheard(payload=None):
        Unheard()
        gc.collect()

    @socketio.on("libraries")
    def libraries(payload=None):
        for name in ("engineio.server", "socketio.server", "werkzeug"):
            logging.getLogger(name).warning("a word of %s", name)
        logging.getLogger("werkzeug").info("too much detail")
        warnings.warn("a warning", stacklevel=1)
        logging.getLogger("dashboard").info({"levelname": "forged", "message": "forged"})
"""


@pytest.fixture
def probed(server: Open, beside: Callable[[str], Path]) -> Server:
    """A server with handlers that a test of the log needs."""
    return server(folder=beside(PROBE), SOURCES=[{"call": "probe.Source"}], USERS=USERS)


def sign_in(server: Server, name: str = "Ana") -> str:
    """Sign the visitor in, and return a token."""
    server.expect("POST", "/auth/login", status=303, data={"name": name, "password": PASSWORD})
    token: str = server.get("/auth/token").json()["token"]
    return token


def test_every_field_is_documented_and_every_documented_field_appears(probed: Server) -> None:
    ana = probed.join("Ana", auth={"token": sign_in(probed)}, as_visitor=True)
    ana.call("join_dashboard", {"dashboard": "stocks"})
    ana.call("refresh_data", {"dashboard": "stocks"})
    ana.call("explode")
    handled(probed.app, "explode")

    found = {field for line in lines(probed.app) for field in line}

    assert found == set(FIELDS)


def test_a_line_says_when_in_utc_and_from_which_process(serve: Serve) -> None:
    before = datetime.now(UTC)
    app = serve()
    requests.get(f"{app.url}/healthz", timeout=20)
    line = line_with(app, lambda line: line.get("url.path") == "/healthz")
    assert line["@timestamp"].endswith("+00:00")
    when = datetime.fromisoformat(line["@timestamp"])
    assert before.replace(microsecond=0) <= when <= datetime.now(UTC)
    assert line["process.pid"] == app.pid


def test_a_request_has_a_line_with_its_status_and_duration(serve: Serve) -> None:
    app = serve()
    requests.get(f"{app.url}/nothing", timeout=20)
    line = line_with(app, lambda line: line.get("url.path") == "/nothing")
    assert line["http.request.method"] == "GET"
    assert line["http.response.status_code"] == 404
    assert line["client.address"] == "127.0.0.1"
    assert 0 < line["event.duration"] < 60e9


def test_an_event_has_a_line_that_says_who_where_and_how_long(server: Open) -> None:
    started = server()
    ana = started.join("Ana")
    ana.call("join_dashboard", {"dashboard": "stocks"})
    ana.call("leave_dashboard", {"dashboard": "stocks"})
    ana.call("nothing")

    began = handled(started.app, "connect")
    joined = handled(started.app, "join_dashboard")
    left = handled(started.app, "leave_dashboard")

    assert joined["socketio.sid"] == ana.sid
    assert joined["socketio.namespace"] == "/"
    assert joined["socketio.session"] == began["socketio.session"]
    assert joined["socketio.room"] == "dashboard_stocks"
    assert joined["event.action"] == "join_dashboard"
    assert joined["event.outcome"] == "success"
    assert 0 < joined["event.duration"] < 60e9
    assert "socketio.room" not in left
    unknown = line_with(
        started.app, lambda line: line.get("event.action") == "*" and "event.outcome" in line
    )
    assert unknown["event.outcome"] == "failure"


def test_a_session_has_one_name_across_connections(server: Open) -> None:
    started = server()
    first = started.join("Ana")
    session = first.expect("welcome")["session"]
    first.drop()
    second = started.join("Ana again")
    second.call("resume_session", {"session": session})
    second.call("refresh_data")
    assert (
        handled(started.app, "refresh_data")["socketio.session"]
        == handled(started.app, "connect")["socketio.session"]
    )
    assert session not in "\n".join(line.text for line in started.app.log)


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        ("explode", "RuntimeError", "two lines\nof an error"),
        ("elsewhere", "ZeroDivisionError", "division by zero"),
        ("unheard", "LookupError", "nobody hears this"),
    ],
)
def test_a_traceback_is_inside_the_object(probed: Server, event: str, kind: str, text: str) -> None:
    probed.join("Ana").call(event)
    line = line_with(probed.app, lambda line: line.get("error.type") == kind)
    assert line["error.message"] == text
    trace = line["error.stack_trace"]
    assert trace.startswith("Traceback")
    assert "probe.py" in trace
    handled(probed.app, event)


def test_libraries_log_in_the_same_form_and_once(probed: Server) -> None:
    probed.join("Ana").call("libraries")
    handled(probed.app, "libraries")
    said = Counter((line["log.logger"], line["message"]) for line in lines(probed.app))
    for name in ("engineio.server", "socketio.server", "werkzeug"):
        assert said[name, f"a word of {name}"] == 1
    assert said["werkzeug", "too much detail"] == 0
    assert any(logger == "py.warnings" and "a warning" in text for logger, text in said)


def test_no_event_and_no_request_is_logged_twice(server: Open) -> None:
    started = server("Development")
    ana = started.join("Ana")
    for number in range(10):
        ana.call("refresh_data")
        started.get(f"/nothing/{number}")
    until(lambda: "/nothing/9" in started.log())
    told = lines(started.app)
    assert sum(line["message"] == "handled refresh_data" for line in told) == 10
    paths = Counter(line["url.path"] for line in told if "http.response.status_code" in line)
    assert set(paths.values()) == {1}


def test_a_dict_that_is_logged_forges_no_field(probed: Server) -> None:
    probed.join("Ana").call("libraries")
    line = line_with(probed.app, lambda line: "levelname" in line["message"])
    assert line["log.level"] == "info"
    assert set(line) <= set(FIELDS)


def test_nothing_secret_is_logged(probed: Server) -> None:
    wrong = "a-password-that-is-wrong"
    probed.post("/auth/login", data={"name": "Ana", "password": wrong})
    token = sign_in(probed)
    cookie = probed._visitors[0, VISITOR].cookies
    ana = probed.join("Ana", auth={"token": token}, as_visitor=True)
    session = ana.expect("welcome")["session"]
    for payload in (
        {"dashboard": PAYLOAD},
        {"dashboard": "stocks", "action": PAYLOAD},
        {PAYLOAD: 1},
        [PAYLOAD],
        PAYLOAD,
        {"session": PAYLOAD},
        {"session": session, "number": PAYLOAD},
        {"dashboard": "stocks", "every": PAYLOAD, "last": 1},
        {"dashboard": "stocks", "columns": [PAYLOAD], "last": 1},
        {"dashboard": "stocks", "action": "filter", "column": PAYLOAD},
    ):
        for event in ("refresh_data", "update_chart", "join_dashboard", "leave_dashboard",
                      "resume_session", "process_data", "explode", PAYLOAD):  # fmt: skip
            ana.call(event, payload)
    ana.call("refresh_data", PAYLOAD, PAYLOAD)
    for path in ("/", "/nothing", "/api/dashboards", "/auth/login", "/auth/token"):
        probed.get(f"{path}?token={QUERY}")
    for auth in ({"token": QUERY}, {"token": token[:-1] + "!"}, {"token": [QUERY]}):
        with pytest.raises(Failure):
            probed.join("a stranger", auth=auth)
    ana.leave()
    handled(probed.app, "disconnect")

    log = probed.log()
    for secret in (PASSWORD, wrong, token, session, cookie, cookie.split("=", 1)[1], QUERY,
                   PAYLOAD, "for a test"):  # fmt: skip
        assert secret not in log


@pytest.mark.parametrize(
    "request_line",
    [
        f"GET /?{QUERY} and more words HTTP/1.1",
        f"GET /?{QUERY} HTTP/9.9",
        f"NONSENSE /?{QUERY} HTTP/1.1",
        f"{QUERY}",
        f"GET /%s%d%n?{QUERY} FTP/1",
        f'GET /\x1b[31m\x00{{"log.level"?{QUERY} HTTP/x',
    ],
)
def test_a_request_that_cannot_be_read_is_not_quoted(serve: Serve, request_line: str) -> None:
    app = serve()
    with socket.create_connection((app.host, app.ports[0]), timeout=20) as raw:
        raw.sendall(request_line.encode("latin-1") + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        while raw.recv(65536):
            pass
    requests.get(f"{app.url}/healthz", timeout=20)
    line_with(app, lambda line: line.get("url.path") == "/healthz")
    assert QUERY not in "\n".join(line.text for line in app.log)


FORGED = json.dumps({"log.level": "critical", "message": "forged"})
NASTY = [
    f"x\n{FORGED}\n",
    f"x\r\n{FORGED}",
    f"x\u2028{FORGED}\u0085\x0b\x0c",
    '", "log.level": "critical", "x": "',
    "\x00\x1b[2J\x7f",
    "%s %d %(message)s",
    "\ud800",
    "x" * 4000,
]


def test_a_client_forges_no_line_and_no_field(server: Open) -> None:
    started = server()
    ana = started.join("Ana")
    for nasty in NASTY:
        ana.call(nasty, {"dashboard": nasty, nasty: nasty})
        ana.call("join_dashboard", {"dashboard": nasty, "levelname": "critical"})
        ana.call("refresh_data", {"message": nasty, "log.level": "critical"})
        ana.call("process_data", {"action": nasty})
    for nasty in NASTY[:6]:
        started.post("/auth/login", data={"name": nasty[:90]})
        started.join("somebody", as_visitor=True).call("refresh_data")
        requests.get(
            f"{started.app.url}/{requests.utils.quote(nasty)}",
            headers={"User-Agent": "x", "X-Forwarded-For": "9.9.9.9"},
            timeout=20,
        )
    started.get("/the/end")
    line_with(started.app, lambda line: line.get("url.path") == "/the/end")

    told = lines(started.app)

    assert {line["process.pid"] for line in told} == {started.app.pid}
    assert not [line for line in told if set(line) - set(FIELDS)]
    assert {line["log.level"] for line in told} <= {"info", "warning"}
    assert {line.get("client.address", "127.0.0.1") for line in told} == {"127.0.0.1"}
    assert {line.get("event.action", "*") for line in told} <= {
        "*", "connect", "disconnect", "join_dashboard", "refresh_data", "process_data"
    }  # fmt: skip


def test_a_long_value_is_cut(serve: Serve) -> None:
    app = serve()
    requests.get(f"{app.url}/{'y' * 5000}", timeout=20)
    line = line_with(app, lambda line: "y" * 100 in line.get("url.path", ""))
    assert len(line["url.path"]) == 1000


def test_the_level_is_configured(server: Open) -> None:
    started = server(LOG_LEVEL="WARNING")
    started.join("Ana").call("nothing")
    line_with(started.app, lambda line: line.get("error.code") == "unknown_event")
    assert {line["log.level"] for line in lines(started.app)} == {"warning"}
