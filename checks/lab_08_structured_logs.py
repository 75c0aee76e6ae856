"""Lab 8, structured logs: one JSON object a line, which says when, who, what and how long."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from checks.contract import Joined, Refused
from checks.sources import MACHINE, STOCKS
from kit.checking import (
    FAILING,
    App,
    Cause,
    Failure,
    Line,
    Log,
    Participant,
    Server,
    Starter,
    causes,
    check,
    source,
)
from kit.checking.contract import shown, zoned

why = causes(__file__)
Fields = dict[str, Any]

ALWAYS = ("@timestamp", "log.level", "log.logger", "message", "process.pid")
# What other formatters and older texts call them.
OTHER_NAMES = re.compile(
    r"time|timestamp|asctime|ts|@?time|date|created|level|levelname|lvl|severity|name|logger"
    r"|msg|text|event|pid|process|sid|ip|remote_addr|addr(ess)?|client_(addr(ess)?|ip)"
    r"|path|method|status|duration|user|room",
    re.IGNORECASE,
)
PAPER = source("Saying", id="paper", logger="inner.store", says="%s is low on %s",
               about=["tray 2", "paper"])  # fmt: skip
SAID = "tray 2 is low on paper"
SECONDS = 0.06  # that SLOW takes to be read or described
SLOW = source("Saying", id="slow", seconds=SECONDS)
BROKEN = {"call": "kit.running.sources.Failing"}
OURS = "127.0.0.1"


def _app(*sources: Any, **settings: Any) -> App:
    own = {"SECRET_KEY": "for a check", "SOURCES": [MACHINE, *sources], "FEED_SECONDS": 0.004}
    return App("Production", own | settings)


USUAL = _app(STOCKS, PAPER)
# A traceback of Python's own, or a line of one.
TRACEBACK = re.compile(r'Traceback \(|\s+File "|\s*[\^~]+$|[\w.]*(Error|Exception)\b')
FRAGMENT = re.compile(r'\s*("[^"]+": .*|[{}\[\]],?)')
REQUEST = re.compile(r'"[A-Z]+ \S+ HTTP/1\.[01]"')


@check(
    tasks=[
        "write the log as JSON, a line for each request and event",
        "one handler for all loggers",
        "turn a record into one JSON object",
        "give each record the fields of what is being handled",
        "name the client, and what it has asked for",
    ]
)
def writes_objects(start: Starter) -> None:
    """Every line of the output is one JSON object, whoever logs it: the app or a library."""
    server = start(USUAL)
    log = Log(server, whole=True)
    server.get("/healthz")
    ana = server.join("Ana")
    ana.call("refresh_data", {"dashboard": "paper"})
    _expect_objects(server, log)
    if not log.find(lambda line: SAID in str(line.get("message"))):
        expected = "there is a line for the warning that a library has logged"
        raise server.explained(expected, "there is none", why.one_logger)


@check(stands_on=[writes_objects])
def has_the_fields(start: Starter) -> None:
    """Each line has `@timestamp`, `log.level`, `log.logger`, `message` and `process.pid`."""
    began = datetime.now(UTC)
    server = start(USUAL, environment={"TZ": "Asia/Kolkata"})
    log = Log(server, whole=True)
    server.get("/healthz")
    server.join("Ana").call("refresh_data", {"dashboard": "paper"})
    log.find(lambda line: SAID in str(line.get("message")))
    ended = datetime.now(UTC)
    for line in log.objects():
        for name in ALWAYS:
            if name not in line:
                raise Failure(f"each line has `{name}`", _has(line), _why_missing(line))
        _expect_time(line, began, ended)
        if line["log.level"] not in ("debug", "info", "warning", "error", "critical"):
            expected = "`log.level` is the name of the level, in small letters"
            raise Failure(expected, f"it was {shown(line['log.level'])}", why.level_wrong)
        if not all(isinstance(line[name], str) for name in ("message", "log.logger")):
            expected = "`message` and `log.logger` are text"
            raise Failure(expected, f"one line was {shown(line)}", why.field_wrong)
        if line["process.pid"] != server.app.pid or line["process.pid"] is True:
            expected = f"`process.pid` is {server.app.pid}, the number of the process"
            raise Failure(expected, f"it was {shown(line['process.pid'])}", why.field_wrong)
    if not any("." in line["@timestamp"] for line in log.objects()):
        expected = "`@timestamp` has a fraction of a second"
        raise Failure(expected, f"one was {line['@timestamp']}", why.time_wrong)
    line = next((one for one in log.objects() if one["log.logger"] == "inner.store"), {})
    if line.get("message") != SAID:
        expected = f"a library's line has its logger's name, and the message is {SAID!r}"
        raise Failure(expected, f"it was {shown(line)}", why.message_raw)
    if line["log.level"] != "warning":
        expected = "the line of a warning has the level `warning`"
        raise Failure(expected, f"it was {shown(line['log.level'])}", why.level_wrong)


@check(tasks=["one line for each request"], stands_on=[writes_objects])
def logs_requests(start: Starter) -> None:
    """Each request has one line, with its method, path, status and duration, and the address."""
    server = start(_app(SLOW))
    _request(server, "GET", "/healthz", 200)
    _request(server, "GET", "/nothing/at/all", 404)
    _request(server, "PUT", "/healthz", 405)
    _request(server, "POST", "/auth/login", 303, data={"name": "Ada"})
    began = time.perf_counter()
    line = _request(server, "GET", "/api/dashboards", 200)
    _expect_duration(line, SECONDS, time.perf_counter() - began)


@check(tasks=["log every event", "log each event, and how long it took"], stands_on=[writes_objects])
def logs_events(start: Starter) -> None:
    """Each event has one line, with its name, outcome, sid, namespace and the address."""
    server = start(USUAL)
    log = Log(server)
    ana = server.join("Ana")
    ben = server.join("Ben")
    for client in (ana, ben):
        _expect_event(server, log, client, "connect")
        client.call("refresh_data", {"dashboard": "stocks"})
        client.expect("data_updated")
        _expect_event(server, log, client, "refresh_data")
        joined = {"dashboard": "stocks"}
        client.ask(Joined, "join_dashboard", joined, otherwise=why.answer_lost)
        _expect_event(server, log, client, "join_dashboard")
    ana.leave()
    _expect_event(server, log, ana, "disconnect")


@check(stands_on=[logs_events])
def tells_failures(start: Starter) -> None:
    """`event.outcome` is `failure` where a handler raises or refuses, otherwise `success`."""
    server = start(_app(BROKEN))
    log = Log(server)
    ana = server.join("Ana")
    ana.ask(Refused, "join_dashboard", {"dashboard": "none"}, otherwise=why.answer_lost)
    _expect_outcome(log, "join_dashboard", "failure", "a join that is refused")
    log = Log(server)
    ana.call("join_dashboard", {"dashboard": "machine"})
    _expect_outcome(log, "join_dashboard", "success", "a join that works")
    log = Log(server)
    ana.emit("refresh_data", {"dashboard": "failing"})
    ana.settle()
    _expect_outcome(log, "refresh_data", "failure", "an event whose handler raises")


@check(stands_on=[logs_events])
def measures(start: Starter) -> None:
    """`event.duration` is how long it took, in whole nanoseconds, also of two events at once."""
    server = start(_app(SLOW))
    log = Log(server)
    ana, ben = server.join("Ana"), server.join("Ben")
    began = time.perf_counter()
    ana.emit("refresh_data", {"dashboard": "slow"})
    ana.settle()
    quick = time.perf_counter()
    ben.call("refresh_data", {"dashboard": "machine"})
    quick = time.perf_counter() - quick
    ana.expect("data_updated")
    server.rests(0)
    slow = _event(log, "refresh_data", ana)
    _expect_duration(slow, SECONDS, time.perf_counter() - began)
    _expect_duration(_event(log, "refresh_data", ben), 0, quick)


@check(stands_on=[logs_events])
def tells_clients_apart(start: Starter) -> None:
    """A line has the sid of its own client, and its `user.name` where it has signed in."""
    server = start(_app(SLOW))
    log = Log(server)
    eve = server.join("Eve")
    server.post("/auth/login", data={"name": "Ada Lovelace"})
    ana = server.join("Ana", as_visitor=True)
    for client in (ana, eve):  # the second one while the first is being served
        client.emit("refresh_data", {"dashboard": "slow"})
    for client, name in ((ana, "Ada Lovelace"), (eve, None)):
        client.expect("data_updated")
        line = _event(log, "refresh_data", client)
        _expect_user(line, name, client.name)
    server.get("/healthz")
    line = log.find(lambda line: line.get("url.path") == "/healthz") or {}
    _expect_user(line, "Ada Lovelace", "the visitor, who has signed in,")
    server.request("GET", "/nothing", by="another visitor")
    line = log.find(lambda line: line.get("url.path") == "/nothing") or {}
    _expect_user(line, None, "another visitor")


@check(stands_on=[writes_objects])
def adds_who_to_all(start: Starter) -> None:
    """What a library logs meanwhile has the same fields; in the background there are none."""
    server = start(_app(PAPER))
    log = Log(server)
    ana = server.join("Ana")
    ana.call("refresh_data", {"dashboard": "paper"})
    line = log.find(lambda line: line.get("message") == SAID) or {}
    wanted = {"socketio.sid": ana.sid, "event.action": "refresh_data", "client.address": OURS}
    _expect_fields(line, wanted, "what a library logs while an event is handled", why.no_context)
    ana.call("join_dashboard", {"dashboard": "machine"})
    log = Log(server)
    ana.hears_on("update_data", "the feed had begun", why.feed_ended)
    line = log.find(lambda line: line.get("message") == SAID and not {*wanted} & {*line})
    if not line:
        expected = "what the feed logs has no client's fields: it is for nobody"
        got = next((shown(one) for one in log.objects() if one.get("message") == SAID), "none came")
        raise server.explained(expected, got, why.context_in_the_feed)


@check(stands_on=[logs_events], tasks=["note the room, for the log", "forget the room again, if it was this one"])  # fmt: skip  # noqa: E501
def knows_the_room(start: Starter) -> None:
    """`socketio.room` is the room that the client is in; outside of all it is not there."""
    server = start(_app(STOCKS))
    ana = server.join("Ana")

    def expect(room: str | None, when: str) -> None:
        log = Log(server)
        ana.call("refresh_data", {"dashboard": "machine"})
        got = _event(log, "refresh_data", ana).get("socketio.room")
        if got != room:
            expected = f"`socketio.room` is {room}" if room else "there is no `socketio.room`"
            raise Failure(f"{when}, {expected}", f"it was {shown(got)}", why.room_wrong)

    expect(None, "before she has joined")
    for dashboard in ("machine", "stocks"):
        ana.call("join_dashboard", {"dashboard": dashboard})
        expect(f"dashboard_{dashboard}", f"when she has joined {dashboard}")
    ana.call("leave_dashboard", {"dashboard": "machine"})
    expect("dashboard_stocks", "when she has left machine, where she was not")
    ana.call("join_dashboard", {"dashboard": "none"})
    expect("dashboard_stocks", "when a join was refused")
    ana.call("leave_dashboard", {"dashboard": "stocks"})
    expect(None, "when she has left")


@check(stands_on=[logs_requests])
def knows_the_address(start: Starter) -> None:
    """`client.address` is what the trusted proxies say, and without them the connection's."""
    for proxies, wanted in ((1, "203.0.113.7"), (0, OURS)):
        server = start(_app(PROXIES=proxies))
        log = Log(server)
        server.get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"})
        line = log.find(lambda line: line.get("url.path") == "/healthz") or {}
        if line.get("client.address") != wanted:
            behind = f"with PROXIES = {proxies}, `client.address` is {wanted}"
            raise Failure(behind, f"it was {shown(line.get('client.address'))}", why.address_wrong)


@check(stands_on=[writes_objects])
def writes_each_once(start: Starter) -> None:
    """Each line is written once: also a library's, and where two apps are made in one process."""
    loggers = ("inner.store", "engineio.server", "socketio.server", "werkzeug", "dashboard")
    talk = [
        source("Saying", id=f"s{number}", logger=name, level="ERROR", says=f"word {number} of {name}")
        for number, name in enumerate(loggers)
    ]  # fmt: skip
    server = start(_app(*talk), _app(*talk))
    log = Log(server)
    for app in (0, 1):
        server.get(f"/nothing/{app}", app=app)
    ana = server.join("Ana", app=1)  # Socket.IO belongs to the newest app
    for number, name in enumerate(loggers):
        before = Log(server)
        ana.call("refresh_data", {"dashboard": f"s{number}"})
        texts = [line.text for line in before.lines() if f"word {number} of {name}" in line.text]
        if len(texts) != 1:
            cause = why.handler_again if name in ("inner.store", "dashboard") else why.own_handler
            expected = f"what `{name}` logs is written once"
            raise server.explained(expected, _times(texts), cause if texts else why.one_logger)
    for app in (0, 1):
        texts = [one.text for one in log.lines() if one.fields and _answers(one.fields, app)]
        if len(texts) != 1:
            expected = f"a request to app {app + 1} has one line"
            raise server.explained(expected, _times(texts), why.handler_again)


@check(stands_on=[writes_objects])
def keeps_to_the_level(start: Starter) -> None:
    """`LOG_LEVEL` in the app's configuration is the least level of what is written."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    talk = [
        source("Saying", id=level, logger="inner.store", level=level, says=f"some {level}")
        for level in levels
    ]
    for least in ("WARNING", "DEBUG", "INFO"):
        server = start(_app(*talk, LOG_LEVEL=least))
        log = Log(server)
        ana = server.join("Ana")
        for level in levels:
            ana.call("refresh_data", {"dashboard": level})
        log.find(lambda line: line.get("message") == "some ERROR")
        for level in levels:
            wanted = levels.index(level) >= levels.index(least)
            if wanted != any(line.get("message") == f"some {level}" for line in log.objects()):
                expected = f"with LOG_LEVEL = {least!r}, what is logged as {level} is "
                got = ("it was not written", "it was written")[not wanted]
                expected += "written" if wanted else "not written"
                raise server.explained(expected, got, why.level_fixed)


@check(stands_on=[writes_objects, logs_requests, logs_events])
def cannot_be_forged(start: Starter) -> None:
    """Nothing that a client says becomes a line of its own, or a field of its own."""
    server = start(USUAL)
    log = Log(server)
    forged = '{"log.level": "critical", "message": "the vault is open"}'
    for end in ("\n", "\r\n", '", "vault": "open\n'):
        server.get("/nothing" + quote(end + forged))
        server.post("/auth/login", data={"name": f"Eve{end}{forged}"})
        eve = server.join("Eve", as_visitor=True)
        eve.call("refresh_data", {"dashboard": f"x{end}{forged}"})
    names = ("log.level", "levelname", "message", "msg", "vault", "event.action", "socketio.sid")
    told: Fields = dict.fromkeys(names, "critical") | {"dashboard": "stocks"}
    for event in ("refresh_data", "join_dashboard", "leave_dashboard"):
        eve.call(event, told)
        eve.call(event, {"fields": told, "extra": told, **told})
    _expect_objects(server, log, why.line_forged)
    for line in log.objects():
        if "vault" in line or "critical" in [*line.values()]:
            expected = "a client names no field of the log, and sets none"
            raise Failure(expected, f"one line is {shown(line)}", why.field_forged)


@check(stands_on=[logs_requests, logs_events], goes_on=cannot_be_forged)
def keeps_secrets(start: Starter) -> None:
    """No query, no cookie, no form, no header, no payload and no token is in the log."""
    server = start(USUAL)
    log = Log(server)
    secrets = {
        "the query of an address": "q-7d1f3c",
        "a header": "h-93ab20",
        "a form's password": "f-5512ee",
        "what a client shows at `connect`": "a-e07c44",
        "a payload": "p-2b8d91",
    }
    query, header, form, auth, payload = secrets.values()
    for path in ("/", "/nothing", "/api/dashboards/none"):
        server.get(f"{path}?token={query}", headers={"Authorization": f"Bearer {header}"})
    told = server.post(f"/auth/login?next={query}", data={"name": "Ada", "password": form})
    ana = server.join("Ana", auth={"token": auth}, as_visitor=True)
    for told_of in ({"dashboard": payload}, {"dashboard": "stocks", payload: payload}, payload):
        for event in ("refresh_data", "join_dashboard", "leave_dashboard"):
            ana.call(event, told_of)
    ana.leave()
    secrets["the session's cookie"] = told.cookies.get("session", query)
    for line in log.lines():
        for what, secret in secrets.items():
            if secret in line.text:
                got = f"one line is {line.text[:1500].replace(secret, '(the secret)')!r:.400}"
                raise Failure(f"{what} is not in the log", got, WHOSE[what])


@check(stands_on=[has_the_fields])
def writes_words(start: Starter) -> None:
    """`message` is text whatever is logged: a dict too, which adds and changes no field."""
    odd = {"log.level": "none", "levelname": "none", "message": "none", "x": float("nan"), "n": 7}
    server = start(_app(source("Saying", id="odd", logger="inner.store", says=odd)))
    log = Log(server)
    server.join("Ana").call("refresh_data", {"dashboard": "odd"})
    log.find(lambda line: line.get("log.logger") == "inner.store")
    _expect_objects(server, log)
    line = next((one for one in log.objects() if one.get("log.logger") == "inner.store"), {})
    if line.get("log.level") != "warning" or "'n': 7" not in str(line.get("message")):
        expected = "a dict that is logged is in `message`, as text, and the level is `warning`"
        raise server.explained(expected, _has(line, shown(line)), why.dict_on_top)
    if more := {*odd} & {*line} - {*ALWAYS}:
        expected = "the keys of a dict that is logged are no fields of the line"
        raise Failure(expected, f"there are {', '.join(sorted(more))}", why.dict_on_top)


@check(stands_on=[writes_objects, tells_failures])
def keeps_tracebacks_inside(start: Starter) -> None:
    """An error's line has `error.type`, `error.message`, and all of `error.stack_trace` in it."""
    server = start(_app(BROKEN))
    log = Log(server)
    ana = server.join("Ana")
    tried: list[tuple[str, Callable[[], object]]] = [
        ("a view", lambda: server.get("/api/dashboards", may_raise=True)),
        ("a handler", lambda: _raises(ana)),
    ]
    for where, try_it in tried:
        log = Log(server)
        try_it()
        line = log.find(lambda line: "error.type" in line or "error.stack_trace" in line)
        _expect_objects(server, log, may_raise=True)
        expected = f"there is a line for the error in {where}, with its type, message and traceback"
        if line is None:
            raise Failure(expected, "no line has `error.type`", why.no_traceback)
        trace = str(line.get("error.stack_trace"))
        told = (line.get("error.type"), line.get("error.message"))
        if told != ("RuntimeError", FAILING) or "Traceback (" not in trace or FAILING not in trace:
            raise Failure(expected, f"it was {shown(line)}", why.traceback_wrong)


WHOSE = {
    "the query of an address": why.query_logged,
    "a header": why.headers_logged,
    "a form's password": why.form_logged,
    "what a client shows at `connect`": why.payload_logged,
    "a payload": why.payload_logged,
    "the session's cookie": why.headers_logged,
}


# What the checks are made of.


def _expect_objects(
    server: Server, log: Log, cause: Cause | None = None, *, may_raise: bool = False
) -> None:
    """See that each line is an object, and that there are any. Raises Failure."""
    lines = log.lines()
    expected = "every line of the output is one JSON object"
    if not lines:
        raise server.explained(expected, "nothing was written", why.nothing_logged)
    other = next((line for line in lines if line.fields is None), None)
    if other is None:
        return
    got, likely = _why_no_object(other, lines)
    found = Failure(expected, got, cause or likely)
    raise found if may_raise else server.explained(expected, got, cause or likely)


def _why_no_object(line: Line, lines: list[Line]) -> tuple[str, Cause]:
    """Return what is wrong with a line that is no object, and why that may be."""
    text = line.text.strip()
    got = f"one line is {line.text!r:.300}"
    messages = [str(one.fields.get("message")) for one in lines if one.fields]
    if any("--- Logging error ---" in one.text for one in lines):
        errors = [one.text for one in lines if re.match(r"[\w.]*(Error|Exception)\b", one.text)]
        return f"the formatter stops with an error: {(errors or [got])[-1]!r:.300}", why.formatter_raises
    if TRACEBACK.match(line.text):
        return got, why.traceback_outside
    if re.search(r"\bNaN\b|\bInfinity\b", text) and text[:1] == "{":
        return got, why.nan_in_a_line
    if text[:2] == "{'" or text == "{}":
        return got, why.python_not_json
    if REQUEST.search(text):
        return got, why.own_handler
    if text in messages or any(text.endswith(one) for one in messages if one):
        return got, why.plain_handler
    if FRAGMENT.fullmatch(line.text):
        return got, why.several_lines
    return got, why.words_before if "{" in text else why.free_text


def _expect_time(line: Fields, began: datetime, ended: datetime) -> None:
    text = line["@timestamp"]
    expected = "`@timestamp` is when it happened: in UTC, ISO 8601, with its zone"
    got = f"it was {shown(text)}"
    try:
        when = datetime.fromisoformat(text)
        zoned(text)
    except (TypeError, ValueError):
        no_zone = isinstance(text, str) and re.match(r"\d{4}-\d\d-\d\d", text)
        raise Failure(expected, got, why.local_time if no_zone else why.time_wrong) from None
    a_second = timedelta(seconds=1)
    if when.utcoffset() or not began - a_second <= when <= ended + a_second:
        got += f"; it happened at {ended.isoformat(timespec='seconds')}"
        raise Failure(expected, got, why.local_time)


def _request(server: Server, method: str, path: str, status: int, **options: Any) -> Fields:
    """Ask for something, and return its line. Raises Failure where there is not one, and right."""
    log = Log(server)
    response = server.expect(method, f"{path}?window=week", status, **options)
    what = f"{method} {path}"
    line = log.find(lambda line: line.get("http.response.status_code") and line.get("url.path") == path)
    found = [one for one in log.objects() if one.get("url.path") or _is_status(one)]
    if line is None:
        rows = {
            "?" in str(found[-1:]): why.path_wrong,
            not found: why.request_not_logged,
        }
        cause = rows.get(True, why.request_fields)
        got = f"there is {shown(found[-1])}" if found else "there is none"
        raise server.explained(f"there is a line for {what}, with its status", got, cause)
    wanted = {"http.request.method": method, "url.path": path, "client.address": OURS,
              "http.response.status_code": response.status}  # fmt: skip
    _expect_fields(line, wanted, what, why.request_fields)
    if (times := sum(_is_status(one) for one in found)) != 1:
        raise Failure(f"{what} has one line", f"it had {times}", why.logged_twice)
    return line


def _expect_event(server: Server, log: Log, client: Participant, event: str) -> None:
    """See that an event of a client's has one line, and what it says. Raises Failure."""
    line = _event(log, event, client)
    wanted = {"socketio.sid": client.sid, "socketio.namespace": "/", "client.address": OURS,
              "event.outcome": "success"}  # fmt: skip
    _expect_fields(line, wanted, f"{client.name}'s `{event}`", why.event_fields)
    _expect_duration(line, 0, 60)
    same = [one for one in log.objects() if _is_of(one, event, client)]
    if len(same) != 1:
        expected = f"{client.name}'s `{event}` has one line with an outcome"
        raise server.explained(expected, f"it has {len(same)}", why.logged_twice)


def _event(log: Log, event: str, client: Participant) -> Fields:
    """Return the line of an event. Raises Failure where there is none."""
    line = log.find(lambda line: _is_of(line, event, client))
    if line is None:
        like = [one for one in log.objects() if one.get("event.action") == event]
        like = [one for one in like if "event.outcome" in one] or like
        expected = f"there is a line for {client.name}'s `{event}`, with `event.outcome` and her sid"
        got = f"there is {shown(like[-1])}" if like else "no line has this `event.action`"
        other = like and like[-1].get("socketio.sid") not in (None, client.sid)
        cause = why.other_sid if other else why.event_fields if like else why.event_not_logged
        raise client.server.explained(expected, got, cause)
    return line


def _expect_outcome(log: Log, event: str, outcome: str, what: str) -> None:
    line = log.find(lambda line: line.get("event.action") == event and "event.outcome" in line)
    if (line or {}).get("event.outcome") != outcome:
        got = f"it was {shown((line or {}).get('event.outcome'))}" if line else "there is no line"
        cause = why.outcome_wrong if line else why.error_unlogged
        raise Failure(f"{what} has a line with the outcome `{outcome}`", got, cause)


def _expect_duration(line: Fields, least: float, most: float) -> None:
    """See that `event.duration` is between so many seconds, in nanoseconds. Raises Failure."""
    taken = line.get("event.duration")
    expected = f"`event.duration` is a whole number of nanoseconds, {least * 1e9:.0f} at least"
    if type(taken) is not int or not least * 1e9 * 0.99 <= taken or taken <= 0:
        raise Failure(expected, f"it was {shown(taken)}", why.duration_wrong)
    if taken > most * 1e9:
        expected = f"`event.duration` is {most * 1e9:.0f} at most: so long the client has waited"
        raise Failure(expected, f"it was {taken}", why.began_elsewhere)


def _expect_fields(line: Fields, wanted: Fields, what: str, cause: Cause) -> None:
    for name, value in wanted.items():
        if line.get(name) != value or type(line[name]) is not type(value):
            missing = f"it has none; {_has(line, shown(line))}"
            got = f"it was {shown(line[name])}" if name in line else missing
            raise Failure(f"the line of {what} has {shown(value)} as `{name}`", got, cause)


def _expect_user(line: Fields, name: str | None, who: str) -> None:
    if line.get("user.name") != name:
        expected = f"in a line of {who}, `user.name` is {shown(name)}" if name else (
            f"in a line of {who}, who has not signed in, there is no `user.name`")  # fmt: skip
        raise Failure(expected, f"it was {shown(line.get('user.name'))}", why.user_wrong)


def _raises(client: Participant) -> None:
    """Send an event whose handler raises."""
    client.emit("refresh_data", {"dashboard": "failing"})
    client.settle()


def _is_of(line: Fields, event: str, client: Participant) -> bool:
    about = line.get("event.action") == event and "event.outcome" in line
    return about and line.get("socketio.sid") == client.sid


def _is_status(line: Fields) -> bool:
    return "http.response.status_code" in line


def _answers(line: Fields, app: int) -> bool:
    return _is_status(line) and line.get("url.path") == f"/nothing/{app}"


def _why_missing(line: Fields) -> Cause:
    others = [name for name in line if OTHER_NAMES.fullmatch(name)]
    return why.other_names if others else why.field_missing


def _has(line: Fields, text: str = "") -> str:
    return text or f"one line has {', '.join(f'`{name}`' for name in line) or 'nothing'}"


def _times(texts: list[str]) -> str:
    return f"it was written {len(texts)} times" + (f": {texts[-1]!r:.200}" if texts else "")
