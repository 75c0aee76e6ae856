"""Lab 11: the namespace `/admin`, whose clients are told how the server does, and say so."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from checks.contract import Audience, Figures
from checks.members import MEMBERS, administrator
from checks.sources import MACHINE, STOCKS
from kit.checking import (
    App,
    Cause,
    Failure,
    Log,
    Participant,
    Rows,
    Server,
    Start,
    causes,
    check,
    evidence,
)
from kit.checking.causes import CLOSED, REFUSED
from kit.checking.contract import Told, shown, told
from kit.checking.evidence import Seen
from kit.checking.failure import Silence

why = causes(__file__)
ADMIN = "/admin"
OWN = MEMBERS | {
    "SECRET_KEY": "for a check",
    "SOURCES": [MACHINE, STOCKS],
    "FEED_SECONDS": 0.02,
    "FIGURES_SECONDS": (EVERY := 0.01),
}
USUAL = App("Production", OWN)
# The feed tells the rooms once, when it starts, and then sleeps for longer than a check lasts.
ONCE = App("Production", OWN | {"FEED_SECONDS": 3600})
A_REST = 0.006  # seconds in which everybody is asleep who will be
ROUNDS = 40  # so many sets of figures may come before one is as it has to be
A_MOMENT = 0.03  # seconds in which an acknowledgement comes back
BEHIND = 0.3  # seconds that the feed takes longer to send something
OF_ERRORS = {"warning", "error", "critical"}  # levels in the log
MANY = 12  # events: more than a list that leaves the newest lines out would reach
ON_STOCKS, ON_MACHINE = {"dashboard": "stocks"}, {"dashboard": "machine"}


class ReadOnly(Told, otherwise=why.envelope_wrong):
    """The acknowledgement of whatever is sent to `/admin`."""

    ok: bool = told("false")
    error: dict[str, str] = told("an object with a `code`, a `message` and a `reference`")


def _error_in_the_log(seen: Seen) -> str:
    """Return the last error that the log tells of, in a sentence."""
    pattern = r'"error\.type": "(\w+)", "error\.message": "([^"]*)'
    found = re.findall(pattern, seen.server.log())
    return f"none came; the log says: {': '.join(found[-1])}" if found else ""


def _nobody_slept(seen: Seen) -> bool:
    """Whether nothing in the background has slept so far, as a board does between two looks."""
    return not any(seen.server.app.asked_to_sleep())


def _why_no_figures(*others: Participant) -> Rows:
    """Return why no figures come; `others` are clients of `/`."""
    return [
        (evidence.timed_out, None),
        (evidence.crashed, None),
        (evidence.heard_by("figures", *others), why.in_the_wrong_namespace),
        (evidence.says("not JSON serializable"), why.not_serialisable),
        (evidence.heard_other_than("figures"), why.wrong_name),
        (_error_in_the_log, why.board_fails),
        (_nobody_slept, why.board_not_started),
        (evidence.always, why.no_figures),
    ]


@check(
    tasks=[
        "let those in who may see the figures",
        "send the figures, again and again",
        "send each watcher the figures, and ask for an acknowledgement",
        "look at what goes on",
    ]
)
def sends_figures(start: Start) -> None:
    """Whoever connects to `/admin` is sent `figures`, again and again."""
    server = start(USUAL)
    ben = server.join("Ben")
    ana = _watcher(server, "Ana", acknowledges=False)
    in_the_log: Rows = [(evidence.came(r"^`log\."), why.log_wrong)]
    ana.expect("figures", Figures, why=_why_no_figures(ben), wrong=in_the_log)
    ana.acknowledges()
    for times in (1, 12):
        if pace := _other_pace(ana):
            raise Failure("the board sleeps `FIGURES_SECONDS` from one look to the next", *pace)
        for _ in range(times):
            _next(ana, why.figures_once)
    if pace := _other_pace(ana):
        raise Failure("the figures come every `FIGURES_SECONDS`", *pace)


@check(stands_on=[sends_figures])
def each_app_has_a_board(start: Start) -> None:
    """A second app made in the same process has a board and watchers of its own."""
    server = start(replace(USUAL, hears=[[ADMIN]]), USUAL)
    server.note("a client came to `/admin` in the first app, before the second one was made")
    ana = server.join("Ana", app=1, auth=administrator(server, 1), namespace=ADMIN)
    shared: Rows = [(evidence.crashed, None), (evidence.always, why.shared_board)]
    figures = ana.expect("figures", Figures, why=shared)
    if figures.watchers != 1:
        expected = "`watchers` is 1: one client watches the second app"
        raise Failure(expected, f"it was {figures.watchers}", why.shared_board)


@check(stands_on=[sends_figures], goes_on=sends_figures)
def keeps_them_apart(start: Start) -> None:
    """`figures` are for the clients of `/admin` alone, and these hear nothing else."""
    server = start(USUAL)
    ben, eve = server.join("Ben"), server.join("Eve")
    ben.call("join_dashboard", ON_STOCKS)
    ana, cara = _watcher(server, "Ana"), _watcher(server, "Cara")
    for watcher in (ana, cara, ana):
        with server.only(None, hears="figures", among=[ben, eve], otherwise=why.told_to_others):
            _next(watcher, why.one_watcher_only)
    ben.expect("update_data")
    for watcher in (ana, cara):
        watcher.settle()
        if others := {event for event, _ in watcher.everything_heard()} - {"figures"}:
            expected = f"{watcher.name}, in `/admin`, is sent `figures` and nothing else"
            raise Failure(expected, f"`{min(others)}` came", why.more_than_figures)


@check(stands_on=[sends_figures], goes_on=keeps_them_apart)
def counts_who_is_there(start: Start) -> None:
    """The figures count the clients of `/`, and how many watch each dashboard."""
    server = start(USUAL)
    ana = _watcher(server, "Ana")
    guests = [server.join(name) for name in ("Ben", "Cleo", "Dora")]
    _until(ana, "clients", 3, why.clients_wrong)
    for guest in guests[:2]:
        guest.call("join_dashboard", ON_STOCKS)
    guests[2].call("join_dashboard", ON_MACHINE)
    _until(ana, "rooms", {"stocks": 2, "machine": 1}, why.rooms_wrong, but=_without_empty)
    guests[0].leave()
    _until(ana, "clients", 2, why.clients_wrong)
    _until(ana, "rooms", {"stocks": 1, "machine": 1}, why.rooms_wrong, but=_without_empty)
    guests[2].leave()
    _until(ana, "rooms", {"stocks": 1}, why.rooms_wrong, but=_without_empty)


@check(stands_on=[sends_figures], goes_on=counts_who_is_there)
def tells_rates(start: Start) -> None:
    """The figures tell how many events of each name were handled a second, since the last ones."""
    server = start(USUAL)
    ana, ben = _watcher(server, "Ana"), server.join("Ben")
    for _ in range(5):  # a machine may be so busy that a look takes place only once in a second
        before = len(ana.heard("figures"))
        for _ in range(5):
            ben.call("refresh_data", ON_STOCKS)
        ana.settle()
        for _ in range(2):  # the first may have been on its way
            _next(ana, why.figures_once)
        told_so_far = [Figures.read(one).events for one in ana.heard("figures")[before:]]
        rates = [one.get("refresh_data", 0) for one in told_so_far]
        if not any(rates):
            got = f"they had {shown(told_so_far[-1])}"
            raise Failure("`events` counts the events that were handled", got, why.events_wrong)
        # Five in hundredths of a second are many more than five a second, and all that came since
        # the last look, which was EVERY ago at least.
        if max(rates) > 1.5 * 5 / EVERY:
            expected = f"5 events in {EVERY:g} s are {5 / EVERY:g} a second, and more time passed"
            raise Failure(expected, f"it was {max(rates):g}", why.events_not_a_second)
        if sum(rates) > 5:
            break
    else:
        expected = f"5 events within a few looks, {EVERY:g} s apart, are hundreds a second"
        raise Failure(expected, f"it was {max(rates):g}", why.events_not_a_second)
    quiet = _next(ana, why.figures_once).events
    if quiet.get("refresh_data"):
        expected = "`events` is without `refresh_data`, or has 0 for it, while nobody sends one"
        raise Failure(expected, f"it was {shown(quiet)}", why.events_since_the_start)


@check(stands_on=[sends_figures], goes_on=tells_rates)
def shows_the_log(start: Start) -> None:
    """The figures have the newest lines of the log, as objects."""
    server = start(USUAL)
    ana, ben = _watcher(server, "Ana"), server.join("Ben")
    for _ in range(MANY):
        ben.call("refresh_data", ON_STOCKS)
    ben.call("leave_dashboard", ON_STOCKS)

    def of_ben(figures: Figures) -> list[str]:
        lines = (line for line in figures.log if line.get("socketio.sid") == ben.sid)
        return [line["event.action"] for line in lines if "event.outcome" in line]

    expected = "the log in the figures has the line of the newest event that Ben has sent"
    _until_so(ana, lambda it: "leave_dashboard" in of_ben(it), expected, "log", why.log_wrong)
    ana.settle()
    actions = of_ben(Figures.read(ana.heard("figures")[-1]))
    if actions[-1] != "leave_dashboard":
        expected = "the line of the event that Ben has sent last comes last of his"
        raise Failure(expected, f"the last one was of `{actions[-1]}`", why.log_order)


@check(
    tasks=["tell each room how many are there", "tell the rooms who is there"],
    goes_on=shows_the_log,
)
def tells_the_rooms(start: Start) -> None:
    """Everybody in a room is told `audience` when the number of those who watch has changed."""
    server = start(USUAL)
    ben, cleo, dora = (server.join(name) for name in ("Ben", "Cleo", "Dora"))
    dora.call("join_dashboard", ON_MACHINE)
    _told(dora, "machine", 1)
    dora.hears_more("update_data", times=2)  # her room was told as well by then
    before = len(dora.heard("audience"))
    for watching, guest in enumerate((ben, cleo), start=1):
        guest.call("join_dashboard", ON_STOCKS)
        for one in (ben, cleo)[:watching]:
            _told(one, "stocks", watching)
    with server.only(ben, hears="audience", among=[], otherwise=why.audience_again):
        cleo.call("leave_dashboard", ON_STOCKS)
        _told(ben, "stocks", 1)
        ben.hears_more("update_data")
    dora.settle()
    if others := [one for one in dora.heard("audience") if one.get("dashboard") != "machine"]:
        expected = "Dora, who watches the machine, is told nothing of the stocks"
        raise Failure(expected, f"she was sent {shown(others[0])}", why.audience_to_others)
    if again := len(dora.heard("audience")) - before:
        expected = "Dora's room is told nothing while only the number of another one changes"
        raise Failure(expected, f"it was told {again} times more", why.audience_again)
    with server.only(None, hears="audience", among=[ben, dora], otherwise=why.audience_again):
        for _ in range(2):
            ben.hears_more("update_data")


@check(tasks=["tell it how many watch"], stands_on=[tells_the_rooms])
def tells_who_joins(start: Start) -> None:
    """Whoever joins a dashboard is told `audience` at once, before the acknowledgement."""
    server = start(ONCE)
    ben, cleo, dora = (server.join(name) for name in ("Ben", "Cleo", "Dora"))
    server.delay(background=BEHIND)  # the feed tells nobody before Ben is told by his own join
    ben.call("join_dashboard", ON_STOCKS)
    missing: Rows = [(evidence.is_called("unanswered"), why.audience_missing)]
    first = ben.expect("audience", Audience, why=missing, dashboard="stocks")
    server.delay()
    server.rests(A_REST)  # the feed has come by, and sleeps
    cleo.call("join_dashboard", ON_STOCKS)
    cleo.settle()
    if not cleo.heard("audience"):
        expected = "Cleo is told `audience` before her join is acknowledged"
        raise Failure(expected, "she was not", why.joiner_not_told)
    second = Audience.read(cleo.heard("audience")[0], dashboard="stocks")
    for name, audience in (("Ben", first), ("Cleo", second)):
        if audience.watching != 1:
            is_first = name == "Ben" or audience.watching < 1
            expected = (
                f"`watching` is 1 for {name}: the room was told nothing, 0, or that Ben is there"
            )
            cause = why.joiner_not_counted if is_first else why.joiner_other_number
            raise Failure(expected, f"it was {audience.watching}", cause)
    with server.only(dora, hears="audience", among=[ben], otherwise=why.joiner_tells_all):
        dora.call("join_dashboard", ON_STOCKS)
    _tells_what_the_room_was_told(start(USUAL))


@check(tasks=["refuse whatever is sent here"], stands_on=[sends_figures])
def is_read_only(start: Start) -> None:
    """Whatever a client sends to `/admin` is refused as `forbidden`, and does nothing."""
    server = start(USUAL)
    ana = _watcher(server, "Ana")
    ana.settle()
    before = len(ana.everything_heard())
    sent: list[tuple[str, list[Any]]] = [
        ("join_dashboard", [ON_STOCKS]),
        ("refresh_data", [ON_STOCKS]),
        ("figures", [{"clients": 0}]),
        ("message", []),
        ("connect", [None]),
        ("process_data", [ON_STOCKS, "twice"]),
    ]
    for event, payload in sent:
        try:
            with server.paused():  # where nothing moves it is soon plain that nothing comes
                ack = ana.call(event, *payload)
        except Silence as silence:
            is_plain = silence.crash or silence.cause is CLOSED
            raise (silence if is_plain else silence.because(why.not_refused)) from None
        cause = why.nothing_said if ack is None else why.envelope_wrong
        error = ReadOnly.read(ack, f"the acknowledgement of `{event}`", otherwise=cause, ok=False)
        if (code := error.error.get("code")) != "forbidden" or "reference" not in error.error:
            expected = "the error has the `code` `forbidden`, and a `reference`"
            cause = why.code_wrong if code != "forbidden" else why.envelope_wrong
            cause = why.refuser_fails if code == "internal_error" else cause
            raise Failure(expected, f"it was {shown(error.error)}", cause)
    ana.settle()
    if others := {event for event, _ in ana.everything_heard()[before:]} - {"figures"}:
        expected = "nothing is done of what Ana sent"
        raise Failure(expected, f"she was sent `{min(others)}`", why.not_read_only)


@check(tasks=["note who has acknowledged"], stands_on=[keeps_them_apart])
def counts_acknowledgements(start: Start) -> None:
    """`figures` asks for an acknowledgement, and counts the watchers that owe one."""
    server = start(USUAL)
    ana = _watcher(server, "Ana")
    ana.expect("figures", Figures)
    if not ana.times_asked("figures"):
        expected = "`figures` asks Ana for an acknowledgement"
        raise Failure(expected, "it did not: no number came with it", why.not_asked)
    _until(ana, "watchers", 1, why.watchers_wrong)
    _until_nobody_owes(ana, otherwise=why.acks_not_counted)
    server.delay(returns=A_MOMENT)
    server.note(f"from then on the board goes on only {A_MOMENT:g} s after it has sent something")
    for _ in range(2):
        _next(ana, why.waits_for_the_silent)
    server.delay()
    _until_nobody_owes(ana, otherwise=why.noted_too_late)
    cara = _silent(server, ana)
    for _ in range(3):
        _owes(_next(ana, why.waits_for_the_silent), 1)
    dora = _watcher(server, "Dora", acknowledges=False)
    dora.expect("figures", Figures, why=[(evidence.is_called("unanswered"), why.no_figures)])
    for _ in range(3):  # the first may have been made before Dora was sent hers
        figures = _next(ana, why.waits_for_the_silent)
    _owes(figures, 2)
    for silent in (cara, dora):
        silent.acknowledges()
    _until_nobody_owes(ana, cara, dora, otherwise=why.acks_not_counted)


@check(stands_on=[counts_acknowledgements], goes_on=is_read_only)
def takes_any_acknowledgement(start: Start) -> None:
    """An acknowledgement counts whatever values come with it: none, one or several."""
    server = start(USUAL)
    ana = _watcher(server, "Ana")
    cara = _silent(server, ana)
    for values in ((), ("thank you",), ({"seen": True}, 7, None), (False,)):
        cara.acknowledges(*values)
        for _ in range(3):  # until she was asked again, and has said so
            _next(cara, why.callback_arguments)
        cause = why.acks_by_value if values == (False,) else why.callback_arguments
        _until_nobody_owes(ana, cara, otherwise=cause)


@check(stands_on=[counts_acknowledgements], goes_on=counts_acknowledgements)
def asks_once(start: Start) -> None:
    """A watcher that owes an acknowledgement is sent the figures, but is not asked again."""
    server = start(USUAL)
    ana = _watcher(server, "Ana")
    cara = _silent(server, ana)
    for _ in range(3):
        _next(cara, why.silent_left_out)
    if (times := cara.times_asked("figures")) > 1:
        expected = "Cara, who has not acknowledged the first figures, is asked once"
        raise Failure(expected, f"she was asked {times} times", why.asked_again)


@check(stands_on=[sends_figures])
def bears_an_error(start: Start) -> None:
    """An error while figures are sent, or a room is told, is not the end: the next ones come."""
    server = start(USUAL)
    ana, ben, log = _watcher(server, "Ana"), server.join("Ben"), Log(server)
    failing = "for a moment, each attempt to send something in the background failed"
    with server.sending_fails(background=True) as failures:  # the board's: nobody has joined yet
        server.note(failing)
        has_failed = _wait_for(server, failures, 1)
    if has_failed and not log.find(lambda line: line.get("log.level") in OF_ERRORS):
        expected = "the error is in the log: a line of the level warning or above"
        raise server.explained(expected, "there was none", why.error_unlogged)
    ben.call("join_dashboard", ON_MACHINE)
    _goes_on(ana, "figures")
    ben.hears_more("update_data")
    with server.sending_fails(background=True) as failures:
        server.note(failing)
        server.join("Cleo").call("join_dashboard", ON_MACHINE)
        _wait_for(server, failures, MANY)
    _goes_on(ana, "figures")
    _goes_on(ben, "update_data")


@check(tasks=["forget who has gone"], stands_on=[counts_acknowledgements], goes_on=asks_once)
def forgets_who_has_gone(start: Start) -> None:
    """Who has gone is no watcher any more, and owes nothing."""
    server = start(USUAL)
    ana = _watcher(server, "Ana")
    for go in (Participant.leave, Participant.drop):
        go(_silent(server, ana))
        _until(ana, "watchers", 1, why.watchers_kept)
        _until_nobody_owes(ana, otherwise=why.owes_for_ever)


def _goes_on(client: Participant, event: str) -> None:
    """See that a client is sent more of these after sending has failed. Raises Failure."""
    try:
        client.hears_on(event, "that", why.ends_with_an_error)
    except Failure as failure:  # the error is ours: that it ended the thread is what counts
        raise failure.because(why.ends_with_an_error) from None


def _wait_for(server: Server, failures: Callable[[], int], many: int) -> bool:
    """Wait until so many more attempts to send have failed; return whether they have."""
    waiting, before = server.patience(), failures()
    while failures() < before + many and not waiting.is_over():
        server.rests(A_REST)
    return failures() >= before + many


def _watcher(server: Server, name: str, *, acknowledges: bool = True) -> Participant:
    """Return a client of `/admin`, which `acknowledges` all that it is asked to."""
    try:
        watcher = server.join(name, auth=administrator(server), namespace=ADMIN)
    except Failure as failure:
        is_refused = failure.cause.name == REFUSED.name and not failure.crash
        raise (failure.because(why.not_let_in) if is_refused else failure) from None
    if acknowledges:
        watcher.acknowledges()
    return watcher


def _silent(server: Server, ana: Participant) -> Participant:
    """Return a second watcher, Cara: she is asked for an acknowledgement, and gives none.

    Ana is the first, and the figures tell her of Cara. Raises Failure.
    """
    cara = _watcher(server, "Cara", acknowledges=False)
    cara.expect("figures", Figures, why=[(evidence.is_called("unanswered"), why.no_figures)])
    _until(ana, "watchers", 2, why.watchers_wrong)
    _next(ana, why.waits_for_the_silent)
    return cara


def _other_pace(ana: Participant) -> tuple[str, Cause] | None:
    """Return what the board does, and the cause, if the app says that this is another pace.

    It keeps its pace, too, where it sleeps a little while several times, or what is left of the
    time. Nothing but the board is in the background here.
    """
    ana.settle()
    heard = len(ana.heard("figures"))
    asleep = EVERY * (heard - 2)
    paces = [asked for asked in ana.server.app.asked_to_sleep() if asked]
    if any(max(asked) <= 1.2 * EVERY and sum(asked) > 0.75 * asleep for asked in paces):
        return None
    if not paces or all(len({*asked}) > 1 for asked in paces):
        return None
    slept = max(max(asked) for asked in paces)
    if abs(slept - EVERY) < 0.2 * EVERY:
        times = max(map(len, paces))
        return f"{heard} came to Ana while it slept {times} times", why.several_a_round
    return f"FIGURES_SECONDS is {EVERY:g}, and it slept {slept:g}", why.own_pace


def _tells_what_the_room_was_told(server: Server) -> None:
    """See that who joins two others hears of two, or of three if the feed has just come by."""
    ben, cleo, dora = (server.join(name) for name in ("Ben", "Cleo", "Dora"))
    for guest in (ben, cleo):
        guest.call("join_dashboard", ON_STOCKS)
    _told(ben, "stocks", 2)
    dora.call("join_dashboard", ON_STOCKS)
    dora.settle()
    first = Audience.read(dora.heard("audience")[0], dashboard="stocks")
    if first.watching not in (2, 3):
        expected = "`watching` is 2 for Dora, who joins Ben and Cleo: so the room was told last"
        raise Failure(expected, f"it was {first.watching}", why.joiner_other_number)


def _owes(figures: Figures, count: int) -> None:
    """See that so many watchers owe an acknowledgement, or one more: Ana's may be on its way."""
    if figures.unacknowledged not in (count, count + 1):
        silent = "Cara has" if count == 1 else "Cara and Dora have"
        expected = f"`unacknowledged` is {count} as long as {silent} not acknowledged"
        raise Failure(expected, f"it was {figures.unacknowledged}", why.acks_assumed)


def _next(watcher: Participant, otherwise: Cause) -> Figures:
    """Return figures that were sent after all that has arrived so far. Raises Failure."""
    try:
        watcher.hears_more("figures")
    except Silence as silence:
        # Whoever waits for an answer of one watcher lets all others wait.
        calls = watcher.server.codebase.find(r"\bcall\(\s*[\"']figures")
        otherwise = why.waits_for_the_silent if calls else otherwise
        raise (silence if silence.crash else silence.because(otherwise)) from None
    return Figures.read(watcher.heard("figures")[-1])


def _until(
    watcher: Participant,
    field: str,
    wanted: Any,
    otherwise: Cause,
    but: Callable[[Any], Any] = lambda value: value,
) -> None:
    """See that a `field` of the figures comes to be what it has to be. Raises Failure."""

    def is_so(figures: Figures) -> bool:
        return bool(but(getattr(figures, field)) == wanted)

    _until_so(watcher, is_so, f"`{field}` in the figures is {shown(wanted)}", field, otherwise)


def _until_nobody_owes(ana: Participant, *others: Participant, otherwise: Cause) -> None:
    """See that figures say that nobody owes an acknowledgement. Raises Failure.

    On a loaded machine figures may always be made before the last acknowledgements are there. So
    the next ones are made when these have come, if the app can be paused.
    """
    with ana.server.paused():
        ana.server.rests(A_REST)
        for client in (ana, *others):
            client.settle()
        so_far = len(ana.heard("figures"))
    with ana.server.telling(f"{ana.name} listened to the figures"):
        for _ in range(ROUNDS):
            _next(ana, why.figures_once)
            heard = [Figures.read(one).unacknowledged for one in ana.heard("figures")[so_far:]]
            if 0 in heard:
                return
    raise Failure("`unacknowledged` in the figures is 0", f"it was {heard[-1]}", otherwise)


def _until_so(
    watcher: Participant,
    is_so: Callable[[Figures], bool],
    expected: str,
    field: str,
    otherwise: Cause,
) -> None:
    with watcher.server.telling(f"{watcher.name} listened to the figures"):
        for _ in range(ROUNDS):
            figures = _next(watcher, why.figures_once)
            if is_so(figures):
                return
    raise Failure(expected, f"it was {shown(getattr(figures, field))}", otherwise)


def _told(client: Participant, dashboard: str, watching: int) -> None:
    """See that a client comes to be told how many watch a dashboard. Raises Failure."""
    rows: Rows = [
        (evidence.timed_out, None),
        (evidence.crashed, None),
        (_error_in_the_log, why.audience_fails),
        (lambda seen: len(seen.client.heard("audience")) > 1, why.audience_wrong),
        (evidence.always, why.audience_missing),
    ]
    audience = None
    while not audience or (audience.dashboard, audience.watching) != (dashboard, watching):
        audience = client.expect("audience", Audience, why=rows)


def _without_empty(rooms: dict[str, int]) -> dict[str, int]:
    """Return the rooms that somebody is in."""
    return {name: count for name, count in rooms.items() if count}
