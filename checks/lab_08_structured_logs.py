"""Lab 8, structured logs: one JSON object a line, which says when, who, what and how long."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from checks.acknowledgements import Joined, Refused
from checks.contract import DataUpdated
from checks.sources import MACHINE, STOCKS
from kit.checking import (
    FAILING,
    App,
    Cause,
    Failure,
    Line,
    Log,
    Participant,
    Rows,
    Server,
    Silence,
    Start,
    causes,
    check,
    evidence,
    source,
)
from kit.checking.causes import REFUSED, RETURNS_NOTHING
from kit.checking.contract import shown, zoned
from kit.checking.evidence import Seen

why = causes(__file__)
Fields = Mapping[str, Any]

LEVELS = ("debug", "info", "warning", "error")
OURS = "127.0.0.1"
A_TICK = 0.02  # seconds by which a coarse clock may be ahead
SECONDS = 0.05  # that the source `slow` takes to be read or described
SOME = 1e-9  # the shortest time that there is: nothing is done in none


def says(name: str, level: str, what: Any, *about: str, logger: str = "inner.store") -> Any:
    """Return a source called `name` that logs something whenever it is read."""
    return source("Saying", id=name, logger=logger, level=level, says=what, about=[*about])


PAPER = says("paper", "WARNING", "%s is low on %s", "tray 2", "paper")
SAID = "tray 2 is low on paper"
NOTE = says("note", "INFO", "all is well")
SLOW = source("Saying", id="slow", seconds=SECONDS)
BROKEN = {"call": "kit.running.sources.Failing"}


def _app(*sources: Any, **settings: Any) -> App:
    own = {
        "SECRET_KEY": "for a check",
        "SOURCES": [MACHINE, *sources],
        "FEED_SECONDS": 0.05,
        "SESSION_COOKIE_SECURE": False,  # nothing here goes over TLS
    }
    return App("Production", own | settings)


USUAL = _app(STOCKS, PAPER, NOTE, SLOW)

# What formatters and older texts call the fields that every line has.
OTHER_NAMES = re.compile(
    "@?time|timestamp|asctime|ts|date|created|level|levelname|lvl|severity|name|logger|msg|pid"
)
# A line of a traceback, a line of an object that stands on several, a request as werkzeug logs it.
TRACEBACK = re.compile(r'Traceback \(|\s+File "|\s*[\^~]+$|[\w.]*(Error|Exception)\b')
FRAGMENT = re.compile(r'\s*("[^"]+": .*|[{}\[\]],?)')
REQUEST = re.compile(r'.*"[A-Z]+ \S+ HTTP/1\.[01]".*')
# What comes where no handler is attached: from Python's last resort, from Flask and from werkzeug.
LAST_RESORT = re.compile(rf"{SAID}|\[[-\d :,]+\] [A-Z]+ in \w+: .*|{REQUEST.pattern}")

# Why nothing is written, or nobody is answered, where a `return` is forgotten.
WHY_NO_OBJECTS: Rows = [
    (evidence.crash("AttributeError", "NoneType.*'vary'"), why.response_lost),
    (evidence.returns_nothing("format", "filter", "current", "logged"), RETURNS_NOTHING),
]


@check(
    tasks=[
        "turn a record into one JSON object",
        "name the client, and what it has asked for",
        "give each record the fields of what is being handled",
        "one handler for all loggers",
        "write the log as JSON, a line for each request and event",
    ]
)
def writes_objects(start: Start) -> None:
    """Every line of the output is one JSON object, whoever logs it: the app or a library."""
    server = start(USUAL)
    try:
        _see_objects(server)
    except Failure as failure:
        raise evidence.explained(WHY_NO_OBJECTS, Seen(server, None, failure)) from None


def _see_objects(server: Server) -> None:
    log = Log(server, whole=True)
    server.get("/healthz")
    ana = server.join("Ana")
    for dashboard in ("paper", "note"):
        ana.call("refresh_data", {"dashboard": dashboard})
        ana.expect("data_updated", DataUpdated, dashboard=dashboard, otherwise=why.answer_lost)
    _expect_objects(server, log)
    for words, cause in (("is low on", why.one_logger), ("all is well", why.nothing_logged)):
        if not log.find(lambda line, words=words: words in str(line.values())):
            expected = f"there is a line for what a library has logged: {words!r}"
            raise server.explained(expected, "there is none", cause)


@check(stands_on=[writes_objects])
def has_the_fields(start: Start) -> None:
    """Each line has `@timestamp`, `log.level`, `log.logger`, `message` and `process.pid`."""
    began = datetime.now(UTC)
    server = start(USUAL, environment={"TZ": "Asia/Kolkata"})
    log = Log(server, whole=True)
    server.get("/healthz")
    server.join("Ana").call("refresh_data", {"dashboard": "paper"})
    log.find(lambda line: SAID in str(line.get("message")))
    ended = datetime.now(UTC)
    lines = log.objects()
    for line in lines:
        for name in ("@timestamp", "log.level", "log.logger", "message", "process.pid"):
            other = any(OTHER_NAMES.fullmatch(key.lower()) for key in line)
            cause = why.other_names if other else why.field_missing
            _demand(name in line, f"each line has `{name}`", f"one has {', '.join(line)}", cause)
        _expect_time(line["@timestamp"], began, ended)
        level, pid = line["log.level"], line["process.pid"]
        expected = "`log.level` is the name of a level, in small letters"
        _demand(level in (*LEVELS, "critical"), expected, f"it was {shown(level)}", why.level_wrong)
        expected = f"`process.pid` is the number of the process, {server.app.own_pid}"
        is_pid = type(pid) is int and pid == server.app.own_pid
        _demand(is_pid, expected, f"it was {shown(pid)}", why.field_wrong)
        is_text = isinstance(line["message"], str) and isinstance(line["log.logger"], str)
        expected = "`message` and `log.logger` are text"
        _demand(is_text, expected, f"one line is {shown(line)}", why.field_wrong)
    times = [line["@timestamp"] for line in lines]
    expected = "`@timestamp` has a fraction of the second"
    is_fine = any(re.search(r"\.\d*[1-9]", text) for text in times)
    _demand(is_fine, expected, f"one was {times[0]}", why.time_wrong)
    line = next((one for one in lines if "is low on" in one["message"]), {})
    wanted = {"message": SAID, "log.logger": "inner.store"}
    _expect_fields(line, wanted, "what a library logs", why.message_raw)
    _expect_fields(line, {"log.level": "warning"}, "a warning", why.level_wrong)


@check(tasks=["one line for each request"], stands_on=[has_the_fields])
def logs_requests(start: Start) -> None:
    """Each request has one line, with its method, path, status and duration, and the address."""
    server = start(USUAL)
    _request(server, "GET", "/healthz", 200)
    _request(server, "GET", "/nothing/at/all", 404)
    _request(server, "PUT", "/healthz", 405)
    _request(server, "POST", "/auth/login", 303, data={"name": "Ada"})
    for method in ("GET", "HEAD"):
        _request(server, method, "/api/dashboards", 200, least=SECONDS)


@check(
    tasks=["log every event", "log each event, and how long it took"], stands_on=[has_the_fields]
)
def logs_events(start: Start) -> None:
    """Each event has one line, with its name, outcome, sid, namespace and the address."""
    server = start(USUAL)
    log = Log(server)
    ana, ben = server.join("Ana"), server.join("Ben")
    for client in (ana, ben):
        client.call("refresh_data", {"dashboard": "stocks"})
        stocks = {"dashboard": "stocks"}
        client.ask(Joined, "join_dashboard", stocks, otherwise=why.answer_lost)
        client.leave()
        for event in ("connect", "refresh_data", "join_dashboard", "disconnect"):
            line = _event(log, event, client)
            wanted = {"socketio.namespace": "/", "client.address": OURS, "event.outcome": "success"}
            _expect_fields(line, wanted, f"{client.name}'s `{event}`", why.event_fields)
            _expect_duration(line)
    lines = log.objects()
    for client in (ana, ben):
        for event in ("connect", "refresh_data", "join_dashboard", "disconnect"):
            of_it = [line for line in lines if _is_of(line, event, client)]
            _expect_one(of_it, f"{client.name}'s `{event}`")


@check(stands_on=[logs_events])
def tells_failures(start: Start) -> None:
    """`event.outcome` is `failure` where a handler raises or refuses, otherwise `success`."""
    server = start(_app(BROKEN))
    ana = server.join("Ana")

    def expect(outcome: str, event: str, what: str, do: Callable[[], object]) -> None:
        log = Log(server)
        do()
        line = log.find(lambda line: line.get("event.action") == event and "event.outcome" in line)
        expected = f"{what} has a line with `event.outcome` {outcome}"
        _demand(line, expected, "it has none", why.error_unlogged)
        got = (line or {})["event.outcome"]
        _demand(got == outcome, expected, f"it was {shown(got)}", why.outcome_wrong)
        _expect_duration(line or {})

    def join(dashboard: str, answer: type[Joined | Refused]) -> None:
        asked = {"dashboard": dashboard}
        ana.ask(answer, "join_dashboard", asked, otherwise=why.answer_lost)

    what = "an event whose handler raises"
    # First: once the feed reads this source, the handler need not.
    expect("failure", "refresh_data", what, lambda: _expect_it_to_raise(ana))
    expect("failure", "join_dashboard", "a join that is refused", lambda: join("none", Refused))
    expect("success", "join_dashboard", "a join that works", lambda: join("machine", Joined))


@check(stands_on=[logs_events], goes_on=logs_events)
def measures(start: Start) -> None:
    """`event.duration` is how long it took, in whole nanoseconds, also of two events at once."""
    server = start(USUAL)
    log = Log(server)
    ana, ben = server.join("Ana"), server.join("Ben")
    began = time.perf_counter()
    what = "while Ana's `refresh_data` was being handled, Ben sent `leave_dashboard`"
    with server.telling(what), server.held("handlers"):
        ana.emit("refresh_data", {"dashboard": "machine"})
        ben.settle()  # Ana's connection may be busy with this very event
        server.rests(SECONDS)  # now it has come to the step that takes so long
        held = time.perf_counter()
        server.rests(2 * SECONDS)
        quick = time.perf_counter()
        ben.call("leave_dashboard", {"dashboard": "none"})
        now = time.perf_counter()
    ana.expect("data_updated")
    line = _event(log, "refresh_data", ana)
    _expect_duration(line, now - held, time.perf_counter() - began)
    _expect_duration(_event(log, "leave_dashboard", ben), most=now - quick)


@check(stands_on=[logs_events, logs_requests], goes_on=logs_requests)
def tells_clients_apart(start: Start) -> None:
    """A line has the sid of its own client, and its `user.name` where it has signed in."""
    server = start(USUAL)
    log = Log(server)
    claims = {"user": "Ada", "name": "Ada"}
    eve = server.join("Eve", claims=claims)
    server.post("/auth/login", data={"name": "Ada Lovelace"})
    ana = server.join("Ana", as_visitor=True)
    for client in (ana, eve):  # the second one while the first is being served
        client.emit("refresh_data", {"dashboard": "slow"})
    server.get("/healthz")
    server.request("GET", "/nothing", by="another visitor", params=claims)
    for client in (ana, eve):
        client.expect("data_updated")
    lines = {
        ("Ana", "Ada Lovelace"): _event(log, "refresh_data", ana),
        ("Eve", None): _event(log, "refresh_data", eve),
        ("the visitor who has signed in", "Ada Lovelace"): log.find(_about("/healthz")),
        ("another visitor", None): log.find(_about("/nothing")),
    }
    for (who, name), line in lines.items():
        expected = f"in a line of {who}, `user.name` is {shown(name)}"
        if name is None:
            expected = f"in a line of {who}, who has not signed in, there is no `user.name`"
        got = (line or {}).get("user.name")
        is_right = got == name and (name or "user.name" not in (line or {}))
        _demand(is_right, expected, f"it was {shown(got)}", why.user_wrong)


@check(stands_on=[logs_events])
def adds_who_to_all(start: Start) -> None:
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
    try:
        with server.hastened():
            ana.hears_on("update_data", "the feed had begun", why.feed_ended)
    except Failure as failure:
        asks = failure.crash and "Working outside" in failure.crash.message
        raise (failure.because(why.feed_ended) if asks else failure) from None
    if not log.find(lambda line: line.get("message") == SAID and not {*wanted} & {*line}):
        expected = "what the feed logs has no client's fields: it is for nobody"
        got = next((shown(one) for one in log.objects() if one.get("message") == SAID), "none came")
        raise server.explained(expected, got, why.context_in_the_feed)


@check(
    tasks=["note the room, for the log", "forget the room again, if it was this one"],
    stands_on=[logs_events],
    goes_on=measures,
)
def knows_the_room(start: Start) -> None:
    """`socketio.room` is the room that the client is in; outside of all it is not there."""
    server = start(USUAL)
    ana = server.join("Ana")
    steps = [
        ("refresh_data", "machine", None),
        ("join_dashboard", "machine", "dashboard_machine"),
        ("join_dashboard", "stocks", "dashboard_stocks"),
        ("leave_dashboard", "machine", "dashboard_stocks"),
        ("join_dashboard", "none", "dashboard_stocks"),
        ("leave_dashboard", "stocks", None),
    ]
    for event, dashboard, room in steps:
        ana.call(event, {"dashboard": dashboard})
        log = Log(server)
        ana.call("refresh_data", {"dashboard": "machine"})
        line = _event(log, "refresh_data", ana)
        got = line.get("socketio.room")
        is_right = got == room and (room or "socketio.room" not in line)
        expected = f"`socketio.room` is {room}" if room else "there is no `socketio.room`"
        _demand(is_right, f"after that, {expected}", f"it was {shown(got)}", why.room_wrong)


@check(stands_on=[logs_requests])
def knows_the_address(start: Start) -> None:
    """`client.address` is what the trusted proxies say, and without them the connection's."""
    for proxies, wanted in ((1, "203.0.113.7"), (0, OURS)):
        server = start(_app(PROXIES=proxies))
        log = Log(server)
        server.get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"})
        got = (log.find(_about("/healthz")) or {}).get("client.address")
        expected = f"with PROXIES = {proxies}, `client.address` is {wanted}"
        _demand(got == wanted, expected, f"it was {shown(got)}", why.address_wrong)


@check(stands_on=[logs_events, logs_requests])
def writes_each_once(start: Start) -> None:
    """Each line is written once: also a library's, and where two apps are made in one process."""
    loggers = ("inner.store", "dashboard", "engineio.server", "socketio.server", "werkzeug")
    talk = [says(name, "ERROR", f"a word of {name}", logger=name) for name in loggers]
    server = start(_app(*talk), _app(*talk))
    log = Log(server)
    for app in (0, 1):
        server.get(f"/nothing/{app}", app=app)
    ana = server.join("Ana", app=1)  # Socket.IO belongs to the newest app
    for name in loggers:
        ana.call("refresh_data", {"dashboard": name})
    lines = log.lines()
    for app in (0, 1):
        _expect_one(
            [one.fields for one in lines if one.fields and _about(f"/nothing/{app}")(one.fields)],
            f"a request to app {app + 1}",
        )
    for name in loggers:
        texts = [line.text for line in lines if f"a word of {name}" in line.text]
        plain = any(line.fields is None and line.text in texts for line in lines)
        cause = why.own_handler if plain else why.handler_again if texts else why.one_logger
        got = f"it was written {len(texts)} times: {texts!r:.300}"
        _demand(len(texts) == 1, f"what `{name}` logs is written once", got, cause)


@check(stands_on=[has_the_fields])
def keeps_to_the_level(start: Start) -> None:
    """`LOG_LEVEL` in the app's configuration is the least level of what is written."""
    talk = [says(level, level.upper(), f"some {level}") for level in LEVELS]
    earlier = _app(LOG_LEVEL="ERROR")
    for least, before in (("warning", []), ("debug", [earlier])):
        server = start(*before, _app(*talk, LOG_LEVEL=least.upper()))
        log = Log(server)
        ana = server.join("Ana", app=len(before))
        for level in LEVELS:
            ana.call("refresh_data", {"dashboard": level})
        written = [line.get("message") for line in log.objects()]
        for level in LEVELS:
            wanted = LEVELS.index(level) >= LEVELS.index(least)
            expected = f"with LOG_LEVEL = {least.upper()!r}, what is logged as {level} is"
            expected += f" {'' if wanted else 'not '}written"
            got = f"it was {'not ' if wanted else ''}written"
            _demand((f"some {level}" in written) is wanted, expected, got, why.level_fixed)


@check(stands_on=[logs_requests, adds_who_to_all])
def cannot_be_forged(start: Start) -> None:
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
    told = dict.fromkeys(names, "critical") | {"dashboard": "stocks"}
    for event in ("refresh_data", "join_dashboard", "leave_dashboard"):
        eve.call(event, told)
        eve.call(event, {"fields": told, "extra": told, **told})
    _expect_objects(server, log, why.line_forged)
    for line in log.objects():
        holds = "vault" not in line and "critical" not in [*line.values()]
        expected = "a client names no field of the log, and sets none"
        _demand(holds, expected, f"one line is {shown(line)}", why.field_forged)


@check(stands_on=[logs_requests, logs_events], goes_on=cannot_be_forged)
def keeps_secrets(start: Start) -> None:
    """No query, no cookie, no form, no header, no payload and no token is in the log."""
    server = start(USUAL)
    log = Log(server)
    query, header, form, auth, payload = "q-7d1f3c", "h-93ab20", "f-5512ee", "a-e07c44", "p-2b8d91"
    for path in ("/", "/nothing", "/api/dashboards/none"):
        headers = dict.fromkeys(("Authorization", "Referer", "User-Agent"), header)
        server.get(f"{path}?token={query}", headers=headers)
    answer = server.post(f"/auth/login?next={query}", data={"name": "Ada", "password": form})
    try:
        ana = server.join("Ana", auth={"token": auth}, as_visitor=True)
    except Failure as failure:
        if failure.cause.name != REFUSED.name:
            raise
        ana = server.join("Ana", as_visitor=True)  # from lab 12 on this is no token
    for told in ({"dashboard": payload}, {"dashboard": "stocks", payload: payload}, payload):
        for event in ("refresh_data", "join_dashboard", "leave_dashboard"):
            ana.call(event, told)
    ana.leave()
    secrets = {
        "the query of an address": (query, why.query_logged),
        "a header": (header, why.headers_logged),
        "the session's cookie": (next(iter(answer.cookies.values()), query), why.headers_logged),
        "what was typed into a form": (form, why.form_logged),
        "what a client shows at `connect`": (auth, why.payload_logged),
        "a payload": (payload, why.payload_logged),
    }
    for line in log.lines():
        for what, (secret, cause) in secrets.items():
            got = f"one line is {line.text.replace(secret, '(it)')!r:.300}"
            _demand(secret not in line.text, f"{what} is not in the log", got, cause)


@check(stands_on=[has_the_fields])
def writes_words(start: Start) -> None:
    """`message` is text whatever is logged: a dict too, which adds and changes no field."""
    odd = {"log.level": "none", "levelname": "none", "message": "none", "x": float("nan"), "n": 7}
    server = start(_app(says("odd", "WARNING", odd)))
    log = Log(server)
    server.join("Ana").call("refresh_data", {"dashboard": "odd"})
    _expect_objects(server, log)
    line = log.find(lambda line: line.get("log.logger") == "inner.store") or {}
    is_words = line.get("log.level") == "warning" and "'n': 7" in str(line.get("message"))
    expected = "a dict that is logged is in `message`, as text, and adds and changes no field"
    is_words = is_words and not {"levelname", "x", "n"} & {*line}
    _demand(is_words, expected, f"its line is {shown(line)}", why.dict_on_top)


@check(stands_on=[logs_requests, tells_failures, adds_who_to_all])
def keeps_tracebacks_inside(start: Start) -> None:
    """An error's line has `error.type`, `error.message`, and all of `error.stack_trace` in it."""
    server = start(_app(BROKEN))
    ana = server.join("Ana")
    tried: dict[str, Callable[[], object]] = {
        "a view": lambda: server.get("/api/dashboards", may_raise=True),
        "a handler": lambda: _let_it_raise(ana),
    }
    for where, let_it_raise in tried.items():
        log = Log(server)
        let_it_raise()
        line = log.find(lambda line: "error.type" in line or "error.stack_trace" in line)
        _expect_objects(server, log, may_raise=True)
        expected = f"an error in {where} has a line with its type, its message and its traceback"
        _demand(line, expected, "no line has `error.type`", why.no_traceback)
        told = dict(line or {})
        trace = told.pop("error.stack_trace", "")
        wanted = {"error.type": "RuntimeError", "error.message": FAILING}
        _expect_fields(told, wanted, f"the error in {where}", why.traceback_wrong)
        is_whole = isinstance(trace, str) and "Traceback (" in trace and FAILING in trace
        _demand(is_whole, expected, f"the traceback was {trace!r:.200}", why.traceback_wrong)
        if where == "a view":
            wanted = {"http.response.status_code": 500, "http.request.method": "GET"}
            line = log.find(_about("/api/dashboards")) or {}
            _expect_fields(line, wanted, "a request whose view raises", why.error_unlogged)
            _expect_fields(line, {"log.level": "info"}, "an answer, also of 500", why.level_wrong)


# What the checks are made of.


def _demand(holds: object, expected: str, got: str, cause: Cause) -> None:
    """Raise Failure unless something `holds`."""
    if not holds:
        raise Failure(expected, got, cause)


def _let_it_raise(client: Participant) -> None:
    """Send an event whose handler raises."""
    client.emit("refresh_data", {"dashboard": "failing"})
    client.settle()


def _expect_it_to_raise(client: Participant) -> None:
    """Send an event whose handler raises, and see that it is not answered. Raises Failure."""
    try:
        ack = client.call("refresh_data", {"dashboard": "failing"})
    except Silence:
        return
    # From lab 10 on an error is answered with its code.
    code = ack.get("error") if isinstance(ack, dict) else None
    expected = "the client of a handler that raises is told what it was told in lab 3: nothing"
    _demand(code, expected, f"the event was acknowledged with {shown(ack)}", why.error_swallowed)


def _expect_objects(
    server: Server, log: Log, cause: Cause | None = None, *, may_raise: bool = False
) -> None:
    """See that each line is an object, and that there are any. Raises Failure."""
    lines = log.lines()
    expected = "every line of the output is one JSON object"
    if not lines:
        raise server.explained(expected, "nothing was written", why.nothing_logged)
    other = next((line for line in lines if line.fields is None), None)
    if other:
        got, likely = _why_no_object(other, lines)
        found = Failure(expected, got, cause or likely)
        raise found if may_raise else server.explained(expected, got, found.cause)


def _why_no_object(line: Line, lines: list[Line]) -> tuple[str, Cause]:
    """Return what is wrong with a line that is no object, and why that may be."""
    got, text = f"one line is {line.text!r:.300}", line.text.strip()
    messages = [str(one.fields.get("message")) for one in lines if one.fields]
    if any("--- Logging error ---" in one.text for one in lines):
        errors = [one.text for one in lines if re.match(r"[\w.]*(Error|Exception)\b", one.text)]
        got = f"the formatter stops with an error: {(errors or [got])[-1]!r:.300}"
        return got, why.formatter_raises
    rows = [
        (
            not messages and all(LAST_RESORT.fullmatch(one.text) for one in lines),
            why.nothing_logged,
        ),
        (text == SAID and SAID not in messages, why.one_logger),
        (any(TRACEBACK.match(one.text) for one in lines), why.traceback_outside),
        (re.search(r"\bNaN\b|\bInfinity\b", text) and text[:1] == "{", why.nan_in_a_line),
        (text[:2] == "{'" or text == "{}", why.python_not_json),
        (REQUEST.fullmatch(text), why.own_handler),
        (any(one and text.endswith(one) for one in messages), why.plain_handler),
        (FRAGMENT.fullmatch(line.text), why.several_lines),
        ("{" in text, why.words_before),
    ]
    return got, next((cause for fits, cause in rows if fits), why.free_text)


def _expect_time(text: Any, began: datetime, ended: datetime) -> None:
    """See that this is a moment between the two, give or take a second, in UTC. Raises Failure."""
    got = f"it was {shown(text)}; the time was {ended.isoformat(timespec='seconds')}"
    try:
        when, is_time = zoned(text), True
    except (TypeError, ValueError):
        when, is_time = began, bool(re.match(r"\d{4}-\d\d-\d\d[ T]", str(text)))
        _demand(not is_time, "`@timestamp` says of which zone it is", got, why.local_time)
    expected = "`@timestamp` is when it happened: in UTC, ISO 8601, with its zone"
    _demand(is_time, expected, got, why.time_wrong)
    a_second = timedelta(seconds=1)
    is_now = not when.utcoffset() and began - a_second <= when <= ended + a_second
    _demand(is_now, expected, got, why.local_time)


def _request(
    server: Server, method: str, path: str, status: int, *, least: float = 0, **options: Any
) -> None:
    """Ask for something that takes so many seconds at `least`, and see its line.

    Raises Failure where there is not one, and right.
    """
    log = Log(server)
    began = time.perf_counter()
    server.expect(method, f"{path}?window=week", status=status, **options)
    waited = time.perf_counter() - began
    line = log.find(_about(path))
    found = [one for one in log.objects() if {"url.path", "http.response.status_code"} & {*one}]
    if line is None:
        has_query = "?" in str(found[-1:])
        cause = why.path_wrong if has_query else why.request_fields
        cause = cause if found else why.request_not_logged
        got = f"there is {shown(found[-1])}" if found else "there is none"
        expected = f"there is a line for {method} {path}, with the status"
        raise server.explained(expected, got, cause)
    wanted = {"http.request.method": method, "http.response.status_code": status}
    wanted |= {"client.address": OURS}
    _expect_fields(line, wanted, f"{method} {path}", why.request_fields)
    of_it = [one for one in found if "http.response.status_code" in one]
    _expect_one(of_it, f"{method} {path}")
    _expect_duration(line, least, waited + A_TICK)


def _about(path: str) -> Callable[[Fields], bool]:
    """Return what says whether a line is that of an answered request for `path`."""
    return lambda line: line.get("url.path") == path and "http.response.status_code" in line


def _event(log: Log, event: str, client: Participant) -> Fields:
    """Return the line of an event. Raises Failure where there is none."""
    line = log.find(lambda line: _is_of(line, event, client))
    if line is not None:
        return line
    ended = [one for one in log.objects() if "event.outcome" in one]
    named = [one for one in ended if one.get("event.action") == event]
    like = (named or [one for one in ended if "event.action" not in one])[-1:]
    expected = f"a line with `event.outcome` has `{event}` as action, and {client.name}'s sid"
    got = f"there is {shown(like[0])}" if like else "there is none"
    other = named and "socketio.sid" in like[0]
    cause = why.other_sid if other else why.event_fields if like else why.event_not_logged
    raise client.server.explained(expected, got, cause)


def _is_of(line: Fields, event: str, client: Participant) -> bool:
    """Whether a line is that of a client's event, when it was handled."""
    is_of_it = line.get("event.action") == event and "event.outcome" in line
    return is_of_it and line.get("socketio.sid") == client.sid


def _expect_one(lines: list[Fields], what: str) -> None:
    cause = why.handler_again if lines[1:2] == lines[:1] else why.logged_twice
    expected = f"{what} has one line that says how it ended"
    _demand(len(lines) == 1, expected, f"it has {len(lines)}", cause)


def _expect_fields(line: Fields, wanted: Fields, what: str, cause: Cause) -> None:
    """See that a line has these values, of these types. Raises Failure."""
    for name, value in wanted.items():
        holds = line.get(name) == value and type(line[name]) is type(value)
        got = f"it was {shown(line[name])}" if name in line else f"it has none; {shown(line)}"
        _demand(holds, f"the line of {what} has {shown(value)} as `{name}`", got, cause)


def _expect_duration(line: Fields, least: float = SOME, most: float = float("inf")) -> None:
    """See that `event.duration` is between so many seconds, in nanoseconds. Raises Failure."""
    taken = line.get("event.duration")
    expected = f"`event.duration` is a whole number of nanoseconds, {least * 1e9:.0f} at least"
    holds = type(taken) is int and taken >= least * 0.99e9
    _demand(holds, expected, f"it was {shown(taken)}", why.duration_wrong)
    expected = f"`event.duration` is {most * 1e9:.0f} at most: so long the client has waited"
    _demand((taken or 0) <= most * 1e9, expected, f"it was {taken}", why.began_elsewhere)
