"""Lab 3, events: connect and welcome, refresh_data and data_updated, disconnect."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from checks.contract import DataUpdated, Welcome
from kit.checking import (
    FAILING,
    RETURNED,
    SENT_ELSEWHERE,
    SID_FIRST,
    App,
    Cause,
    Failure,
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
from kit.checking.contract import shown, zoned
from kit.checking.evidence import Seen, both, either

why = causes(__file__)

ASK, ANSWER = "refresh_data", "data_updated"
MACHINE = {"dashboard": "machine"}
COLUMNS = {
    "machine": {"cpu", "memory", "network", "disk"},
    "stocks": {"GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT"},
    "gappy": {"there", "zero", "gap"},
}
STOCKS_FIRST = {
    "SOURCES": [
        {"call": "dashboard.sources.replay.Replay"},
        {"call": "dashboard.sources.machine.Machine"},
    ]
}
OF_THE_LIBRARY = {"sid", "EIO", "transport"}  # what a connection's address says for itself
INDIA = {"TZ": "IST-5:30"}  # a local time that nobody can take for UTC
# What Python says where `find` has found none.
NO_DASHBOARD = [f"'NoneType' object has no attribute '{name}'" for name in ("refresh", "latest")]
# Names that change where somebody tidies them up, and one that looks like a number.
NAMES = ("zoë  de O'Neil ﬁ", "007")
# Seconds of rest: in which a handler comes to where it is held, and in which whoever is hastened
# sends what it would send later.
A_MOMENT, A_WHILE = 0.006, 0.02


def _hears_the_next_welcome(seen: Seen) -> bool:
    seen.client.beside("Ben").settle()
    seen.client.settle()
    return bool(seen.client.heard("welcome"))


NEVER_REFRESHES = evidence.no(evidence.written(r"\.refresh\("))
# Why nothing comes, or something else: the first that fits.
WHY_NOT_GREETED: Rows = [
    *evidence.why_silent("connect"),
    (_hears_the_next_welcome, SENT_ELSEWHERE),
    (evidence.always, why.not_greeted),
]
WHY_NOT_ANSWERED: Rows = [
    (both(evidence.raised, evidence.takes_sid(ASK)), SID_FIRST),
    (evidence.says("unhashable type: 'dict'"), why.payload_is_a_dict),
    (evidence.says(*NO_DASHBOARD), why.find_wants_payload),
    (both(evidence.is_called("raised", "no-such-key"), NEVER_REFRESHES), why.not_read),
    *evidence.why_silent(ASK, "welcome"),
    (evidence.answered(ASK, ANSWER, MACHINE, to="Ben"), SENT_ELSEWHERE),
    (evidence.acknowledged(ASK, MACHINE, "dashboard", "values"), RETURNED),
    (evidence.answered(ASK, ANSWER), why.find_wants_payload),
    (evidence.always, why.not_sent),
]
WHY_PAYLOAD = evidence.why_another_payload(ASK)
WHY_OF_ANOTHER: Rows = [*WHY_PAYLOAD, (evidence.always, why.payload_ignored)]
WHY_NO_DEFAULT: Rows = [
    *((both(evidence.crashed, look), cause) for look, cause in WHY_PAYLOAD),
    (either(evidence.raised, evidence.is_called("signature", "unanswered")), why.payload_required),
]
WHY_ANSWER_WRONG: Rows = [
    (evidence.told(ANSWER, lambda told: {*told["values"]} == {"there", "zero"}), why.gap_wrong),
    (evidence.told(ANSWER, lambda told: "time" in told["values"]), why.time_in_values),
    (evidence.told(ANSWER, lambda told: told["values"] == {}), why.not_read),
]
WHY_WELCOME_WRONG: Rows = [
    (both(evidence.expects("`sid`"), evidence.takes_sid("connect")), SID_FIRST),
]
WHY_STILL_COUNTED: Rows = [
    (both(evidence.is_called("not-forgotten"), evidence.takes_sid("disconnect")), SID_FIRST),
]


@check(tasks=["attach Socket.IO to the app"])
def connects(server: Server) -> None:
    """A Socket.IO client can connect."""
    server.join("Ana")


@check(tasks=["greet each client that connects"], stands_on=[connects])
def greets(start: Start) -> None:
    """Each client is greeted with `welcome`: its own sid, the time in UTC, its user."""
    server = start(App("Testing"), environment=INDIA)
    first = _welcome(server.join("Ana"), None)
    eve = dict.fromkeys(server.codebase.claimed_names() - OF_THE_LIBRARY, "Eve")
    _welcome(server.join("Eve", claims=eve), None, why.user_claimed)
    try:
        again = server.join("Eve", auth=eve | {"sid": "Eve"})
    except Failure:
        pass  # python-socketio lets in nobody whose auth its handler does not take
    else:
        _welcome(again, None, why.user_claimed)
    for name in NAMES:
        response = server.post("/auth/login", data={"name": name})
        if response.status not in {302, 303}:
            got = f"it was answered with status {response.status}"
            raise Failure("POST /auth/login with a name signs in", got, why.cannot_sign_in)
        visitor = server.join("Zoë", as_visitor=True)
        server.note("she has the cookies of the visitor who has signed in")
        last = _welcome(visitor, name)
    _welcome(server.join("Ben"), None, why.user_of_another)
    # Clients may well be greeted in one second: without its fractions a time proves nothing.
    if re.search(r"\.(?!0+\b)\d{3}", first.time) and last.time == first.time:
        expected = "a client that connects later is sent a later time"
        raise Failure(expected, f"both were sent {first.time!r}", why.time_frozen)


@check(stands_on=[greets], goes_on=connects)
def greets_nobody_else(server: Server) -> None:
    """Only the client that connects hears its `welcome`, and once."""
    with server.hastened():  # what would be sent in a few seconds comes at once
        ana = server.join("Ana")
        ana.expect("welcome")
        server.rests(A_WHILE)
        ana.settle()
    if (greetings := len(ana.heard("welcome"))) > 1:
        raise Failure("Ana is greeted once", f"Ana was greeted {greetings} times", why.sent_twice)
    with server.only(None, hears="welcome", among=[ana], otherwise=why.broadcast):
        server.join("Ben").expect("welcome")


@check(tasks=["answer refresh_data with data_updated"], stands_on=[connects])
def refreshes(start: Start) -> None:
    """`refresh_data` is answered with `data_updated`: dashboard, time, values and clients."""
    ana = start(App("Testing"), environment=INDIA).join("Ana")
    ana.emit(ASK, MACHINE)
    _answer(ana, "machine", WHY_NOT_ANSWERED)


@check(tasks=["answer refresh_data with data_updated"], stands_on=[refreshes])
def refreshes_once(server: Server) -> None:
    """One question gets one answer, and then the handler is done."""
    with server.hastened():  # what would be sent in a few seconds comes at once
        ana = server.join("Ana")
        server.rests(A_WHILE)
        ana.settle()
    if ana.heard(ANSWER):
        raise Failure("nothing is sent before Ana asks", f"Ana heard `{ANSWER}`", why.unasked)
    with server.only(ana, hears=ANSWER, among=[], otherwise=why.sent_twice):
        _ask(ana, "machine")
    with server.hastened(), server.only(ana, hears=ANSWER, among=[], otherwise=why.unasked):
        _ask(ana, "machine")
        server.rests(A_WHILE)


@check(tasks=["answer refresh_data with data_updated"], stands_on=[refreshes])
def refreshes_by_default(start: Start) -> None:
    """Without a payload, `refresh_data` means the first dashboard."""
    server = start(App("Testing", settings=STOCKS_FIRST))
    server.note("its first dashboard is stocks, its second one machine")
    ana = server.join("Ana")
    ana.emit(ASK)
    _answer(ana, "stocks", WHY_NO_DEFAULT, [(evidence.always, why.default_fixed)])


@check(stands_on=[refreshes_once], goes_on=refreshes_once)
def refreshes_the_one_named(server: Server) -> None:
    """`refresh_data` answers with the dashboard that its payload names."""
    ana = server.join("Ana")
    _ask(ana, "machine")
    answer = _ask(ana, "stocks", other=WHY_OF_ANOTHER)
    # The prices are played again from 2018 on, a week at a time.
    if abs(zoned(answer.time) - datetime.now(UTC)) < timedelta(days=1):
        expected = "`time` is the time of the newest stock prices, years ago"
        raise Failure(expected, f"it was {answer.time!r}", why.time_of_the_answer)


@check(stands_on=[refreshes_the_one_named])
def refreshes_with_the_newest(start: Start) -> None:
    """Asked again later, `refresh_data` answers with newer values."""
    server = start(App("Testing", {"FEED_SECONDS": 0.01, **STOCKS_FIRST}))
    ana = server.join("Ana")
    later = first = _ask(ana, "machine")
    waiting = server.patience()
    asked = datetime.now(UTC)
    while later.time == first.time or later.values == first.values or zoned(later.time) < asked:
        server.rests(0.03)  # so that there is something new to read
        if waiting.is_over():
            got = f"every answer was still the one of {later.time}"
            raise server.explained("a later answer holds a later reading", got, why.stale)
        asked = datetime.now(UTC) - timedelta(seconds=0.02)
        later = _ask(ana, "machine")
        if "." not in later.time:  # it may do without the fractions of its second
            asked = asked.replace(microsecond=0)


@check(stands_on=[refreshes_with_the_newest])
def sends_null_for_a_gap(start: Start) -> None:
    """A value that is missing is sent as null."""
    sources = [source("Gappy"), source("Failing")]
    server = start(App("Testing", {"SOURCES": sources, "FEED_SECONDS": 0.002}))
    server.note("the source of gappy gives -2.5 for `gap` once, then nothing; another one fails")
    ana = server.join("Ana")
    gaps: list[float | None] = []
    while len(gaps) < 10 and None not in gaps:
        ana.emit(ASK, {"dashboard": "gappy"})
        values = _answer(ana, "gappy", [(evidence.says(FAILING), why.reads_all)]).values
        gaps.append(gap := values["gap"])
        right = {"there": 3.14159, "zero": 0.0, "gap": gap}
        if values != right or gap not in (-2.5, None):
            cause = why.gap_wrong if values == right else why.value_changed
            expected = f"`values` is {shown(right | {'gap': -2.5})}, or null for `gap`"
            raise Failure(expected, f"it was {shown(values)}", cause)
        server.rests(0.002)  # so that there is something new to read
    if None not in gaps:
        expected = "`gap` is null in every row after the first"
        raise Failure(expected, f"it was {gaps}", why.gap_filled)


@check(stands_on=[refreshes_the_one_named], goes_on=refreshes_the_one_named)
def refreshes_nobody_else(server: Server) -> None:
    """Only the client that asks is answered."""
    ana, ben = server.join("Ana"), server.join("Ben")
    with server.only(None, hears="welcome", among=[ana, ben], otherwise=why.sent_twice):
        for client, other in ((ana, ben), (ben, ana)):
            with server.only(client, hears=ANSWER, among=[other], otherwise=why.broadcast):
                _ask(client, "machine", other)
    with server.telling("Ana asked for machine, and before she was answered Ben asked for stocks"):
        with server.held("handlers") as step:
            for client, dashboard in ((ana, "machine"), (ben, "stocks")):
                client.emit(ASK, {"dashboard": dashboard})
                server.rests(A_MOMENT)
            step()  # both come to their next step: at the end, to send
            step()
        mixed_up: Rows = [(evidence.crashed, None), (evidence.always, why.mixed_up)]
        for client, dashboard in ((ana, "machine"), (ben, "stocks")):
            _answer(client, dashboard, mixed_up, mixed_up)


@check(stands_on=[sends_null_for_a_gap, refreshes_nobody_else])
def bears_a_failing_source(start: Start) -> None:
    """Where a source fails, others are answered as before, and so is the next question about it."""
    fails_once = {"after": 1, "quiet": 0, "failing": 1}
    names = sorted(COLUMNS["machine"])
    machine = source("Moody", id="machine", names=names, step=1, **fails_once)
    server = start(App("Testing", {"SOURCES": [machine, source("Gappy")], "FEED_SECONDS": 0.002}))
    server.note("the source of machine fails when it is read for the second time")
    ana, ben, cleo = (server.join(name) for name in ("Ana", "Ben", "Cleo"))
    _ask(ana, "machine")
    server.rests(0.002)  # so that it is read again
    nobody_else = server.only(None, hears=ANSWER, among=[ben], otherwise=why.failure_spreads)
    with nobody_else, suppress(Failure):  # whether Ana is answered is left open
        ana.call(ASK, MACHINE)
    asked = [(ben, "gappy"), (ben, "gappy"), (ben, "gappy"), (cleo, "machine")]
    with server.held("handlers"):  # so that those who ask now are threads other than Ana's was
        for client, dashboard in asked:
            client.emit(ASK, {"dashboard": dashboard})
            server.rests(A_MOMENT)
    try:
        ana.settle()
        for client, dashboard in asked:
            _answer(client, dashboard)
    except Failure as failure:
        raise failure.because(why.failure_spreads) from None


@check(
    stands_on=[refreshes_by_default, refreshes_nobody_else],
    goes_on=refreshes_by_default,
)
def remembers_no_question(start: Start) -> None:
    """Without a payload there is one answer, too, about the first dashboard, for who asks."""
    server = start(App("Testing", settings=STOCKS_FIRST))
    ana, ben = server.join("Ana"), server.join("Ben")
    _ask(ana, "machine", ben)
    with server.only(ana, hears=ANSWER, among=[ben], otherwise=why.broadcast, twice=why.sent_twice):
        _ask(ana, "stocks", named=False, other=[(evidence.always, why.default_moves)])


@check(tasks=["forget a client that has gone"], stands_on=[refreshes_with_the_newest])
def counts_clients(server: Server) -> None:
    """`clients` is how many are connected now: one that has gone no longer counts."""
    ana = server.join("Ana")
    _expect_count(ana, 1, {0: why.not_counted})
    ben = server.join("Ben")
    _expect_count(ana, 2, {1: why.counted_as_one}, ben)
    _expect_count(ana, 1, {2: why.not_forgotten, 0: why.forgets_others}, after=ben.drop)
    cleo = server.join("Cleo")
    _expect_count(ana, 1, {2: why.not_forgotten}, after=cleo.leave)
    with server.telling("Dan and Eve connected at the same time"), ThreadPoolExecutor() as pool:
        with server.held("handlers"):
            both = [pool.submit(server.join, name) for name in ("Dan", "Eve")]
            while len(server.app.stacks()) < 2 and not all(one.done() for one in both):
                server.rests(A_MOMENT)  # until both are greeted
        for one in both:
            one.result()
    _expect_count(ana, 3, {}, after=lambda: None)


@check(stands_on=[greets_nobody_else, counts_clients, refreshes_nobody_else])
def tells_two_tabs_apart(server: Server) -> None:
    """Two windows of one visitor are two clients: each is greeted, answered and counted alone."""
    ana = server.join("Ana")
    server.post("/auth/login", data={"name": "Ada"})
    one = server.join("Ada's first window", as_visitor=True)
    _welcome(one, "Ada")
    with server.only(None, hears="welcome", among=[one], otherwise=why.broadcast):
        two = server.join("Ada's second window", as_visitor=True)
        try:
            _welcome(two, "Ada")
        except Silence as silence:
            raise (silence if silence.crash else silence.because(why.second_window)) from None
    _expect_count(ana, 3, {2: why.counted_as_one}, one, two)
    with server.only(two, hears=ANSWER, among=[one], otherwise=why.broadcast):
        _ask(two, "machine", one)
    gone = {3: why.not_forgotten, 1: why.forgets_others}
    _expect_count(ana, 2, gone, one, after=two.leave)


@check(stands_on=[greets, counts_clients, remembers_no_question])
def works_in_the_next_app(start: Start) -> None:
    """A second app made in the same process works like the first."""
    first = App("Testing", hears=[[ASK], [ASK, MACHINE]])
    server = start(first, App("Testing", settings=STOCKS_FIRST))
    server.note("a client asked the first app twice before the second one was made")
    server.note("the first dashboard of the second app is stocks")
    try:
        ana = server.join("Ana", app=1)
        ana.expect("welcome")
        ana.emit(ASK)
        answer = _answer(ana, "stocks", other=[(evidence.always, why.first_app_only)])
        if answer.clients != 1:
            expected = "`clients` is 1: one is connected to the second app"
            raise Failure(expected, f"it was {answer.clients}", why.first_app_only)
    except Failure as failure:
        better = {"no-socketio": why.bound_once, "unanswered": why.first_app_only}
        better |= dict.fromkeys(("no-handler", "refused"), why.handlers_late)
        if failure.crash:
            raise
        raise failure.because(better.get(failure.cause.name, failure.cause)) from None


# What is asked and expected.


def _welcome(client: Participant, user: str | None, otherwise: Cause | None = None) -> Welcome:
    """Return the greeting of a client that is this user, or nobody. Raises Failure."""
    wrong = WHY_WELCOME_WRONG
    welcome = client.expect("welcome", Welcome, why=WHY_NOT_GREETED, wrong=wrong, sid=client.sid)
    now = datetime.now(UTC)
    if abs(zoned(welcome.time) - now) > timedelta(minutes=2):
        got = f"it was {welcome.time!r}, at {now:%H:%M} UTC"
        raise Failure("`time` is the present time in UTC", got, why.time_wrong)
    if welcome.user != user:
        who = "who has signed in" if user else "who has not signed in"
        changed = why.name_changed if user and welcome.user else why.user_not_known
        expected = f"`welcome` says {shown(user)} as `user` to {client.name}, {who}"
        raise Failure(expected, f"it said {shown(welcome.user)}", otherwise or changed)
    return welcome


def _ask(
    client: Participant, about: str, *others: Participant, named: bool = True, other: Rows = ()
) -> DataUpdated:
    """Ask about a dashboard, and return the answer when the handler is done; see `_answer`.

    The question names the dashboard, unless it is without a payload. Raises Failure, also where
    the answer goes to one of the `others`.
    """
    client.call(ASK, *([{"dashboard": about}] if named else []))
    elsewhere: Rows = [(evidence.heard_by(ANSWER, *others), SENT_ELSEWHERE)]
    answer = _answer(client, about, elsewhere, other)
    client.settle()
    return answer


def _answer(client: Participant, about: str, why_not: Rows = (), other: Rows = ()) -> DataUpdated:
    """Return the next answer that a client is sent, which is about this dashboard.

    `why_not` are rows that explain that none comes, `other` that it is about another one. Raises
    Failure.
    """
    answer = client.expect(ANSWER, DataUpdated, why=why_not, wrong=WHY_ANSWER_WRONG)
    if answer.dashboard != about:
        got = f"it was about {shown(answer.dashboard)}"
        found = Failure(f"the answer is about {about}", got, why.answer_wrong)
        raise client.explained(found, other)
    if answer.values.keys() != COLUMNS[about]:
        expected = f"`values` has a number for each of {', '.join(sorted(COLUMNS[about]))}"
        found = Failure(expected, f"it was {shown(answer.values)}", why.answer_wrong)
        raise client.explained(found, WHY_ANSWER_WRONG)
    return answer


def _expect_count(
    ana: Participant,
    wanted: int,
    otherwise: Mapping[int, Cause],
    *others: Participant,
    after: Callable[[], None] | None = None,
) -> None:
    """See that so many clients are counted, perhaps soon `after` something. Raises Failure.

    `otherwise` are causes by the number that came instead.
    """
    told, questions = len(ana.heard(ANSWER)), 1
    if after:
        after()
    waiting = ana.server.patience()
    # A goodbye travels on a connection of its own, so Ana may be faster: she asks again.
    while (count := _ask(ana, "machine", *others).clients) != wanted:
        if not (after and ana.server.rests(A_MOMENT)) or waiting.is_over():
            expected = f"`clients` is {wanted}, as many as are connected now"
            cause = otherwise.get(count, why.counted_wrong)
            found = ana.server.explained(expected, f"it was {count}", cause)
            raise ana.explained(found, WHY_STILL_COUNTED)
        questions += 1
    if len(ana.heard(ANSWER)) - told > questions:
        raise Failure("Ana is sent an answer for each question", "she was sent more", why.unasked)
