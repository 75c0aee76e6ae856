"""Lab 3, events: connect and welcome, refresh_data and data_updated, disconnect."""

from datetime import UTC, datetime, timedelta
from numbers import Real
from typing import Any

from kit.checking import App, Cause, Failure, Server, Silence, Starter, check

HANDLERS_LATE = Cause(
    "handlers-late",
    "The handlers are not registered when the app is made: the module they stand in is imported"
    " after `init_app`, or only once for the first app, or not at all.",
    "Import `events` at the top of `dashboard/__init__.py`, above `create_app`.",
)
TWO_OBJECTS = Cause(
    "two-objects",
    "There is more than one `SocketIO()` object: the handlers are registered with one, the app is"
    " bound to another.",
    "Make the object once, in `extensions.py`, and import it everywhere else.",
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
ANSWER_WRONG = Cause(
    "answer-wrong",
    "The payload of `data_updated` differs from the contract.",
    "Send a dict with `dashboard`, `time`, `values` and `clients`.",
)
PAYLOAD_REQUIRED = Cause(
    "payload-required",
    "The handler cannot be called without a payload.",
    "Give its argument a default: `def refresh_data(payload=None)`.",
)
PAYLOAD_IGNORED = Cause(
    "payload-ignored",
    "The handler does not look at the dashboard that the payload names.",
    "Look it up with `find(payload)`.",
)
RETURNED = Cause(
    "returned",
    "The handler returns its answer. That makes it an acknowledgement, which only this call gets;"
    " it is no event.",
    'Send it: `emit("data_updated", answer)`.',
)
BROADCAST = Cause(
    "broadcast",
    "The message goes to every client: `socketio.emit`, or `broadcast=True`.",
    "Inside a handler, plain `emit(event, data)` reaches the sender alone.",
)
SENT_TWICE = Cause(
    "sent-twice",
    "One event is answered more than once.",
    "Look for a second `emit` of the same event, or a handler that is registered twice.",
)
NOT_COUNTED = Cause(
    "not-counted",
    "A client that connects is not added to the set of clients.",
    'In `connect`: `current_app.extensions["clients"].add(request.sid)`.',
)
NOT_FORGOTTEN = Cause(
    "not-forgotten",
    "A client that has gone is still in the set of clients.",
    'In `disconnect`: `current_app.extensions["clients"].discard(request.sid)`.',
)
WRONG_NAME = Cause(
    "wrong-name",
    "The answer is sent under another event name.",
    "The name is part of the contract, letter by letter: `data_updated`.",
)


@check(tasks=["attach Socket.IO to the app"])
def connects(server: Server) -> None:
    """A Socket.IO client can connect."""
    server.join("Ana")


@check(tasks=["greet each client that connects"], stands_on=[connects])
def greets(server: Server) -> None:
    """Each client is greeted with `welcome`: its own sid, and the time in UTC."""
    before = datetime.now(UTC)
    ana = server.join("Ana")
    try:
        welcome = ana.expect("welcome")
    except Silence as silence:
        raise _explained(server, silence) from None
    expected = "`welcome` holds `sid`, the connection's own id, `time` and `user`"
    if not isinstance(welcome, dict) or not {"sid", "time", "user"} <= set(welcome):
        raise Failure(expected, f"it held {welcome!r}", WELCOME_WRONG)
    if welcome["sid"] != ana.sid:
        got = f"`sid` was {welcome['sid']!r}, and the connection's is {ana.sid!r}"
        raise Failure(expected, got, WELCOME_WRONG)
    _expect_time(welcome["time"], before)


@check(stands_on=[greets])
def greets_nobody_else(server: Server) -> None:
    """Only the client that connects hears its `welcome`."""
    ana = server.join("Ana")
    ana.expect("welcome")
    ben = server.join("Ben")
    ben.expect("welcome")
    ana.settle()
    if len(ana.heard("welcome")) > 1:
        raise Failure(
            "Ana hears nothing when Ben connects",
            f"Ana heard {len(ana.heard('welcome'))} greetings",
            BROADCAST,
        )


@check(tasks=["answer refresh_data with data_updated"], stands_on=[connects])
def refreshes(server: Server) -> None:
    """`refresh_data` is answered with `data_updated`: dashboard, time, values and clients."""
    ana = server.join("Ana")
    ana.emit("refresh_data", {"dashboard": "machine"})
    _expect_answer(server, ana, "machine", {"cpu", "memory", "network", "disk"})


@check(tasks=["answer refresh_data with data_updated"], stands_on=[refreshes])
def refreshes_by_default(server: Server) -> None:
    """Without a payload, `refresh_data` means the first dashboard."""
    ana = server.join("Ana")
    ana.emit("refresh_data")
    try:
        _expect_answer(server, ana, "machine", {"cpu", "memory", "network", "disk"})
    except Silence as silence:
        if silence.crash and "required positional argument" in silence.crash.message:
            raise silence.because(PAYLOAD_REQUIRED) from None
        if silence.crash and silence.crash.where and "payload" in silence.crash.where.code:
            raise silence.because(PAYLOAD_REQUIRED) from None
        raise


@check(stands_on=[refreshes])
def refreshes_the_one_named(server: Server) -> None:
    """`refresh_data` answers with the dashboard that its payload names."""
    ana = server.join("Ana")
    ana.emit("refresh_data", {"dashboard": "stocks"})
    answer = ana.expect("data_updated")
    if not isinstance(answer, dict) or answer.get("dashboard") != "stocks":
        raise Failure("`data_updated` is about stocks", f"it was {answer!r}", PAYLOAD_IGNORED)


@check(stands_on=[refreshes])
def refreshes_nobody_else(server: Server) -> None:
    """Only the client that asks is answered, and once."""
    ana, ben = server.join("Ana"), server.join("Ben")
    ana.emit("refresh_data", {"dashboard": "machine"})
    ana.expect("data_updated")
    # The answer to the second question comes after everything that the first one led to.
    ana.emit("refresh_data", {"dashboard": "stocks"})
    while True:
        answer = ana.expect("data_updated")
        if isinstance(answer, dict) and answer.get("dashboard") == "stocks":
            break
    ana.settle()
    ben.settle()
    if ben.heard("data_updated"):
        raise Failure(
            "Ben hears nothing of Ana's question", "Ben heard `data_updated` too", BROADCAST
        )
    if len(ana.heard("data_updated")) > 2:
        raise Failure(
            "two questions get two answers",
            f"they got {len(ana.heard('data_updated'))}",
            SENT_TWICE,
        )


@check(tasks=["forget a client that has gone"], stands_on=[refreshes])
def counts_clients(server: Server) -> None:
    """`clients` is how many are connected now: one that has gone no longer counts."""
    ana, ben = server.join("Ana"), server.join("Ben")
    both = _clients(ana)
    if both != 2:
        raise Failure("`clients` is 2 while Ana and Ben are there", f"it was {both!r}", NOT_COUNTED)
    ben.leave()
    # Ben's goodbye travels on a connection of its own, so Ana may be faster: she asks again.
    waiting = server.patience()
    while (left := _clients(ana)) != 1:
        if waiting.is_over():
            server.trouble("a client can leave")
            raise server.explained("`clients` is 1 again", f"it stayed {left!r}", NOT_FORGOTTEN)


@check(stands_on=[greets, refreshes])
def works_in_the_next_app(start: Starter) -> None:
    """A second app made in the same process works like the first."""
    server = start(App("Testing"), App("Testing"))
    ana = server.join("Ana", app=1)
    try:
        ana.expect("welcome")
        ana.emit("refresh_data")
        ana.expect("data_updated")
    except Silence as silence:
        raise (silence if silence.crash else silence.because(HANDLERS_LATE)) from None


def _clients(ana: Any) -> Any:
    ana.emit("refresh_data", {"dashboard": "machine"})
    answer = ana.expect("data_updated")
    return answer.get("clients") if isinstance(answer, dict) else answer


def _expect_time(text: Any, before: datetime) -> None:
    expected = "`time` is the present time in UTC, as ISO 8601 text with its zone"
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Failure(expected, f"it was {text!r}", TIME_WRONG) from None
    if time.utcoffset() is None:
        raise Failure(expected, f"it was {text!r}, without a zone", TIME_WRONG)
    if abs(time - before) > timedelta(minutes=2) or time.utcoffset() != timedelta(0):
        raise Failure(expected, f"it was {text!r}", TIME_WRONG)


def _expect_answer(server: Server, ana: Any, dashboard: str, columns: set[str]) -> None:
    try:
        answer = ana.expect("data_updated")
    except Silence as silence:
        raise _explained(server, silence, ana) from None
    expected = f"`data_updated` holds `dashboard` ({dashboard}), `time`, `values` and `clients`"
    missing = {"dashboard", "time", "values", "clients"} - set(answer or ())
    if not isinstance(answer, dict) or missing:
        raise Failure(expected, f"it held {answer!r}", ANSWER_WRONG)
    if answer["dashboard"] != dashboard:
        raise Failure(expected, f"`dashboard` was {answer['dashboard']!r}", ANSWER_WRONG)
    values = answer["values"]
    if not isinstance(values, dict) or set(values) != columns:
        expected = f"`values` has a number for each of {', '.join(sorted(columns))}"
        raise Failure(expected, f"it was {values!r}", ANSWER_WRONG)
    for name, value in values.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
            raise Failure(f"`{name}` is a number or null", f"it was {value!r}", ANSWER_WRONG)


def _explained(server: Server, silence: Silence, ana: Any = None) -> Failure:
    """Return the finding with a better cause, where one can be seen."""
    if silence.crash or silence.cause.name in {"stuck", "exited"}:
        return silence
    if ana is not None and silence.cause.name == "unanswered":
        others = [name for name, _ in ana.everything_heard() if name != "welcome"]
        if others:
            return silence.because(WRONG_NAME)
        answer = ana.call("refresh_data", {"dashboard": "machine"})
        if answer is not None:
            return silence.because(RETURNED)
    if len([line for line in server.source.lines() if "SocketIO(" in line.text]) > 1:
        return silence.because(TWO_OBJECTS)
    return silence
