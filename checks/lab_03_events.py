"""Lab 3, events: connect and welcome, refresh_data and data_updated, disconnect."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from kit.checking import (
    JSON_TEXT,
    MORE_ARGUMENTS,
    OTHER_NAMESPACE,
    App,
    Cause,
    Failure,
    Participant,
    Server,
    Silence,
    Starter,
    check,
    source,
)

NOT_IMPORTED = Cause(
    "not-imported",
    "The handlers are written, but the lines that register them have not run: nothing imports the"
    " module that they stand in, or nothing calls the function that they stand in.",
    "Import `events` at the top of `dashboard/__init__.py`: importing it registers the handlers. If"
    " they stand inside a function, call it before `init_app`.",
)
ASYNC = Cause(
    "async-handler",
    "The handler is an `async def`. Flask-SocketIO calls plain functions: what is inside an async"
    " one never runs.",
    "Write `def`, without `async` and without `await`.",
)
HANDLERS_LATE = Cause(
    "handlers-late",
    "The handlers are registered after `init_app`, and Python imports a module only once. So the"
    " first app gets them, and no later one does.",
    "Import `events` at the top of `dashboard/__init__.py`, above `create_app`.",
)
BOUND_ONCE = Cause(
    "bound-once",
    "Only the first app that `create_app` makes gets Socket.IO.",
    "Call `socketio.init_app(app)` for every app, without a condition around it.",
)
FIRST_APP_ONLY = Cause(
    "first-app-only",
    "Something that the handlers use still belongs to the first app, so the clients of the second"
    " one are not answered.",
    "Look for a variable at the top of a module that the first `create_app` fills. Send with"
    " `emit`, and ask `current_app` for what belongs to the app.",
)
TWO_OBJECTS = Cause(
    "two-objects",
    "There is more than one `SocketIO()` object: the handlers are registered with one, the app is"
    " bound to another.",
    "Make the object once, in `extensions.py`, and import it everywhere else.",
)
SID_FIRST = Cause(
    "sid-first",
    "The first argument of the handler is called `sid`, but it is no sid. Flask-SocketIO hands over"
    " the payload there (in `connect`: `auth`). `(sid, ...)` belongs to another library,"
    " python-socketio.",
    "Take `sid` out of the arguments, and read `request.sid` where you need it.",
)
NOT_GREETED = Cause(
    "not-greeted",
    "`connect` came to its end, and no `welcome` reached the client that connects. What a handler"
    " returns is not sent as an event.",
    'Send it inside `connect`: `emit("welcome", {...})`, without `to=`.',
)
NOT_SENT = Cause(
    "not-sent",
    "The handler came to its end, and nothing reached the client that asked.",
    'Look for the line that sends `data_updated`. Is it reached? Plain `emit("data_updated",'
    " answer)` reaches the client that asked; with `to=` it may go where nobody is.",
)
WELCOME_WRONG = Cause(
    "welcome-wrong",
    "The payload of `welcome` differs from the contract.",
    "Send a dict with `sid` (that is `request.sid`), `time` and `user`.",
)
TIME_WRONG = Cause(
    "time-wrong",
    "The time is not the present time in UTC with its zone.",
    "Use `datetime.now(UTC).isoformat()`.",
)
TIME_FROZEN = Cause(
    "time-frozen",
    "The time is worked out once, when the module is imported or the app is made. Everybody is sent"
    " the same one.",
    "Call `datetime.now(UTC)` inside `connect`, for each client anew.",
)
USER_UNKNOWN = Cause(
    "user-not-known",
    "The handler does not look into the session, where signing in puts the name.",
    'Send `session.get("user")`: the name, or None where nobody has signed in.',
)
CANNOT_SIGN_IN = Cause(
    "cannot-sign-in",
    "Signing in does not work any more. It is the work of lab 2, and was given here.",
    "Compare `auth.py`, and what `create_app` mounts, with what this lab began with.",
)
ANSWER_WRONG = Cause(
    "answer-wrong",
    "The payload of `data_updated` differs from the contract.",
    "Compare it with the table in the task: a dict with `dashboard`, `time`, `values`, `clients`.",
)
TIME_IN_VALUES = Cause(
    "time-in-values",
    "The row's time is still among the values.",
    'Take it out with `values.pop("time", None)`, and send it as `time`.',
)
ROW_TIME_WRONG = Cause(
    "row-time-wrong",
    "The time of the values is not sent as ISO 8601 text in UTC.",
    "Send the time that `dashboard.latest()` gives: it is such text already.",
)
TIME_OF_THE_ANSWER = Cause(
    "time-of-the-answer",
    "What is sent is the time of the answer, and not the time of the newest row. The stock prices"
    " are years old.",
    "Send the time that `dashboard.latest()` gives.",
)
NOT_READ = Cause(
    "not-read",
    "There are no values, because nothing has been read from the source yet.",
    "Call `dashboard.refresh()` before `dashboard.latest()`.",
)
GAP_FILLED = Cause(
    "gap-filled",
    "Where a value is missing, an earlier one is sent in its place. Nobody can see that it is old.",
    "Send what the newest row holds: `latest()` gives None where a number is missing.",
)
DEFAULT_MOVES = Cause(
    "default-moves",
    "Without a payload the answer is about what was asked for before, or about all dashboards.",
    "Without a payload it is the first dashboard, each time: `find(None)` returns it.",
)
GAP_WRONG = Cause(
    "gap-wrong",
    "A number that the source could not give is left out, or another value is sent for it.",
    "Keep its column, with the value None: `dashboard.latest()` does so.",
)
STALE = Cause(
    "stale",
    "Each question is answered from the same old reading.",
    "Call `dashboard.refresh()` inside the handler, each time, before `dashboard.latest()`.",
)
PAYLOAD_REQUIRED = Cause(
    "payload-required",
    "The handler only knows questions with a payload. Without one it stops, or gives up.",
    "Give its argument the default None, and hand it to `find` as it is: `find(None)` is the first"
    " dashboard.",
)
DEFAULT_FIXED = Cause(
    "default-fixed",
    "The name of the default dashboard is written into the code. Which one is the first is up to"
    " the app's configuration.",
    "Hand the payload to `find` as it is: `find(None)` is the app's first dashboard.",
)
PAYLOAD_IGNORED = Cause(
    "payload-ignored",
    "The handler does not answer about the dashboard that the payload names.",
    "Look it up with `find(payload)`.",
)
PAYLOAD_IS_DICT = Cause(
    "payload-is-a-dict",
    'The payload is a dict, such as `{"dashboard": "machine"}`, but it is used as if it were the'
    " name itself.",
    "Hand the whole payload to `find`: it takes the name out.",
)
FIND_WANTS_PAYLOAD = Cause(
    "find-wants-payload",
    '`find` found no dashboard. It takes the whole payload, such as `{"dashboard": "machine"}`;'
    " given anything else, it returns None.",
    "Call it with the payload as it came: `find(payload)`.",
)
RETURNED = Cause(
    "returned",
    "The handler returns its answer. That makes it an acknowledgement of this one call; it is no"
    " event, and no listener hears it.",
    'Send it: `emit("data_updated", answer)`.',
)
WRONG_NAME = Cause(
    "wrong-name",
    "Something is sent, but under another event name.",
    "The name is part of the contract, letter by letter. Compare it with the table in the task.",
)
REPLACED = Cause(
    "replaced",
    "Two functions are registered for this event. The second one silently replaces the first.",
    "Keep one of them.",
)
SENT_ELSEWHERE = Cause(
    "sent-elsewhere",
    "The message goes to another client, and not to the one that it is for.",
    "Inside a handler, plain `emit(event, data)` reaches the client whose event it is, and nobody"
    " else. Take `to=`, `skip_sid=` and `include_self=` out, and don't keep a sid for later.",
)
BROADCAST = Cause(
    "broadcast",
    "The message goes to every client: it is sent with `socketio.emit`, or with `broadcast=True`.",
    "Inside a handler, plain `emit(event, data)` reaches the client whose event it is, and nobody"
    " else.",
)
SENT_TWICE = Cause(
    "sent-twice",
    "One event is answered more than once.",
    "Look for a second `emit` of the same event, or for a loop around it.",
)
UNASKED = Cause(
    "unasked",
    "`data_updated` is also sent when nobody has asked, for example from `connect`.",
    "Send it in the handler of `refresh_data` alone: the client asks when it is ready.",
)
NOT_COUNTED = Cause(
    "not-counted",
    "A client that connects is not added to the set of clients.",
    'In `connect`: `current_app.extensions["clients"].add(request.sid)`.',
)
COUNTED_AS_ONE = Cause(
    "counted-as-one",
    "The number does not grow when a second client connects. Either it does not count who is"
    " connected, or it takes two clients for one because they share a name or an address.",
    "Count connections: add `request.sid`, which no two of them share, in `connect`.",
)
NOT_FORGOTTEN = Cause(
    "not-forgotten",
    "A client that has gone is still counted.",
    'In `disconnect`: `current_app.extensions["clients"].discard(request.sid)`.',
)
FORGETS_OTHERS = Cause(
    "forgets-others",
    "When one client goes, others are forgotten too.",
    "In `disconnect`, take out `request.sid` alone, once.",
)
COUNTED_WRONG = Cause(
    "counted-wrong",
    "The number is not how many clients are connected.",
    "Keep one entry a connection: add `request.sid` in `connect`, take it out in `disconnect`.",
)

# The other causes that a missing answer may have, by their names in kit.checking.causes.
SEEN = {"stuck", "exited", "closed"}

MACHINE = {"cpu", "memory", "network", "disk"}
STOCKS = {"GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT"}
STOCKS_FIRST = {
    "SOURCES": [
        {"call": "dashboard.sources.replay.Replay"},
        {"call": "dashboard.sources.machine.Machine"},
    ]
}


@check(tasks=["attach Socket.IO to the app"])
def connects(server: Server) -> None:
    """A Socket.IO client can connect."""
    server.join("Ana")


@check(tasks=["greet each client that connects"], stands_on=[connects])
def greets(start: Starter) -> None:
    """Each client is greeted with `welcome`: its own sid, the time in UTC, its user."""
    server = _far_from_utc(start)
    before = datetime.now(UTC)
    ana = server.join("Ana")
    try:
        welcome = ana.expect("welcome")
    except Silence as silence:
        raise _not_greeted(server, silence, ana) from None
    expected = "`welcome` holds `sid`, the connection's own id, `time` and `user`"
    if not isinstance(welcome, dict) or not {"sid", "time", "user"} <= set(welcome):
        cause = JSON_TEXT if isinstance(welcome, str) else WELCOME_WRONG
        raise Failure(expected, f"it held {welcome!r}", cause)
    if welcome["sid"] != ana.sid:
        got = f"`sid` was {welcome['sid']!r}, and the connection's is {ana.sid!r}"
        raise Failure(expected, got, SID_FIRST if _takes_sid(server, "connect") else WELCOME_WRONG)
    if welcome["user"] is not None:
        got = f"it was {welcome['user']!r}"
        raise Failure("`user` is null while nobody has signed in", got, USER_UNKNOWN)
    _expect_now(welcome["time"], before)
    _expect_own_welcome(server, earlier=welcome["time"])


@check(stands_on=[greets])
def greets_nobody_else(server: Server) -> None:
    """Only the client that connects hears its `welcome`, and once."""
    ana = server.join("Ana")
    ana.expect("welcome")
    ana.settle()
    if (greetings := len(ana.heard("welcome"))) > 1:
        raise Failure("Ana is greeted once", f"Ana was greeted {greetings} times", SENT_TWICE)
    ben = server.join("Ben")
    ben.expect("welcome")
    ben.settle()
    ana.settle()
    if len(ana.heard("welcome")) > 1:
        raise Failure("Ana hears nothing when Ben connects", "Ana heard `welcome` again", BROADCAST)


@check(tasks=["answer refresh_data with data_updated"], stands_on=[connects])
def refreshes(start: Starter) -> None:
    """`refresh_data` is answered with `data_updated`: dashboard, time, values and clients."""
    server = _far_from_utc(start)
    ana = server.join("Ana")
    ana.emit("refresh_data", {"dashboard": "machine"})
    try:
        answer = ana.expect("data_updated")
    except Silence as silence:
        raise _not_answered(server, silence, ana) from None
    _expect_answer(answer, "machine", MACHINE)


@check(tasks=["answer refresh_data with data_updated"], stands_on=[refreshes], goes_on=connects)
def refreshes_once(server: Server) -> None:
    """One question gets one answer, and then the handler is done."""
    ana = server.join("Ana")
    ana.settle()
    if ana.heard("data_updated"):
        raise Failure("nothing is sent before Ana asks", "Ana heard `data_updated`", UNASKED)
    answers = _ask(ana, "machine")
    if len(answers) > 1:
        raise Failure("one question gets one answer", f"it got {len(answers)}", SENT_TWICE)


@check(tasks=["answer refresh_data with data_updated"], stands_on=[refreshes])
def refreshes_by_default(start: Starter) -> None:
    """Without a payload, `refresh_data` means the first dashboard."""
    server = start(App("Testing", settings=STOCKS_FIRST))
    server.note("its first dashboard is stocks, its second one machine")
    ana = server.join("Ana")
    ana.emit("refresh_data")
    try:
        answer = ana.expect("data_updated")
    except Silence as silence:
        crash = silence.crash
        if silence.cause.name in SEEN or (
            crash and crash.type not in {"TypeError", "AttributeError", "KeyError"}
        ):
            raise
        cause = _cause_in_arguments(server) if crash else None
        raise silence.because(cause or PAYLOAD_REQUIRED) from None
    if isinstance(answer, dict) and answer.get("dashboard") == "machine":
        raise Failure("the answer is about stocks", "it was about machine", DEFAULT_FIXED)
    _expect_answer(answer, "stocks", STOCKS)


@check(stands_on=[refreshes_once], goes_on=refreshes_once)
def refreshes_the_one_named(server: Server) -> None:
    """`refresh_data` answers with the dashboard that its payload names."""
    ana = server.join("Ana")
    _ask(ana, "machine")
    answer = _ask(ana, "stocks")[-1]
    if not isinstance(answer, dict) or answer.get("dashboard") != "stocks":
        cause = _cause_in_arguments(server) or PAYLOAD_IGNORED
        raise Failure("`data_updated` is about stocks", f"it was {answer!r}", cause)
    _expect_answer(answer, "stocks", STOCKS)
    # The prices are played again from 2018 on, a week at a time.
    if abs(datetime.fromisoformat(answer["time"]) - datetime.now(UTC)) < timedelta(days=1):
        expected = "`time` is the time of the newest stock prices, years ago"
        raise Failure(expected, f"it was {answer['time']!r}", TIME_OF_THE_ANSWER)


@check(stands_on=[refreshes_the_one_named])
def refreshes_with_the_newest(start: Starter) -> None:
    """Asked again later, `refresh_data` answers with newer values."""
    server = start(App("Testing", {"FEED_SECONDS": 0.01, **STOCKS_FIRST}))
    ana = server.join("Ana")
    first = _ask(ana, "machine")[-1]
    waiting = server.patience()
    questions = 1
    while True:
        server.rests(0.03)  # so that there is something new to read
        ana.settle()
        if (answers := len(ana.heard("data_updated"))) > questions:
            expected = f"Ana is sent as many answers as she has asked questions, {questions}"
            raise Failure(expected, f"she was sent {answers}", UNASKED)
        asked = datetime.now(UTC) - timedelta(seconds=0.02)
        later = _ask(ana, "machine")[-1]
        questions += 1
        is_newer = later["time"] != first["time"] and later["values"] != first["values"]
        time = datetime.fromisoformat(later["time"])
        if "." not in later["time"]:  # it may do without the fractions of its second
            asked = asked.replace(microsecond=0)
        if is_newer and time >= asked:
            break
        if waiting.is_over():
            got = f"every answer was still the one of {first['time']}"
            raise server.explained("a later answer holds a later reading", got, STALE)


@check(stands_on=[refreshes_with_the_newest])
def sends_null_for_a_gap(start: Starter) -> None:
    """A value that is missing is sent as null."""
    server = start(App("Testing", {"SOURCES": [source("Gappy")], "FEED_SECONDS": 0.002}))
    server.note(
        "its source gives 3.25 for `there`, 0.0 for `zero`, -2.5 and NaN in turns for `gap`"
    )
    ana = server.join("Ana")
    seen: list[Any] = []
    while len(seen) < 10 and seen[-2:] != [-2.5, None]:
        ana.emit("refresh_data", {"dashboard": "gappy"})
        answer = ana.expect("data_updated")
        values = answer.get("values") if isinstance(answer, dict) else None
        gap = values.get("gap") if isinstance(values, dict) else None
        if values != {"there": 3.25, "zero": 0.0, "gap": gap} or gap not in {-2.5, None}:
            expected = "`values` is {'there': 3.25, 'zero': 0.0, 'gap': None} where one is missing"
            raise Failure(expected, f"it was {values!r}", GAP_WRONG)
        seen.append(gap)
        server.rests(0.002)  # so that there is something new to read
    if None not in seen:
        expected = "`gap` is null in every second row"
        raise Failure(expected, f"it was {seen}", GAP_FILLED)


@check(stands_on=[refreshes_once], goes_on=refreshes_the_one_named)
def refreshes_nobody_else(server: Server) -> None:
    """Only the client that asks is answered."""
    ana, ben = server.join("Ana"), server.join("Ben")
    ana.settle()
    greeted = len(ana.heard("welcome"))
    _ask(ana, "machine", ben)
    ben.settle()
    if ben.heard("data_updated"):
        raise Failure(
            "Ben hears nothing of Ana's question", "Ben heard `data_updated` too", BROADCAST
        )
    _ask(ben, "machine", ana)
    ana.settle()
    if len(ana.heard("data_updated")) > 1:
        raise Failure("Ana hears nothing of Ben's question", "Ana heard it too", BROADCAST)
    if len(ana.heard("welcome")) > greeted:
        expected = "Ana is greeted when she connects, and not when she asks"
        raise Failure(expected, "she was greeted again", SENT_TWICE)


@check(
    stands_on=[refreshes_by_default, refreshes_the_one_named, refreshes_nobody_else],
    goes_on=refreshes_by_default,
)
def remembers_no_question(start: Starter) -> None:
    """Without a payload there is one answer, too, about the first dashboard, for who asks."""
    server = start(App("Testing", settings=STOCKS_FIRST))
    ana = server.join("Ana")
    ben = server.join("Ben")
    _ask(ana, "machine", ben)
    before = len(ana.heard("data_updated"))
    ana.call("refresh_data")
    for client in (ana, ben):
        client.settle()
    about = [told["dashboard"] for told in ana.heard("data_updated")[before:]]
    if about != ["stocks"]:
        expected = "without a payload there is one answer, about stocks, whatever was asked before"
        got = f"there were {len(about)}, about {', '.join(about)}" if about else "there was none"
        raise Failure(expected, got, SENT_TWICE if "stocks" in about else DEFAULT_MOVES)
    if ben.heard("data_updated"):
        expected = "Ben hears nothing of Ana's question without a payload"
        raise Failure(expected, "Ben heard `data_updated` too", BROADCAST)


@check(tasks=["forget a client that has gone"], stands_on=[refreshes_with_the_newest])
def counts_clients(server: Server) -> None:
    """`clients` is how many are connected now: one that has gone no longer counts."""
    ana = server.join("Ana")
    ana.settle()
    if ana.heard("data_updated"):
        raise Failure("nothing is sent before somebody asks", "`data_updated` was sent", UNASKED)
    questions = 0

    def counted(*others: Participant) -> Any:
        nonlocal questions
        questions += 1
        return _clients(ana, *others)

    alone = counted()
    if alone != 1:
        cause = COUNTED_WRONG if alone else NOT_COUNTED
        raise Failure("`clients` is 1 while only Ana is there", f"it was {alone!r}", cause)
    ben = server.join("Ben")
    ben.settle()
    both = counted(ben)
    if both != 2:
        cause = COUNTED_AS_ONE if both == 1 else COUNTED_WRONG
        raise Failure("`clients` is 2 while Ana and Ben are there", f"it was {both!r}", cause)
    ben.drop()
    # Ben's goodbye travels on a connection of its own, so Ana may be faster: she asks again.
    waiting = server.patience()
    while (left := counted()) != 1:
        if waiting.is_over():
            cause = NOT_FORGOTTEN if left == both else FORGETS_OTHERS
            expected = "`clients` is 1 again when Ben has gone"
            raise server.explained(expected, f"it stayed {left!r}", cause)
    server.join("Cleo").leave()
    while (left := counted()) != 1:
        if waiting.is_over():
            expected = "`clients` is 1 again when Cleo has gone, who said goodbye"
            raise server.explained(expected, f"it stayed {left!r}", NOT_FORGOTTEN)
    ana.settle()
    if len(ana.heard("data_updated")) > questions:
        raise Failure("Ana is sent an answer for each question", "she was sent more", UNASKED)


@check(stands_on=[greets_nobody_else, counts_clients, refreshes_nobody_else])
def tells_two_tabs_apart(server: Server) -> None:
    """Two windows of one visitor are two clients: each is greeted, answered and counted alone."""
    ana = server.join("Ana")
    server.post("/auth/login", data={"name": "Ada"})
    one, two = (server.join(f"Ada's {nth} window", as_visitor=True) for nth in ("first", "second"))
    two.settle()
    both = _clients(ana, one, two)
    if both != 3:
        expected = "`clients` is 3 with Ana and two windows of Ada's"
        raise Failure(expected, f"it was {both!r}", COUNTED_AS_ONE)
    _ask(two, "machine", one)
    one.settle()
    for event in ("welcome", "data_updated"):
        if len(one.heard(event)) > (event == "welcome"):
            expected = f"Ada's first window hears no `{event}` that is for the second"
            raise Failure(expected, "it heard it too", BROADCAST)
    two.leave()
    waiting = server.patience()
    while (left := _clients(ana, one)) != 2:
        if waiting.is_over():
            cause = NOT_FORGOTTEN if left == both else FORGETS_OTHERS
            expected = "`clients` is 2 again when Ada has closed one of her windows"
            raise server.explained(expected, f"it stayed {left!r}", cause)


@check(stands_on=[greets, refreshes])
def works_in_the_next_app(start: Starter) -> None:
    """A second app made in the same process works like the first."""
    server = start(App("Testing"), App("Testing"))
    try:
        ana = server.join("Ana", app=1)
        ana.expect("welcome")
        ana.emit("refresh_data", {"dashboard": "machine"})
        ana.expect("data_updated")
    except Failure as failure:
        better = {
            "no-socketio": BOUND_ONCE,
            "no-handler": HANDLERS_LATE,
            "refused": HANDLERS_LATE,
            "unanswered": FIRST_APP_ONLY,
        }
        if failure.crash or failure.cause.name not in better:
            raise
        raise failure.because(better[failure.cause.name]) from None


# What is asked and expected.


def _far_from_utc(start: Starter) -> Server:
    """Start a server whose local time nobody can take for UTC."""
    server = start(App("Testing"), environment={"TZ": "IST-5:30"})
    server.note("the server's own clock shows Indian time, five and a half hours ahead of UTC")
    return server


def _ask(ana: Participant, dashboard: str, *others: Participant) -> list[Any]:
    """Return every answer to one question; when they are here, the handler is done."""
    before = len(ana.heard("data_updated"))
    ana.call("refresh_data", {"dashboard": dashboard})
    while len(ana.heard("data_updated")) == before:
        try:
            ana.expect("data_updated")
        except Silence as silence:
            for other in others:
                other.settle()
                if other.heard("data_updated"):
                    got = f"{other.name} was sent it instead"
                    raise Failure(silence.expected, got, SENT_ELSEWHERE) from None
            raise
    ana.settle()
    return ana.heard("data_updated")[before:]


def _clients(ana: Participant, *others: Participant) -> Any:
    return _ask(ana, "machine", *others)[-1]["clients"]


def _expect_now(text: Any, before: datetime) -> None:
    expected = "`time` is the present time in UTC, as ISO 8601 text with its zone"
    time = _time(text)
    if time is None:
        raise Failure(expected, f"it was {text!r}", TIME_WRONG)
    if time.utcoffset() is None:
        raise Failure(expected, f"it was {text!r}, without a zone", TIME_WRONG)
    if time.utcoffset() != timedelta(0):
        raise Failure(expected, f"it was {text!r}, in another zone", TIME_WRONG)
    if abs(time - before) > timedelta(minutes=2):
        got = f"it was {text!r}, at {before:%H:%M} UTC"
        raise Failure(expected, got, TIME_WRONG)


def _expect_own_welcome(server: Server, earlier: str) -> None:
    """Demand that a visitor who signs in is greeted by name, with a time of their own."""
    name = "zoë de O'Neil"
    response = server.post("/auth/login", data={"name": name})
    if response.status not in {302, 303}:
        got = f"it was answered with status {response.status}"
        raise Failure("POST /auth/login with a name signs in", got, CANNOT_SIGN_IN)
    zoe = server.join("Zoë", as_visitor=True)
    server.note("she has the cookies of the visitor who has signed in")
    welcome = zoe.expect("welcome")
    if not isinstance(welcome, dict) or welcome.get("user") != name:
        expected = f"`welcome` says `user` is {name!r} to the client that has signed in"
        is_changed = isinstance(welcome, dict) and bool(welcome.get("user"))
        cause = WELCOME_WRONG if is_changed else USER_UNKNOWN
        raise Failure(expected, f"it held {welcome!r}", cause)
    if welcome.get("sid") != zoe.sid:
        expected = "`welcome` holds `sid`, the id of the connection that is greeted"
        got = f"`sid` was {welcome.get('sid')!r}, and the connection's is {zoe.sid!r}"
        raise Failure(expected, got, WELCOME_WRONG)
    # Two clients may well be greeted in one second: without its fractions a time proves nothing.
    has_fractions = re.search(r"\.(?!0+\b)\d{3}", earlier)
    if has_fractions and welcome.get("time") == earlier:
        got = f"both were sent {earlier!r}"
        raise Failure("a client that connects later is sent a later time", got, TIME_FROZEN)


def _time(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _expect_answer(answer: Any, dashboard: str, columns: set[str]) -> None:
    expected = f"`data_updated` holds `dashboard` ({dashboard}), `time`, `values` and `clients`"
    if not isinstance(answer, dict) or not {"dashboard", "time", "values", "clients"} <= set(
        answer
    ):
        cause = JSON_TEXT if isinstance(answer, str) else ANSWER_WRONG
        raise Failure(expected, f"it held {answer!r}", cause)
    if answer["dashboard"] != dashboard:
        raise Failure(expected, f"`dashboard` was {answer['dashboard']!r}", ANSWER_WRONG)
    _expect_values(answer["values"], columns)
    time = _time(answer["time"])
    if time is None or time.utcoffset() != timedelta(0):
        expected = "`time` is the time of the values in UTC, as ISO 8601 text with its zone"
        raise Failure(expected, f"it was {answer['time']!r}", ROW_TIME_WRONG)
    if type(answer["clients"]) is not int:
        got = f"it was {answer['clients']!r}"
        raise Failure("`clients` is a whole number", got, ANSWER_WRONG)


def _expect_values(values: Any, columns: set[str]) -> None:
    if not isinstance(values, dict) or set(values) != columns:
        expected = f"`values` has a number for each of {', '.join(sorted(columns))}"
        cause = JSON_TEXT if isinstance(values, str) else NOT_READ if not values else ANSWER_WRONG
        if isinstance(values, dict) and set(values) == columns | {"time"}:
            cause = TIME_IN_VALUES
        raise Failure(expected, f"it was {values!r}", cause)
    for name, value in values.items():
        if type(value) not in {int, float, type(None)}:
            raise Failure(f"`{name}` is a number or null", f"it was {value!r}", ANSWER_WRONG)


# What explains that nothing came.


def _not_greeted(server: Server, silence: Silence, ana: Participant) -> Failure:
    """Return the finding with a better cause, where one can be seen."""
    if silence.crash or silence.cause.name in SEEN:
        return silence
    if silence.cause.name == "no-handler":
        return _unregistered(server, silence, "connect")
    found = _cause_in_source(server, "connect")
    if found:
        return silence.because(found)
    if ana.everything_heard():
        return silence.because(WRONG_NAME)
    server.join("Ben").settle()
    ana.settle()
    return silence.because(SENT_ELSEWHERE if ana.heard("welcome") else NOT_GREETED)


def _not_answered(server: Server, silence: Silence, ana: Participant) -> Failure:
    """Return the finding with a better cause, where one can be seen."""
    if silence.crash:
        return silence.because(_cause_of_crash(server, silence, silence.crash.message))
    if silence.cause.name in SEEN:
        return silence
    if silence.cause.name == "no-handler":
        return _unregistered(server, silence, "refresh_data")
    return silence.because(_cause_of_silence(server, ana))


def _cause_of_crash(server: Server, silence: Silence, message: str) -> Cause:
    if silence.cause.name == "raised" and _takes_sid(server, "refresh_data"):
        return SID_FIRST
    if "unhashable type: 'dict'" in message:
        return PAYLOAD_IS_DICT
    if re.search(r"'NoneType' object has no attribute '(refresh|latest|source|rows)'", message):
        return FIND_WANTS_PAYLOAD
    return silence.cause


def _cause_of_silence(server: Server, ana: Participant) -> Cause:
    found = _cause_in_source(server, "refresh_data")
    if found:
        return found
    if [name for name, _ in ana.everything_heard() if name != "welcome"]:
        return WRONG_NAME
    ben = server.join("Ben")
    ack = ana.call("refresh_data", {"dashboard": "machine"})
    ben.settle()
    if ben.heard("data_updated"):
        return SENT_ELSEWHERE
    if isinstance(ack, dict) and {"dashboard", "values", "clients"} & set(ack):
        return RETURNED
    return FIND_WANTS_PAYLOAD if _finds_by_name(server) else NOT_SENT


def _unregistered(server: Server, silence: Silence, event: str) -> Failure:
    if server.app.handlers():
        return silence  # others are registered: this one's name or decorator is what is missing
    if server.source.other_namespace():
        return silence.because(OTHER_NAMESPACE)
    made = re.compile(r"^[^#\"']*(?<!class )\bSocketIO\(")
    if sum(bool(made.search(line.text)) for line in server.source.lines()) > 1:
        return silence.because(TWO_OBJECTS)
    return silence.because(NOT_IMPORTED) if _registrations(server, event) else silence


def _cause_in_source(server: Server, event: str) -> Cause | None:
    """Return what the source shows to keep a registered handler of `event` from being heard."""
    if _registrations(server, event) > 1:
        return REPLACED
    if server.source.find(r"^\s*async def "):
        return ASYNC
    return OTHER_NAMESPACE if server.source.other_namespace() else None


def _registrations(server: Server, event: str) -> int:
    """Return how many functions the source registers for `event`, by name."""
    decorator = re.compile(rf"""^\s*@\w+\.on\(\s*["']{event}["']""")
    return sum(bool(decorator.match(line.text)) for line in server.source.lines())


def _cause_in_arguments(server: Server) -> Cause | None:
    """Return what is wrong with the arguments of the function for `refresh_data`, if it shows."""
    if _takes_sid(server, "refresh_data"):
        return SID_FIRST
    takes_more = _is_written(server, "refresh_data", r"def \w+\(\s*\w+[^,()\[\]]*,\s*\w")
    return MORE_ARGUMENTS if takes_more else None


def _takes_sid(server: Server, event: str) -> bool:
    """Whether the function registered for `event` calls its first argument `sid`."""
    return _is_written(server, event, r"\s*def \w+\(\s*(self\s*,\s*)?_?sid\b")


def _is_written(server: Server, event: str, pattern: str) -> bool:
    """Whether the first line of the function registered for `event` is like this."""
    lines = server.source.lines()
    decorator = re.compile(rf"""^\s*@\w+\.(on\(\s*["']{event}["']|event\b)""")
    named = re.compile(rf"\s*def on_{event}\(")
    function = re.compile(pattern)
    return any(
        function.match(line.text) and (decorator.match(above.text) or named.match(line.text))
        for above, line in pairwise(lines)
    )


def _finds_by_name(server: Server) -> bool:
    return server.source.find(r"\bfind\(\s*\w+\s*(\[|\.get\()") is not None
