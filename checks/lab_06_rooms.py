"""Lab 6, rooms: join_dashboard, leave_dashboard, update_data to one room, a background feed."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

from checks.acknowledgements import Joined, Refused
from checks.contract import UpdateChart, UpdateData
from checks.sources import COLUMNS, MACHINE, STOCKS, differs_from_rows, gap
from kit.checking import (
    FAILING,
    OTHER_NAMESPACE,
    App,
    Cause,
    Failure,
    Participant,
    Rows,
    Server,
    Silence,
    Start,
    TimedOut,
    causes,
    check,
    evidence,
    source,
)

why = causes(__file__)


def _sleeps_long(seen: evidence.Seen) -> str:
    """Return for how long the background wants to sleep at once, if it is a second or more."""
    longest = max((max(asked) for asked in seen.server.app.asked_to_sleep()), default=0)
    return f"none came: the background sleeps {longest:g} seconds" if longest >= 1 else ""


# Why a dashboard that exists is refused, why no figure comes, why no update: the first that fits.
WHY_NOT_OK: Rows = [
    (evidence.no(evidence.came("unknown_dashboard")), None),
    *evidence.why_another_payload("join_dashboard", "leave_dashboard"),
    (evidence.always, why.find_wants_payload),
]
WHY_NO_FIGURE: Rows = [
    (evidence.crashed, None),
    (lambda seen: _hears_nothing_of_her_own(seen.server, seen.client), why.left_own_room),
    (evidence.in_another_namespace, OTHER_NAMESPACE),
    (evidence.always, why.no_figure),
]
WHY_NO_FIGURE_AGAIN: Rows = [(evidence.crashed, None), (evidence.always, why.joined_again)]
WHY_NO_UPDATE: Rows = [
    (evidence.says("Working outside of request", "'Request' object has no"), why.no_request),
    (evidence.says("Working outside of application"), why.no_app),
    (evidence.is_called("raised"), why.feed_raised),
    (evidence.is_explained, None),
    *evidence.SLIP_IN_THE_LOG,
    (evidence.an_error_is_logged, why.feed_raised),
    (
        evidence.heard_other_than("welcome", "data_updated", "update_chart", "update_data"),
        why.wrong_name,
    ),
    (evidence.sent_while_rooms_are_empty("update_data"), why.not_joined),
    (evidence.sent_to_other_rooms("update_data"), why.other_room),
    (evidence.in_another_namespace, OTHER_NAMESPACE),
    (_sleeps_long, why.own_pace),
    (evidence.works_in_the_background, why.feed_is_mute),
    (evidence.always, why.no_feed),
]


def _every(seconds: float, *, dashboards: int = 2) -> App:
    more = [source("Steady", id=f"m{n}", names=["x"], step=1) for n in range(dashboards - 2)]
    return App("Testing", {"FEED_SECONDS": seconds, "SOURCES": [MACHINE, *more, STOCKS]})


# Seconds between two updates. A slow machine makes them late, and a check waits for them.
OFTEN_SECONDS = 0.003
OFTEN = _every(OFTEN_SECONDS)
SHORT = 0.8 * OFTEN_SECONDS  # to sleep so long is too short, if it is only once a round
# Seldom enough that a client has the time to ask for what the feed has not read yet. And with many
# dashboards: a feed that sleeps after each of them is late.
SELDOM_SECONDS = 0.02
SELDOM = _every(SELDOM_SECONDS, dashboards=8)
# So seldom that the feed does not come round a second time.
CALM = _every(600)
# So often that the feed comes in between wherever it can.
QUICK = App("Testing", {"FEED_SECONDS": 0.002, "SOURCES": [STOCKS]})
# A dashboard in the middle whose source has nothing new for a SPELL, and then fails for as long.
FIRST, SPELL = 5, 40  # reads
MOODY = source("Moody", id="moody", names=["x"], step=1, after=FIRST, quiet=SPELL, failing=SPELL)
MIXED = App("Testing", {"FEED_SECONDS": OFTEN_SECONDS, "SOURCES": [MACHINE, MOODY, STOCKS]})
# Only some of what is read is kept.
KEPT = 3
FORGETFUL = App("Testing", {**CALM.settings, "FEED_SECONDS": OFTEN_SECONDS, "KEEP_ROWS": KEPT})

# Seconds of rest, in which who goes on comes to the next step; and by which a step comes late.
A_MOMENT, LATE = 0.006, 0.1
# Seconds of rest, in which a feed that comes round OFTEN has done so some thirty times.
MANY_ROUNDS = 0.1


@check(tasks=["let a client into the room of one dashboard", "name the dashboard's room"])
def joins(start: Start) -> None:
    """`join_dashboard` is acknowledged: `ok` is true, and `dashboard` is the id."""
    ana = start(CALM).join("Ana")
    for dashboard in ("machine", "stocks"):  # read before, so that the feed begins without news
        ana.call("refresh_data", {"dashboard": dashboard})
    for dashboard in ("machine", "stocks"):
        _join(ana, dashboard)


@check(stands_on=[joins], goes_on=joins)
def shows_the_figure(start: Start) -> None:
    """The client that joins is sent `update_chart`: the whole figure, and its number."""
    server = start(CALM)
    ana = server.join("Ana")
    server.delay(background=LATE)
    _join(ana, "stocks")
    ana.settle()
    is_late = not ana.heard("update_chart")
    server.delay()
    chart = ana.expect("update_chart", UpdateChart, why=WHY_NO_FIGURE, dashboard="stocks")
    names = [trace.get("name") for trace in chart.figure.data]
    if not all(name in names for name in COLUMNS["stocks"]):
        expected = f"the figure has a line for each of {_listed(COLUMNS['stocks'])}"
        raise Failure(expected, f"its lines are {_listed(names) or 'none'}", why.figure_wrong)
    if is_late:
        expected = "when the join is acknowledged, the figure is there"
        raise Failure(expected, "it came later", why.acknowledged_early)


@check(
    tasks=[
        "start the feed, and only once",
        "publish every dashboard, for ever",
        "send what is new to the room of one dashboard",
    ],
    stands_on=[joins],
)
def updates_follow(start: Start) -> None:
    """After that `update_data` comes by itself: new points, each time numbered one higher."""
    server = start(OFTEN)
    ana = server.join("Ana")
    began = time.monotonic()
    _join(ana, "stocks")
    updates: list[UpdateData] = []
    for count in range(12):
        updates.append(_update(ana, "stocks"))
        if wrong := differs_from_rows(updates[-1].points):
            raise Failure(*wrong, why.points_wrong)
        if pace := _slow(ana, began) if count == 3 else count in (0, 11) and _other_pace(ana):
            expected = "the feed sleeps `FEED_SECONDS` between two rounds, as the app's config says"
            raise Failure(expected, pace, why.own_pace)
    numbers = [update.number for update in updates]
    if any(after <= before for before, after in pairwise(numbers)):
        expected = "each `number` is one higher than the one before"
        raise server.explained(expected, f"they were {numbers}", why.sent_again)
    if trouble := gap(updates):
        expected = "`points` holds the new rows, all of them, and `number` is one higher each time"
        cause = why.numbers_wrong if trouble.startswith("number") else why.points_wrong
        raise server.explained(expected, trouble, cause)


@check(
    tasks=["publish every dashboard, for ever"],
    stands_on=[updates_follow],
    goes_on=shows_the_figure,
)
def rests_in_between(start: Start) -> None:
    """Between two rounds the feed sleeps `FEED_SECONDS`, so that the server is at rest."""
    server = start(CALM)
    _join(server.join("Ana"), "stocks")
    rests = server.rests(0.05, busy=1.5)
    if not rests or any(asked.count(0) > 5 for asked in server.app.asked_to_sleep()):
        expected = "with FEED_SECONDS = 600, the server comes to rest soon after the first round"
        raise server.explained(expected, "it went on working without a pause", why.never_rests)


@check(stands_on=[updates_follow], goes_on=updates_follow)
def stays_in_the_room(start: Start) -> None:
    """`update_data` is heard in its own room only: not in another, and not outside of all."""
    server = start(OFTEN)
    ana, ben, cleo = _three(server)
    _join(ana, "machine")
    _join(ben, "stocks")
    for _ in range(2):
        _update(ana, "machine")
        _update(ben, "stocks")
    to_everyone = "None" in server.app.addressed("update_data")
    heard = {client: {update.dashboard for update in _told(client)} for client in (cleo, ana, ben)}
    for client, own in ((cleo, None), (ana, "machine"), (ben, "stocks")):
        if len(figures := client.heard("update_chart")) > 1:
            about = {UpdateChart.read(told).dashboard for told in figures}
            cause = why.figure_to_the_room if about - {own} else why.figure_again
            expected = f"{client.name} is sent one figure for one join"
            raise Failure(expected, f"{client.name} was sent {len(figures)}", cause)
        if others := heard[client] - {own}:
            cause = why.one_room if own else why.always_inside
            failure = Failure(
                f"{client.name}, who has joined {own or 'nothing'}, hears of {own or 'none'} only",
                f"there came {_listed(heard[client])}",
                why.to_everyone if to_everyone else cause,
            )
            raise client.unexpected("update_data", failure, dashboard=min(others))


@check(tasks=["publish every dashboard, for ever"], stands_on=[stays_in_the_room, rests_in_between])
def keeps_the_pace(start: Start) -> None:
    """However many dashboards there are, an update of each comes every `FEED_SECONDS`."""
    server = start(SELDOM)
    ana = server.join("Ana")
    _join(ana, "stocks")
    _update(ana, "stocks")
    began, before = time.monotonic(), len(_told(ana, "stocks"))
    for _ in range(10):  # once is enough, unless the machine is too busy to tell
        server.rests(2.5 * SELDOM_SECONDS)
        more = len(_told(ana, "stocks")) - before
        # The most that come in this time where the feed sleeps after each of eight dashboards.
        if more > 1 + (time.monotonic() - began) / (8 * SELDOM_SECONDS):
            return
    expected = "with eight dashboards an update of stocks comes every `FEED_SECONDS`"
    raise server.explained(expected, "the next two came much later", why.sleeps_after_each)


@check(stands_on=[shows_the_figure], goes_on=rests_in_between)
def shows_nobody_else(start: Start) -> None:
    """The figure is sent to the client that joins, and to nobody else."""
    server = start(CALM)
    with server.hastened():  # what would be sent in a few seconds comes at once
        ana, ben, cleo = clients = [server.join(name) for name in ("Ana", "Ben", "Cleo")]
        server.rests(A_MOMENT)
    for client in clients:
        client.settle()
        for event in ("update_chart", "update_data"):
            if client.heard(event):
                expected = f"{client.name}, who has not joined, hears no `{event}`"
                failure = Failure(expected, "there came one", why.always_inside)
                raise client.unexpected(event, failure)
    for client, dashboard in ((ana, "machine"), (cleo, "stocks"), (ben, "machine")):
        with server.only(
            client,
            hears="update_chart",
            among=clients,
            otherwise=why.figure_to_the_room,
            twice=why.figure_again,
        ):
            _join(client, dashboard)
            client.expect("update_chart")


@check(
    tasks=["start the feed, and only once"],
    stands_on=[shows_the_figure, updates_follow, rests_in_between],
)
def starts_one_feed(start: Start) -> None:
    """One feed serves everybody: further clients and further joins start no other."""
    server = start(QUICK)
    clients = [server.join(f"client {number}") for number in range(1, 5)]
    clients[0].call("refresh_data", {"dashboard": "stocks"})
    with suppress(Failure):  # that is another check's
        clients[0].call("join_dashboard", {"dashboard": "no-such-dashboard"})
    server.rests(MANY_ROUNDS)  # of a feed that has begun already
    before = server.threads()
    with server.telling("all four joined stocks at once, and client 1 once more"):
        with server.held("tasks"):  # until all have come to where they would start a feed
            for client in clients:
                client.emit("join_dashboard", {"dashboard": "stocks"})
            server.rests(A_MOMENT)
        numbers = [client.expect("update_chart", UpdateChart).number for client in clients]
        _join(clients[0], "stocks")
        server.rests(A_MOMENT)  # when all are asleep, all five joins are done
    if min(numbers) > 20:
        got = f"the first figure had number {min(numbers)}"
        raise Failure("nothing is published before the first join", got, why.started_early)
    more = _more_feeds(server, before, usual=1)
    if more <= 1:
        clients[3].leave()
        _ask_until_connected(clients[1], 3)
        server.rests(A_MOMENT)
        before = server.threads()
        _join(clients[0], "stocks")
        if (more := _more_threads(server, before, usual=0)) > 0:
            expected = "when client 4 has gone, another join starts no other feed"
            raise server.explained(expected, f"it started {more} threads", why.many_feeds)
        return
    # Perhaps this one feed is made of several.
    alone = start(QUICK)
    ana = alone.join("Ana")
    before = alone.threads()
    _join(ana, "stocks")
    usual = _more_feeds(alone, before, usual=0)
    if more > usual:
        expected = f"four joins start what one join starts, {usual} threads"
        raise server.explained(expected, f"they started {more}", why.many_feeds)


@check(stands_on=[updates_follow, rests_in_between], goes_on=keeps_the_pace)
def skips_nothing(start: Start) -> None:
    """Whatever other clients ask for meanwhile, each update comes once: none is left out."""
    server = start(SELDOM)
    ana, ben, _ = _three(server)
    _join(ana, "stocks")
    ana.hears_more("update_data")
    for event, answer in (("refresh_data", "data_updated"), ("update_chart", "update_chart")):
        server.rests(0.6 * SELDOM_SECONDS)  # so that it is not the feed that reads the source
        ben.emit(event, {"dashboard": "stocks"})
        ben.expect(answer)
    _join(ben, "stocks")
    ana.hears_on("update_data", "Ben had asked for stocks, and joined them", why.no_feed)
    _expect_nothing_left_out(ana)


@check(stands_on=[shows_nobody_else, stays_in_the_room, skips_nothing], goes_on=skips_nothing)
def follows_on(start: Start) -> None:
    """The updates follow on from the figure: none before it, none missing, none twice."""
    server = start(SELDOM)
    cleo, dan = server.join("Cleo"), server.join("Dan")
    _join(dan, "machine")
    server.pause()  # so that the feed does not come round now
    dan.hears_more("update_data")
    server.rests(0.6 * SELDOM_SECONDS)  # nor is it soon enough for that where it cannot be paused
    dan.call("refresh_data", {"dashboard": "stocks"})
    _join(cleo, "stocks")
    cleo.expect("update_chart")
    for _ in range(2):
        cleo.hears_more("update_data", why=WHY_NO_UPDATE)
    _expect_no_seam(cleo)


@check(
    tasks=["let a client out again"],
    stands_on=[stays_in_the_room, shows_the_figure],
    goes_on=stays_in_the_room,
)
def leaves(start: Start) -> None:
    """`leave_dashboard` is acknowledged like a join, and after it no `update_data` comes."""
    ana, ben, dan = _three(start(OFTEN))
    _join(dan, "stocks")  # a feed may end when nobody is there: that has a check of its own
    _join(ana, "machine")
    _update(ana, "machine")
    _leave(ana, "machine")
    _expect_hears_no_more(ana, ben, "who has left machine", why.not_left)


@check(stands_on=[follows_on, leaves], goes_on=starts_one_feed)
def follows_on_in_slow_motion(start: Start) -> None:
    """On a slow machine, too, no update is lost, and none comes before the figure."""
    server = start(QUICK)
    ana, ben = server.join("Ana"), server.join("Ben")
    _join(ana, "stocks")
    with server.telling("while the feed was about to send an update, Ben asked for stocks"):
        with _as_the_feed_sends(server):
            ben.emit("refresh_data", {"dashboard": "stocks"})
        ben.expect("data_updated")
        ana.hears_more("update_data", times=2)  # the one about to be sent, and the next
        _expect_nothing_left_out(ana)
    with server.telling("while the feed was about to send an update, Ben joined stocks"):
        with _as_the_feed_sends(server):
            ben.emit("join_dashboard", {"dashboard": "stocks"})
        _hear_and_leave(ben)
    server.delay(handlers=A_MOMENT)
    with server.telling("while handlers took 6 ms for each step, Ben joined stocks once more"):
        _join(ben, "stocks")
        _hear_and_leave(ben)
    with server.telling("he did so once more, and Ana asked for stocks between two steps of it"):
        server.pause()
        with server.held("handlers") as step:
            ben.emit("join_dashboard", {"dashboard": "stocks"})
            server.rests(A_MOMENT)
            ana.emit("refresh_data", {"dashboard": "stocks"})
            server.rests(A_MOMENT)
            step()  # who waits for a lock may get it now
        server.rests(A_MOMENT)  # before the feed tells the room what Ana read
        _hear_and_leave(ben)
    for client, joins in ((ana, 1), (ben, 4)):
        _expect_no_seam(client)
        if len(client.heard("update_chart")) > joins:
            expected = f"{client.name} is sent a figure for each join of {client.name}'s"
            raise Failure(expected, "there came more", why.figure_to_the_room)


@check(stands_on=[leaves, rests_in_between, shows_the_figure])
def feed_goes_on(start: Start) -> None:
    """The feed goes on when the client that started it has gone, and after everybody has left."""
    server = start(OFTEN)
    ana, ben, cleo = _three(server)
    _join(ana, "machine")
    _update(ana, "machine")
    _join(ben, "machine")
    server.join("Eve").leave()
    ana.leave()
    _ask_until_connected(cleo, 2)
    ben.hears_on("update_data", "Ana, who had joined first, was gone", why.stopped_for_others)
    # All this while the feed sleeps: it must not take an empty room for the end.
    _leave(ben, "machine")
    for dashboard in ("stocks", "machine"):
        _join(ben, dashboard)
    again = why.never_started_again
    ben.hears_on("update_data", "he had left and come back at once", again)
    last = _told(ben, "machine")[-1].number
    _leave(ben, "machine")
    ben.leave()
    cleo.leave()
    with server.resumed():
        server.rests(MANY_ROUNDS)
    dan = server.join("Dan")
    _join(dan, "machine")
    number = dan.expect("update_chart", UpdateChart).number
    dan.hears_on("update_data", "nobody had been connected for a while", again)
    if number < last + 5:
        expected = "while nobody is connected, the feed goes on: the next figure has a later number"
        raise Failure(expected, f"after {last} it had number {number}", why.waits_for_somebody)


@check(stands_on=[stays_in_the_room], goes_on=leaves)
def moves(start: Start) -> None:
    """Joining another dashboard leaves the one before: its `update_data` comes no more."""
    ana, ben, dan = _three(start(OFTEN))
    _join(ana, "machine")
    _update(ana, "machine")
    _join(dan, "stocks")
    _join(ana, "stocks")
    _update(ana, "stocks")
    went = "who went from machine to stocks"
    _expect_hears_no_more(ana, ben, went, why.old_room_kept)


@check(stands_on=[moves, shows_the_figure], goes_on=moves)
def joins_again(start: Start) -> None:
    """Joining the same dashboard once more sends the figure again, and each update still once."""
    server = start(OFTEN)
    ana, _, dan = _three(server)
    _join(dan, "stocks")
    _join(ana, "stocks")
    ana.expect("update_chart")
    _join(ana, "stocks")
    ana.expect("update_chart", why=WHY_NO_FIGURE_AGAIN)
    ana.hears_on("update_data", "she had joined stocks twice", why.joined_again)
    numbers = [update.number for update in _told(ana)]
    if len(set(numbers)) < len(numbers):
        raise Failure("each update comes once", f"their numbers were {numbers}", why.joined_again)


@check(stands_on=[leaves], goes_on=feed_goes_on)
def leaves_nothing_else(start: Start) -> None:
    """Leaving takes one client out of one room: other clients and other rooms go on."""
    server = start(OFTEN)
    ana, ben, _ = _three(server)
    _join(ana, "machine")
    _join(ben, "machine")
    _leave(ana, "machine")
    ben.hears_on("update_data", "Ana left", why.others_put_out)
    _join(ana, "stocks")
    with server.telling("Ana left machine five times, where she was not"):
        for _ in range(5):  # also where a feed counts, and others have gone without leaving
            ana.call("leave_dashboard", {"dashboard": "machine"})
    try:
        ana.hears_on("update_data", "that", why.too_much_left)
    except Failure:
        ben.hears_on("update_data", "that", why.others_put_out)  # perhaps nobody hears anything
        raise
    _leave(ben, "machine")
    ana.hears_on("update_data", "Ben, the last one in machine, left it", why.others_put_out)
    for _ in range(2):
        _join(ben, "stocks")
    _leave(ben, "stocks")
    ana.hears_more("update_data")  # what was on its way to both when Ben left has come then
    heard = len(_told(ben))
    ana.hears_on("update_data", "Ben left stocks, where she is", why.others_put_out)
    if len(_told(ben)) > heard:
        expected = "Ben, who has joined stocks twice and left it, hears no more of it"
        failure = Failure(expected, "he did", why.not_left)
        raise ben.unexpected("update_data", failure, dashboard="stocks")


@check(stands_on=[stays_in_the_room], goes_on=joins_again)
def refuses_the_unknown(start: Start) -> None:
    """An unknown dashboard is refused with the code `unknown_dashboard`, and nothing changes."""
    server = start(OFTEN)
    ana, *_ = _three(server)
    _join(ana, "machine")
    _expect_refused(ana, why.not_refused, {"dashboard": "no-such-dashboard"})
    _expect_unchanged(ana, "the server refused to let her join another")


@check(stands_on=[refuses_the_unknown], goes_on=refuses_the_unknown)
def refuses_what_is_no_name(start: Start) -> None:
    """A payload that names no dashboard is refused in the same way: a list, a number, none."""
    server = start(OFTEN)
    ana, *_ = _three(server)
    _join(ana, "machine")
    odd: list[Any] = [None, 7, "machine", ["machine"], [], {}]
    odd += [{"dashboard": name} for name in (None, "", 0, True, ["machine"], {"id": "machine"})]
    _expect_refused(ana, why.payload_trusted)
    for payload in odd:
        _expect_refused(ana, why.payload_trusted, payload)
    for name in ("mach", "MACHINE", " machine ", "\uff4dachine", "dashboard_machine"):
        _expect_refused(ana, why.name_guessed, {"dashboard": name})
    _expect_unchanged(ana, "the server refused all of these")


@check(
    stands_on=[refuses_the_unknown, shows_nobody_else, stays_in_the_room],
    goes_on=refuses_what_is_no_name,
)
def joins_no_other_room(start: Start) -> None:
    """No text from a client becomes a room: not a room's own name, not the sid of somebody else."""
    server = start(OFTEN)
    ana, ben, _ = _three(server)
    _join(ben, "stocks")
    hears = {"update_chart", "update_data", "data_updated"}
    with server.only(None, hears=hears, among=[ana], otherwise=why.client_names_rooms):
        for name in ("dashboard_stocks", ben.sid):
            _expect_refused(ana, why.client_names_rooms, {"dashboard": name})
        ben.hears_on("update_data", "Ana tried to listen in", why.others_put_out)
        ben.call("refresh_data", {"dashboard": "stocks"})
    claims = dict.fromkeys(("room", "to", "name", "id"), "dashboard_stocks") | {"sid": ben.sid}
    ana.call("join_dashboard", {"dashboard": "machine", **claims})
    ben.hears_on(
        "update_data", "Ana joined machine, and named his room as well", why.others_put_out
    )
    if _told(ana, "stocks"):
        expected = "Ana, who joined machine, hears nothing of stocks"
        failure = Failure(expected, "she did", why.client_names_rooms)
        raise ana.unexpected("update_data", failure, dashboard="stocks")


@check(stands_on=[stays_in_the_room, starts_one_feed])
def each_app_has_a_feed(start: Start) -> None:
    """A second app made in the same process has a feed of its own."""
    server = start(replace(QUICK, hears=[["join_dashboard", {"dashboard": "stocks"}]]), OFTEN)
    server.note("a client joined stocks in the first app, before the second one was made")
    ana = server.join("Ana", app=1)
    _join(ana, "machine")
    ana.hears_on("update_data", "she had joined machine in the second app", why.shared_feed)


@check(stands_on=[follows_on])
def bears_what_is_forgotten(start: Start) -> None:
    """Where more was read than is kept, the figure and the next updates come all the same."""
    server = start(FORGETFUL)
    ana = server.join("Ana")
    server.note(f"only {KEPT} updates are kept; before anybody joined, the source was read often")
    for _ in range(KEPT + 3):
        ana.call("refresh_data", {"dashboard": "stocks"})
        server.rests(OFTEN_SECONDS)  # so that there is something new to read
    try:
        _join(ana, "stocks")
    except Failure as failure:
        raise failure.because(why.history_gone) from None
    ana.hears_on("update_data", "that", why.history_gone)
    _expect_no_seam(ana)


@check(stands_on=[follows_on, keeps_the_pace, starts_one_feed])
def bears_a_bad_source(start: Start) -> None:
    """A source that fails, or has nothing new for a while, silences no other and is asked again."""
    server = start(MIXED)
    server.note(f"the source of moody has nothing new {SPELL} times, then fails {SPELL} times")
    ana, ben, cleo = (server.join(name) for name in ("Ana", "Ben", "Cleo"))
    _join(ben, "moody")
    _join(ana, "stocks")
    ana.expect("update_chart")
    try:
        ana.hears_more("update_data", times=FIRST + 2 * SPELL + 1)  # then moody is back
        while (number := ben.expect("update_data", UpdateData, dashboard="moody").number) <= FIRST:
            pass
    except Silence as silence:
        raise silence.because(why.source_silences) from None
    except Failure as failure:
        raise failure.because(why.told_without_news) from None
    numbers = [update.number for update in _told(ben)]
    if len(set(numbers)) < len(numbers) or number > FIRST + 1:
        expected = f"while moody has nothing new, nothing is sent; after that comes {FIRST + 1}"
        raise Failure(expected, f"the numbers were {numbers}", why.told_without_news)
    # When moody came back, the others had been read as often as it was, with both spells.
    since = numbers[-1] - number
    last = max((update.number for update in _told(ana)), default=0) - since
    if last < FIRST + 1.5 * SPELL:
        expected = "while moody has nothing new, or fails, updates of stocks come as before"
        raise Failure(expected, f"there were only {last}", why.source_silences)
    server.pause()  # so that it is soon plain where somebody waits for ever
    try:
        _join(cleo, "moody")
    except TimedOut as failure:
        raise failure.because(why.lock_left) from None
    _join(ana, "machine")
    chart = ana.expect("update_chart", UpdateChart, dashboard="machine")
    if chart.number < SPELL:
        expected = "a dashboard is read in each round, also where nobody has joined it"
        got = f"the figure of machine had number {chart.number}"
        raise Failure(expected, got, why.waits_for_somebody)
    if not re.search(f"{FAILING}|moody", server.renaming.from_app(server.log())):
        expected = "the log says that moody could not be read"
        raise Failure(expected, "it says nothing of it", why.not_logged)


# What the checks are made of.


def _three(server: Server) -> list[Participant]:
    """Return three clients of a server whose feed goes round only while somebody waits for it."""
    server.pause()
    return [server.join(name) for name in ("Ana", "Ben", "Cleo")]


def _join(client: Participant, dashboard: str, event: str = "join_dashboard") -> None:
    """Let a client join a dashboard that there is. Raises Failure."""
    client.ask(Joined, event, {"dashboard": dashboard}, why=WHY_NOT_OK, dashboard=dashboard)


def _leave(client: Participant, dashboard: str) -> None:
    """Let a client leave a dashboard. Raises Failure."""
    _join(client, dashboard, "leave_dashboard")


def _ask_until_connected(client: Participant, number: int) -> None:
    """Let a client ask for stocks until only so many clients are connected, or it is too long."""
    with client.server.telling(f"{client.name} asked until only {number} were connected"):
        waiting, clients = client.server.patience(), None
        while clients != number and not waiting.is_over():
            client.emit("refresh_data", {"dashboard": "stocks"})
            answer = client.expect("data_updated")
            clients = answer.get("clients") if isinstance(answer, dict) else None
            client.server.rests(A_MOMENT)  # then it can be seen whether anything is left to do


def _more_feeds(server: Server, before: int, *, usual: int) -> int:
    """Return how many threads a server has more than `before`, or how many sleep in the background.

    Those that the library has for its pings end and begin anew when it takes long.
    """
    return max(_more_threads(server, before, usual=usual), len(server.app.asked_to_sleep()))


def _more_threads(server: Server, before: int, *, usual: int) -> int:
    """Return how many threads a server has more than `before`, where that stays over `usual`."""
    for _ in range(10):
        if (more := server.threads() - before) <= usual:
            break
        server.rests(0.02)  # a thread that has just handled an event may still be there
    return more


def _expect_unchanged(client: Participant, after: str) -> None:
    """See that a client which has joined once stays in, and is sent no figure more."""
    client.hears_on("update_data", after, why.put_out_first)
    client.settle()
    if len(client.heard("update_chart")) > 1:
        expected = f"{client.name}, who was refused, is sent no figure"
        raise Failure(expected, "she was sent one", why.refused_and_served)


def _hears_nothing_of_her_own(server: Server, client: Participant) -> str:
    """Return that a client is not sent what another one is when it asks, if that is so."""
    other = server.join("Ben")
    for asker in (client, other):
        asker.call("refresh_data", {"dashboard": "stocks"})
        asker.settle()
    if client.heard("data_updated") or not other.heard("data_updated"):
        return ""
    return f"{client.name} was not sent it, nor `data_updated` when she asked; Ben was"


def _expect_refused(client: Participant, cause: Cause, *payload: Any) -> None:
    """Let a client join what is no dashboard, or without a payload. Raises Failure."""
    why_not: Rows = [(evidence.timed_out, None), (evidence.always, cause)]
    client.ask(Refused, "join_dashboard", *payload, why=why_not)


def _other_pace(client: Participant) -> str:
    """Return how long the feed of OFTEN sleeps, if the app says that this is another pace.

    It keeps its pace, too, where it sleeps the same little while several times a round, or as long
    as is left of the time.
    """
    for _ in range(8):
        heard = len(_told(client, "stocks"))
        paces = [asked for asked in client.server.app.asked_to_sleep() if asked]
        steady = [asked for asked in paces if len({*asked}) == 1 and 0 < asked[0] < SHORT]
        others = [asked for asked in paces if asked not in steady]
        if not paces or any(max(asked) <= 1.2 * OFTEN_SECONDS for asked in others):
            return ""
        if all(sum(asked) < 0.75 * OFTEN_SECONDS * (heard - 2) for asked in steady):
            return f"FEED_SECONDS is {OFTEN_SECONDS:g}, and it slept {max(paces[0]):g}"
        client.hears_more("update_data", times=10)  # how often it sleeps a round is plain then
    return ""


def _slow(client: Participant, began: float) -> str:
    """Return that fewer updates of stocks came since then than three a second, if that is so."""
    for _ in range(10):  # once is enough, unless the machine is too busy to tell
        if len(_told(client, "stocks")) > 1 + 3 * (time.monotonic() - began):
            return ""
        client.server.rests(0.05)
    return "the next update came much later"


def _told(client: Participant, *dashboards: str) -> list[UpdateData]:
    """Return the updates that a client was sent so far, of some or all dashboards."""
    updates = client.told(UpdateData)
    return [update for update in updates if not dashboards or update.dashboard in dashboards]


def _update(client: Participant, about: str) -> UpdateData:
    """Return the next update of a dashboard that a client is sent. Raises Failure."""
    for _ in range(100):
        with client.server.resumed():
            update = client.expect("update_data", UpdateData, why=WHY_NO_UPDATE)
        if update.dashboard == about:
            return update
        if {*COLUMNS[about]} <= update.points.columns.keys():  # it is, under another name
            UpdateData.read(update.model_dump(), dashboard=about)
    came = f"there came {_listed({update.dashboard for update in _told(client)})} only"
    raise Failure(f"{client.name} hears of {about}", came, why.one_room)


def _expect_nothing_left_out(client: Participant) -> None:
    """See that each update of the stocks follows the one before. Raises Failure."""
    if trouble := gap(_told(client, "stocks")):
        expected = f"each of {client.name}'s updates follows the one before"
        cause = why.numbers_wrong if trouble.startswith("number") else why.updates_lost
        raise Failure(expected, trouble, cause)


def _expect_no_seam(client: Participant) -> None:
    """See that, after each figure of the stocks, the updates follow on. Raises Failure."""
    told: list[UpdateChart | UpdateData] = client.told(UpdateChart, UpdateData)
    story = [one for one in told if one.dashboard == "stocks"]
    if isinstance(first := next(iter(story), None), UpdateData):
        expected = f"{client.name} is sent the figure first"
        raise Failure(expected, f"update number {first.number} came first", why.update_first)
    if trouble := gap(story):
        expected = f"{client.name}'s first update is the one after the figure's number"
        cause = why.numbers_wrong if trouble.startswith("number") else why.seam_open
        raise Failure(expected, trouble, cause)


@contextmanager
def _as_the_feed_sends(server: Server) -> Iterator[None]:
    """Do something, and wait for what comes of it, while the feed of QUICK is at its `emit`."""
    with server.held("background"):
        yield
        server.rests(A_MOMENT)


def _hear_and_leave(client: Participant) -> None:
    """Let a client that has joined the stocks hear of them, and leave them."""
    client.expect("update_chart")
    client.hears_more("update_data")
    _leave(client, "stocks")


def _expect_hears_no_more(
    leaver: Participant, witness: Participant, who: str, cause: Cause
) -> None:
    """See that a client who has gone from machine hears no more of it. Raises Failure."""
    _join(witness, "machine")
    # What was sent when the witness had joined was sent after the other had gone.
    first = _update(witness, "machine").number
    _update(witness, "machine")
    if any(update.number > first for update in _told(leaver, "machine")):
        expected = f"{leaver.name}, {who}, hears no more of machine"
        got = f"she heard what {witness.name} heard, who joined machine after that"
        failure = Failure(expected, got, cause)
        raise leaver.unexpected("update_data", failure, dashboard="machine")


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(sorted(map(str, names)))
