"""Lab 6, rooms: join_dashboard, leave_dashboard, update_data to one room, a background feed."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from kit.checking import (
    MORE_ARGUMENTS,
    OTHER_NAMESPACE,
    App,
    Cause,
    Failure,
    Participant,
    Server,
    Silence,
    Starter,
    causes,
    check,
    source,
    steady_number,
)

why = causes(__file__)

STOCKS = {"GOOG", "AAPL"}
COLUMNS = {"machine": {"cpu"}, "stocks": STOCKS}
WEEK = timedelta(days=7)  # between two rows of the stocks
FIRST = datetime(2018, 1, 1, tzinfo=UTC)  # the time of the first
GAP_EVERY = 3  # rows: one of them has no number in the first column


MACHINE = source("Steady", id="machine", names=["cpu"], step=1)
STOCKS_SOURCE = source(
    "Steady",
    id="stocks",
    names=sorted(STOCKS),
    step=int(WEEK.total_seconds()),
    rows_per_read=2,
    gap_every=GAP_EVERY,
)


def _every(seconds: float, *, dashboards: int = 2) -> App:
    more = [source("Steady", id=f"m{n}", names=["x"], step=1) for n in range(dashboards - 2)]
    return App("Testing", {"FEED_SECONDS": seconds, "SOURCES": [MACHINE, *more, STOCKS_SOURCE]})


# Seconds between two updates. A slow machine makes them late, and a check waits for them.
OFTEN = _every(0.003)
# Seldom enough that a client has the time to ask for what the feed has not read yet. And with many
# dashboards: a feed that sleeps after each of them is late.
SELDOM_SECONDS = 0.02
SELDOM = _every(SELDOM_SECONDS, dashboards=8)
# So seldom that the feed does not come round a second time.
CALM = _every(30)
# So often that the feed comes in between wherever it can.
QUICK = App("Testing", {"FEED_SECONDS": 0.002, "SOURCES": [STOCKS_SOURCE]})

# Seconds that a step takes longer, where something has to come in between: see `Server.delay`.
SLOW, LONG = 0.006, 10.0
# Seconds of rest, in which a feed that comes round OFTEN has seen who is there and who is not.
A_FEW_ROUNDS = 0.02


@check(
    tasks=["let a client into the room of one dashboard", "name the dashboard's room"],
)
def joins(start: Starter) -> None:
    """`join_dashboard` is acknowledged: `ok` is true, and `dashboard` is the id."""
    ana = start(CALM).join("Ana")
    try:
        for dashboard in ("machine", "stocks"):
            _join(ana, dashboard)
    except Failure as failure:
        raise _explained_by_arguments(start, failure) from None


@check(stands_on=[joins], goes_on=joins)
def shows_the_figure(start: Starter) -> None:
    """The client that joins is sent `update_chart`: the whole figure, and its number."""
    server = start(CALM)
    ana = server.join("Ana")
    _join(ana, "stocks")
    try:
        chart = ana.expect("update_chart")
    except Silence as silence:
        raise (silence if silence.crash else _without_figure(server, ana, silence)) from None
    expected = "`update_chart` holds `dashboard` (stocks), `number` and the whole `figure`"
    figure = chart.get("figure") if isinstance(chart, dict) else None
    if not isinstance(figure, dict) or not isinstance(figure.get("data"), list):
        raise Failure(expected, f"it held {_short(chart)}", why.figure_wrong)
    if chart.get("dashboard") != "stocks" or not _is_number(chart.get("number")):
        raise Failure(expected, f"it held {_short(chart)}", why.figure_wrong)
    if not _is_number(chart.get("keep")):
        expected = "`update_chart` holds `keep`, how many rows to keep"
        raise Failure(expected, f"it was {_short(chart.get('keep'))}", why.figure_wrong)
    names = {trace.get("name") for trace in figure["data"] if isinstance(trace, dict)}
    if not names >= STOCKS:
        expected = f"the figure has a line for each of {_listed(STOCKS)}"
        raise Failure(expected, f"its lines are {_listed(names) or 'none'}", why.figure_wrong)


@check(
    tasks=[
        "start the feed, and only once",
        "publish every dashboard, for ever",
        "send what is new to the room of one dashboard",
    ],
    stands_on=[joins],
)
def updates_follow(start: Starter) -> None:
    """After that `update_data` comes by itself: new points, each time numbered one higher."""
    server = start(OFTEN)
    ana = server.join("Ana")
    _join(ana, "stocks")
    numbers: list[int] = []
    newest = ""
    for count in range(4):
        is_late = count > 0 and not _comes_soon(server, ana, count)
        update = _update(server, ana, about="stocks")
        if is_late:
            expected = "an update comes every `FEED_SECONDS`, as the app's config says"
            raise Failure(expected, "the next one came much later", why.own_pace)
        _expect_points(update)
        times = update["points"]["time"]
        if numbers and update["number"] > numbers[-1] and times[0] <= newest:
            expected = "`points` holds the new rows, and none that came before"
            raise Failure(expected, f"it begins with {times[0]} again", why.points_wrong)
        newest = times[-1]
        numbers.append(update["number"])
    if any(after != before + 1 for before, after in pairwise(numbers)):
        expected = "each `number` is one higher than the one before"
        again = any(after <= before for before, after in pairwise(numbers))
        cause = why.sent_again if again else why.numbers_wrong
        raise server.explained(expected, f"they were {numbers}", cause)


@check(
    tasks=["publish every dashboard, for ever"],
    stands_on=[joins],
    goes_on=shows_the_figure,
)
def rests_in_between(start: Starter) -> None:
    """Between two rounds the feed sleeps `FEED_SECONDS`, so that the server is at rest."""
    server = start(CALM)
    _join(server.join("Ana"), "stocks")
    if not server.rests(0.05, busy=1.5):
        expected = "with FEED_SECONDS = 30, the server comes to rest soon after the first round"
        raise server.explained(expected, "it went on working without a pause", why.never_rests)


@check(tasks=["publish every dashboard, for ever"], stands_on=[updates_follow])
def keeps_the_pace(start: Starter) -> None:
    """However many dashboards there are, an update of each comes every `FEED_SECONDS`."""
    server = start(SELDOM)
    ana = server.join("Ana")
    _join(ana, "stocks")
    _update(server, ana, about="stocks")

    def heard() -> int:
        ana.settle()
        return sum(map(_is_of_stocks, ana.heard("update_data")))

    began = time.monotonic()
    before = heard()
    for _ in range(10):  # once is enough, unless the machine is too busy to tell
        server.rests(2.5 * SELDOM_SECONDS)
        more = heard() - before
        # The most that come in this time where the feed sleeps after each of eight dashboards.
        if more > 1 + (time.monotonic() - began) / (8 * SELDOM_SECONDS):
            return
    expected = "with eight dashboards an update of stocks comes every `FEED_SECONDS`"
    raise server.explained(expected, "the next two came much later", why.sleeps_after_each)


@check(stands_on=[updates_follow], goes_on=updates_follow)
def stays_in_the_room(start: Starter) -> None:
    """`update_data` is heard in its own room only: not in another, and not outside of all."""
    server = start(OFTEN)
    server.pause()
    ana, ben, cleo = server.join("Ana"), server.join("Ben"), server.join("Cleo")
    _join(ana, "machine")
    _join(ben, "stocks")
    for _ in range(2):
        _update(server, ana, about="machine")
        _update(server, ben, about="stocks")
    for client in (ana, ben, cleo):
        client.settle()
    if cleo.heard("update_data"):
        raise Failure(
            "Cleo, who has joined nothing, hears no `update_data`",
            f"she heard {_dashboards(cleo)}",
            why.to_everyone if _sent_to_everyone(server) else why.always_inside,
        )
    for client, own in ((ana, "machine"), (ben, "stocks")):
        if (figures := len(client.heard("update_chart"))) > 1:
            expected = f"{client.name} is sent one figure for one join"
            raise Failure(expected, f"{client.name} was sent {figures}", why.figure_to_the_room)
        if _dashboards(client) != own:
            cause = why.to_everyone if _sent_to_everyone(server) else why.one_room
            expected = f"{client.name}, who has joined {own}, hears of {own} only"
            raise Failure(expected, f"there came {_dashboards(client)}", cause)


@check(stands_on=[shows_the_figure], goes_on=rests_in_between)
def shows_nobody_else(start: Starter) -> None:
    """The figure is sent to the client that joins, and to nobody else."""
    server = start(CALM)
    ana, ben, cleo = server.join("Ana"), server.join("Ben"), server.join("Cleo")
    for client, dashboard in ((ana, "machine"), (cleo, "stocks"), (ben, "machine")):
        _join(client, dashboard)
        client.expect("update_chart")
    for client in (ana, cleo):
        client.settle()
        figures = len(client.heard("update_chart"))
        if figures > 1:
            expected = f"{client.name} is sent a figure once, and none when others join"
            raise Failure(expected, f"{client.name} was sent {figures}", why.figure_to_the_room)


@check(tasks=["start the feed, and only once"], stands_on=[shows_the_figure, updates_follow])
def starts_one_feed(start: Starter) -> None:
    """One feed serves everybody: further clients and further joins start no other."""
    server = start(QUICK)
    clients = [server.join(f"client {number}") for number in range(1, 5)]
    before = server.threads()
    server.delay(tasks=LONG)  # until all have come to where they would start a feed
    with server.telling("all four joined stocks at once, and client 1 once more"):
        for client in clients:
            client.emit("join_dashboard", {"dashboard": "stocks"})
        server.rests(SLOW)
        server.delay()
        for client in clients:
            client.expect("update_chart")
        _join(clients[0], "stocks")
    more = _more_threads(server, before, usual=2)
    if more <= 2:
        return
    # Perhaps this one feed is made of several.
    alone = start(QUICK)
    ana = alone.join("Ana")
    before = alone.threads()
    _join(ana, "stocks")
    usual = _more_threads(alone, before, usual=0)
    if more > usual:
        expected = f"four joins start what one join starts, {usual} threads"
        raise server.explained(expected, f"they started {more}", why.many_feeds)


@check(stands_on=[updates_follow], goes_on=keeps_the_pace)
def skips_nothing(start: Starter) -> None:
    """Whatever other clients ask for meanwhile, each update comes once: none is left out."""
    server = start(SELDOM)
    server.pause()
    ana, ben = server.join("Ana"), server.join("Ben")
    _join(ana, "stocks")
    _hear_of_news(server, ana)
    for event, answer in (("refresh_data", "data_updated"), ("update_chart", "update_chart")):
        server.rests(0.6 * SELDOM_SECONDS)  # so that it is not the feed that reads the source
        ben.emit(event, {"dashboard": "stocks"})
        ben.expect(answer)
    _join(ben, "stocks")
    _expect_goes_on(server, ana, "Ben had asked for stocks, and joined them", why.no_feed)
    _expect_nothing_left_out(ana)


@check(
    stands_on=[shows_nobody_else, stays_in_the_room, skips_nothing, rests_in_between],
    goes_on=skips_nothing,
)
def follows_on(start: Starter) -> None:
    """The updates follow on from the figure: none before it, none missing, none twice."""
    server = start(SELDOM)
    cleo, dan = server.join("Cleo"), server.join("Dan")
    _join(dan, "machine")
    server.pause()  # so that the feed does not come round now
    _hear_of_news(server, dan)
    server.rests(0.6 * SELDOM_SECONDS)  # nor is it soon enough for that where it cannot be paused
    dan.call("refresh_data", {"dashboard": "stocks"})
    _join(cleo, "stocks")
    with server.resumed():  # it may be the feed that sends the figure
        cleo.expect("update_chart")
    for _ in range(2):
        _hear_of_news(server, cleo)
    _expect_no_seam(cleo)


@check(
    tasks=["let a client out again"],
    stands_on=[stays_in_the_room],
    goes_on=stays_in_the_room,
)
def leaves(start: Starter) -> None:
    """`leave_dashboard` is acknowledged like a join, and after it no `update_data` comes."""
    server = start(OFTEN)
    server.pause()
    ana, ben = server.join("Ana"), server.join("Ben")
    _keep_somebody_in(server, "stocks")
    _join(ana, "machine")
    _update(server, ana)
    try:
        ack = ana.call("leave_dashboard", {"dashboard": "machine"})
        _expect_ok(ack, "leave_dashboard", "machine")
    except Failure as failure:
        raise _explained_by_arguments(start, failure) from None
    _join(ben, "machine")
    if _still_hears(server, ana, ben, "machine"):
        raise Failure(
            "Ana, who has left machine, hears no more of it",
            "she heard what Ben heard, who joined machine after she had left",
            why.not_left,
        )


@check(stands_on=[follows_on, leaves], goes_on=starts_one_feed)
def follows_on_in_slow_motion(start: Starter) -> None:
    """On a slow machine, too, no update is lost, and none comes before the figure."""
    server = start(QUICK)
    ana, ben = server.join("Ana"), server.join("Ben")
    _join(ana, "stocks")
    with server.telling("while the feed was about to send an update, Ben asked for stocks"):
        with _as_the_feed_sends(server):
            ben.emit("refresh_data", {"dashboard": "stocks"})
        ben.expect("data_updated")
        _hear_of_news(server, ana, updates=2)  # the one about to be sent, and the next
        _expect_nothing_left_out(ana)
    with server.telling("while the feed was about to send an update, Ben joined stocks"):
        with _as_the_feed_sends(server):
            ben.emit("join_dashboard", {"dashboard": "stocks"})
        _hear_and_leave(server, ben)
    server.delay(handlers=SLOW)
    with server.telling("while handlers took 6 ms for each step, Ben joined stocks once more"):
        _join(ben, "stocks")
        _hear_and_leave(server, ben)
    with server.telling("he did so once more, and Ana asked for stocks between two steps of it"):
        server.pause()
        server.rests(SLOW)
        server.delay(handlers=LONG)
        ben.emit("join_dashboard", {"dashboard": "stocks"})
        server.rests(SLOW)
        ana.emit("refresh_data", {"dashboard": "stocks"})
        server.rests(SLOW)
        server.delay(handlers=LONG)  # one step further: who waits for a lock may get it now
        server.rests(SLOW)
        server.delay()
        server.rests(SLOW)  # before the feed tells the room what Ana read
        _hear_and_leave(server, ben)
    for client in (ana, ben):
        client.settle()
        _expect_no_seam(client)


@check(stands_on=[leaves, rests_in_between])
def feed_goes_on(start: Starter) -> None:
    """The feed goes on when the client that started it has gone, and after everybody has left."""
    server = start(OFTEN)
    server.pause()
    ana, ben, cleo = server.join("Ana"), server.join("Ben"), server.join("Cleo")
    _join(ana, "machine")
    _update(server, ana)
    _join(ben, "machine")
    server.join("Eve").leave()
    ana.leave()
    _ask_until(server, cleo, lambda answer: answer.get("clients") == 2)
    _expect_goes_on(server, ben, "Ana, who had joined first, was gone", why.stopped_for_others)
    # All this while the feed sleeps: it must not take an empty room for the end.
    ben.call("leave_dashboard", {"dashboard": "machine"})
    for dashboard in ("stocks", "machine"):
        _join(ben, dashboard)
    _expect_goes_on(server, ben, "he had left and come back at once", why.never_started_again)
    ben.call("leave_dashboard", {"dashboard": "machine"})
    ben.leave()
    cleo.leave()
    with server.resumed():
        server.rests(A_FEW_ROUNDS)
    dan = server.join("Dan")
    _join(dan, "machine")
    _expect_goes_on(server, dan, "nobody had been connected for a while", why.never_started_again)


@check(stands_on=[stays_in_the_room], goes_on=leaves)
def moves(start: Starter) -> None:
    """Joining another dashboard leaves the one before: its `update_data` comes no more."""
    server = start(OFTEN)
    server.pause()
    ana, ben = server.join("Ana"), server.join("Ben")
    _join(ana, "machine")
    _update(server, ana, about="machine")
    _keep_somebody_in(server, "stocks")
    _join(ana, "stocks")
    _join(ben, "machine")
    _update(server, ana, about="stocks")
    if _still_hears(server, ana, ben, "machine"):
        raise Failure(
            "Ana, who went from machine to stocks, hears no more of machine",
            "she heard what Ben heard, who joined machine after she had gone",
            why.old_room_kept,
        )


@check(stands_on=[moves, shows_the_figure], goes_on=moves)
def joins_again(start: Starter) -> None:
    """Joining the same dashboard once more sends the figure again, and each update still once."""
    server = start(OFTEN)
    server.pause()
    ana = server.join("Ana")
    _keep_somebody_in(server, "stocks")
    with server.resumed():  # it may be the feed that sends the figure
        _join(ana, "stocks")
        ana.expect("update_chart")
        _join(ana, "stocks")
        try:
            ana.expect("update_chart")
        except Silence as silence:
            raise (silence if silence.crash else silence.because(why.joined_again)) from None
    _expect_goes_on(server, ana, "she had joined stocks twice", why.joined_again)
    ana.settle()
    numbers = [update["number"] for update in ana.heard("update_data")]
    if len(set(numbers)) < len(numbers):
        raise Failure("each update comes once", f"their numbers were {numbers}", why.joined_again)


@check(stands_on=[leaves], goes_on=feed_goes_on)
def leaves_nothing_else(start: Starter) -> None:
    """Leaving takes one client out of one room: other clients and other rooms go on."""
    server = start(OFTEN)
    server.pause()
    ana, ben = server.join("Ana"), server.join("Ben")
    _join(ana, "machine")
    _join(ben, "machine")
    ana.call("leave_dashboard", {"dashboard": "machine"})
    _expect_goes_on(server, ben, "Ana left", why.others_put_out)
    _join(ana, "stocks")
    with server.telling("Ana left machine five times, where she was not"):
        for _ in range(5):  # also where a feed counts, and others have gone without leaving
            ana.call("leave_dashboard", {"dashboard": "machine"})
    try:
        _expect_goes_on(server, ana, "that", why.too_much_left)
    except Failure:
        _expect_goes_on(server, ben, "that", why.others_put_out)  # perhaps nobody hears anything
        raise
    ben.call("leave_dashboard", {"dashboard": "machine"})
    _expect_goes_on(server, ana, "Ben, the last one in machine, left it", why.others_put_out)
    for _ in range(2):
        _join(ben, "stocks")
    with server.resumed():  # it may be the feed that lets him in
        server.rests(A_FEW_ROUNDS)
    ben.call("leave_dashboard", {"dashboard": "stocks"})
    _hear_of_news(server, ana)  # what was on its way to both when Ben left has come then
    ben.settle()
    heard = len(ben.heard("update_data"))
    _expect_goes_on(server, ana, "Ben left stocks, where she is", why.others_put_out)
    ben.settle()
    if len(ben.heard("update_data")) > heard:
        expected = "Ben, who has joined stocks twice and left it, hears no more of it"
        raise Failure(expected, "he did", why.not_left)


@check(stands_on=[stays_in_the_room], goes_on=joins_again)
def refuses_the_unknown(start: Starter) -> None:
    """An unknown dashboard is refused with the code `unknown_dashboard`, and nothing changes."""
    server = start(OFTEN)
    server.pause()
    ana = server.join("Ana")
    _join(ana, "machine")
    _expect_refused(ana, {"dashboard": "no-such-dashboard"}, why.not_refused)
    _expect_goes_on(server, ana, "the server refused to let her join another", why.put_out_first)
    _expect_no_figure_more(ana)


@check(stands_on=[refuses_the_unknown], goes_on=refuses_the_unknown)
def refuses_what_is_no_name(start: Starter) -> None:
    """A payload that names no dashboard is refused in the same way: a list, a number, none."""
    server = start(OFTEN)
    server.pause()
    ana = server.join("Ana")
    _join(ana, "machine")
    odd: list[Any] = [None, 7, "text", [], {}]
    odd += [{"dashboard": name} for name in (None, "", 7, True, ["machine"], {"id": "machine"})]
    _expect_refused(ana, None, why.payload_trusted, without=True)
    for payload in odd:
        _expect_refused(ana, payload, why.payload_trusted)
    for name in ("mach", "MACHINE", " machine "):
        _expect_refused(ana, {"dashboard": name}, why.name_guessed)
    _expect_goes_on(server, ana, "the server refused all of these", why.put_out_first)
    _expect_no_figure_more(ana)


@check(
    stands_on=[refuses_the_unknown, shows_nobody_else, stays_in_the_room],
    goes_on=refuses_what_is_no_name,
)
def joins_no_other_room(start: Starter) -> None:
    """No text from a client becomes a room: not a room's own name, not the sid of somebody else."""
    server = start(OFTEN)
    server.pause()
    ana, ben = server.join("Ana"), server.join("Ben")
    _join(ben, "stocks")
    for name in ("dashboard_stocks", ben.sid):
        _expect_refused(ana, {"dashboard": name}, why.client_names_rooms)
    _expect_goes_on(server, ben, "Ana tried to listen in", why.others_put_out)
    ben.call("refresh_data", {"dashboard": "stocks"})
    ana.settle()
    meant_for_ben = {"update_chart", "update_data", "data_updated"}
    overheard = meant_for_ben & {event for event, _ in ana.everything_heard()}
    if overheard:
        expected = "Ana, who was refused, hears nothing that is meant for Ben"
        raise Failure(expected, f"she heard {_listed(overheard)}", why.client_names_rooms)


# What the checks are made of.


def _join(client: Participant, dashboard: str) -> None:
    """Let a client join a dashboard that there is. Raises Failure."""
    ack = client.call("join_dashboard", {"dashboard": dashboard})
    _expect_ok(ack, "join_dashboard", dashboard)


def _keep_somebody_in(server: Server, dashboard: str) -> None:
    """Let one more client join, and stay: a feed may not end while somebody is there.

    What becomes of a feed when nobody is there has a check of its own.
    """
    _join(server.join("Dan"), dashboard)


def _more_threads(server: Server, before: int, *, usual: int) -> int:
    """Return how many threads a server has more than `before`, where that stays over `usual`."""
    for _ in range(10):
        if (more := server.threads() - before) <= usual:
            break
        server.rests(0.02)  # a thread that has just handled an event may still be there
    return more


def _expect_no_figure_more(client: Participant) -> None:
    """See that a client which has joined once was sent one figure. Raises Failure."""
    client.settle()
    if len(client.heard("update_chart")) > 1:
        expected = f"{client.name}, who was refused, is sent no figure"
        raise Failure(expected, "she was sent one", why.refused_and_served)


def _expect_ok(ack: Any, event: str, dashboard: str) -> None:
    expected = f"the acknowledgement of `{event}` is ok: true, dashboard: {dashboard}"
    if ack is None:
        raise Failure(expected, "it was empty", why.no_ack)
    error = ack.get("error") if isinstance(ack, dict) else None
    if isinstance(error, dict) and error.get("code") == "unknown_dashboard":
        raise Failure(expected, f"it was {_short(ack)}", why.find_wants_payload)
    if not isinstance(ack, dict) or ack.get("ok") is not True or ack.get("dashboard") != dashboard:
        raise Failure(expected, f"it was {_short(ack)}", why.ack_wrong)


def _explained_by_arguments(start: Starter, failure: Failure) -> Failure:
    """Return the finding, better if a handler takes its payload for another argument."""
    if failure.cause is not why.find_wants_payload:
        return failure
    if start.source.find(r"def \w+\(\s*(self\s*,\s*)?_?sid\b"):
        return failure.because(why.sid_first)
    takes_more = start.source.find(r"^def (join|leave)_dashboard\(\s*\w+[^,()\[\]]*,\s*\w")
    return failure.because(MORE_ARGUMENTS) if takes_more else failure


def _without_figure(server: Server, client: Participant, silence: Silence) -> Failure:
    """Return the finding that no figure came, with the reason if it can be seen."""
    other = server.join("Ben")
    for asker in (client, other):
        asker.call("refresh_data", {"dashboard": "stocks"})
        asker.settle()
    if other.heard("data_updated") and not client.heard("data_updated"):
        got = f"{client.name} was not sent it, nor `data_updated` when she asked; Ben was"
        return Failure(silence.expected, got, why.left_own_room)
    return silence.because(OTHER_NAMESPACE if server.source.other_namespace() else why.no_figure)


def _expect_refused(
    client: Participant, payload: Any, cause: Cause, *, without: bool = False
) -> None:
    """Let a client join what is no dashboard, `without` a payload perhaps. Raises Failure."""
    expected = "the acknowledgement is ok: false, with the error's code `unknown_dashboard`"
    try:
        ack = client.call("join_dashboard", *([] if without else [payload]))
    except Silence as silence:
        raise silence.because(cause) from None
    error = ack.get("error") if isinstance(ack, dict) and ack.get("ok") is False else None
    if not isinstance(error, dict) or error.get("code") != "unknown_dashboard":
        raise Failure(expected, f"it was {_short(ack)}", cause)
    if not isinstance(error.get("message"), str) or not error["message"]:
        expected = "the error has a `message` that a person can read"
        raise Failure(expected, f"it was {_short(error)}", cause)


def _comes_soon(server: Server, client: Participant, so_far: int) -> bool:
    """Whether more updates of stocks came before the server had slept for a tenth of a second."""
    for _ in range(10):
        client.settle()
        if sum(map(_is_of_stocks, client.heard("update_data"))) > so_far:
            return True
        server.rests(0.01)
    return False


def _update(server: Server, client: Participant, *, about: str | None = None) -> dict[str, Any]:
    """Return the next `update_data` of a client, or the next one about a dashboard.

    Raises Failure where none comes, with the reason if it can be seen.
    """
    for _ in range(100):
        try:
            with server.resumed():
                update = client.expect("update_data")
        except Silence as silence:
            raise _explained(server, client, silence) from None
        if not isinstance(update, dict) or not _is_number(update.get("number")):
            expected = "`update_data` holds `dashboard`, `number` (a whole one) and `points`"
            raise Failure(expected, f"it held {_short(update)}", why.points_wrong)
        if about is None or update.get("dashboard") == about:
            return update
        points = update.get("points")
        if about in COLUMNS and isinstance(points, dict) and set(points) >= COLUMNS[about]:
            expected = f"`update_data` with points of {about} says so: `dashboard` is {about}"
            raise Failure(expected, f"it was {_short(update.get('dashboard'))}", why.points_wrong)
    came = f"there came {_dashboards(client)} only"
    raise Failure(f"{client.name} hears of {about}", came, why.one_room)


def _expect_points(update: dict[str, Any]) -> None:
    expected = "`update_data` holds `dashboard` (stocks), `number` and `points`"
    points = update.get("points")
    if update.get("dashboard") != "stocks" or not isinstance(points, dict):
        raise Failure(expected, f"it held {_short(update)}", why.points_wrong)
    columns = {"time", *STOCKS}
    if not set(points) >= columns or not all(isinstance(points[name], list) for name in columns):
        expected = f"`points` has a list for each of {_listed(columns)}"
        raise Failure(expected, f"it held {_short(points)}", why.points_wrong)
    if len({len(points[name]) for name in columns}) > 1 or not points["time"]:
        expected = "the lists in `points` are equally long, with one point at least"
        raise Failure(expected, f"it held {_short(points)}", why.points_wrong)
    times = [moment for text in points["time"] if (moment := _time(text))]
    if len(times) < len(points["time"]):
        expected = "the times in `points` are ISO 8601 texts, with their zone"
        raise Failure(expected, f"they were {_short(points['time'])}", why.points_wrong)
    for name in STOCKS:
        if not all(value is None or _is_number(value, int | float) for value in points[name]):
            expected = f"`{name}` in `points` is a list of numbers"
            raise Failure(expected, f"it was {_short(points[name])}", why.points_wrong)
    for index, (text, moment) in enumerate(zip(points["time"], times, strict=True)):
        row, rest = divmod(moment - FIRST, WEEK)
        if rest:
            expected = "the times in `points` are those of the rows, each a week after the last"
            raise Failure(expected, f"one was {text}", why.points_wrong)
        for place, name in enumerate(sorted(STOCKS)):
            is_gap = place == 0 and row % GAP_EVERY == 0
            number, value = None if is_gap else steady_number(row, place), points[name][index]
            if value is number or (value and number and abs(value - number) < 0.01):
                continue
            expected = f"`{name}` in `points` is {json.dumps(number)} at {text}, as the row says"
            raise Failure(expected, f"it was {json.dumps(value)}", why.points_wrong)


def _out_of_order(updates: list[Any], number: int | None = None, week: Any = None) -> str:
    """Return where updates of one dashboard skip or repeat something, or nothing.

    `number` and `week` are those of the figure that they follow, if there is one.
    """
    numbers = [*([] if number is None else [number]), *(update["number"] for update in updates)]
    for before, after in pairwise(numbers):
        if after != before + 1:
            return f"number {after} came after number {before}"
    weeks = [
        time for update in updates for text in update["points"]["time"] if (time := _time(text))
    ]
    for before, after in pairwise([week, *weeks] if week else weeks):
        if after - before != WEEK:
            return (
                f"the numbers are right, but the row of {after.date()} came after that of"
                f" {before.date()}: {'rows are missing' if after > before else 'rows came twice'}"
            )
    return ""


def _expect_nothing_left_out(client: Participant) -> None:
    """See that each update of the stocks follows the one before. Raises Failure."""
    trouble = _out_of_order([told for told in client.heard("update_data") if _is_of_stocks(told)])
    if trouble:
        expected = f"each of {client.name}'s updates follows the one before"
        raise Failure(expected, trouble, why.updates_lost)


def _expect_no_seam(client: Participant) -> None:
    """See that, after each figure of the stocks, the updates follow on. Raises Failure."""
    told = [(e, told) for e, told in client.everything_heard() if _is_of_stocks(told)]
    told = [(e, told) for e, told in told if e.startswith("update_")]
    if told[0][0] == "update_data":
        expected = f"{client.name} is sent the figure first"
        got = f"update number {told[0][1].get('number')} came before it"
        raise Failure(expected, got, why.update_first)
    charts = [index for index, (event, _) in enumerate(told) if event == "update_chart"]
    for start, end in pairwise([*charts, len(told)]):
        chart = told[start][1]
        if not isinstance(chart, dict) or not _is_number(chart.get("number")):
            raise Failure("the figure has its number", f"it held {_short(chart)}", why.figure_wrong)
        updates = [update for _, update in told[start + 1 : end]]
        trouble = _out_of_order(updates, chart["number"], _last_week(chart))
        if trouble:
            expected = f"{client.name}'s first update is the one after the figure's number"
            raise Failure(expected, trouble, why.seam_open)


def _last_week(chart: dict[str, Any]) -> datetime | None:
    """Return the time of the figure's last point, or None where it can't be read."""
    try:
        return _time(chart["figure"]["data"][0]["x"][-1])
    except (KeyError, IndexError, TypeError):
        return None


@contextmanager
def _as_the_feed_sends(server: Server) -> Iterator[None]:
    """Do something, and wait for what comes of it, while the feed of QUICK is at its `emit`."""
    server.delay(background=LONG)
    server.rests(SLOW)
    yield
    server.rests(SLOW)
    server.delay()


def _hear_and_leave(server: Server, client: Participant) -> None:
    """Let a client that has joined the stocks hear of them, and leave them."""
    with server.resumed():
        client.expect("update_chart")
    _hear_of_news(server, client)
    client.call("leave_dashboard", {"dashboard": "stocks"})


def _hear_of_news(server: Server, client: Participant, *, updates: int = 1) -> None:
    """Return when a client hears so many updates more than so far. Raises Silence."""
    client.settle()
    enough = len(client.heard("update_data")) + updates
    with server.resumed():
        while len(client.heard("update_data")) < enough:
            client.expect("update_data")


def _still_hears(server: Server, leaver: Participant, witness: Participant, dashboard: str) -> bool:
    """Whether a client hears of a dashboard that it left before the witness joined it."""
    # What was sent when the witness had joined was sent after the other had gone.
    first = _update(server, witness, about=dashboard)["number"]
    _update(server, witness, about=dashboard)
    leaver.settle()
    return any(
        update["number"] > first
        for update in leaver.heard("update_data")
        if isinstance(update, dict) and update.get("dashboard") == dashboard
    )


def _expect_goes_on(server: Server, client: Participant, after: str, cause: Cause) -> None:
    """See that a client hears more updates than were on their way. Raises Failure."""
    server.note(f"{client.name} listened on, after {after}")
    try:
        _hear_of_news(server, client, updates=2)
    except Silence as silence:
        found = silence if silence.crash else silence.because(cause)
        raise found from None


def _ask_until(server: Server, client: Participant, enough: Callable[[Any], bool]) -> None:
    """Ask for the stocks' newest values again and again, until they are enough or time is over."""
    waiting = server.patience()
    with server.telling(f"{client.name} asked for the newest values of stocks a few times"):
        while not waiting.is_over():
            client.emit("refresh_data", {"dashboard": "stocks"})
            if enough(client.expect("data_updated")):
                return


def _explained(server: Server, client: Participant, silence: Silence) -> Failure:
    """Return the finding that no `update_data` comes, with a better cause where one can be seen."""
    log = server.log()
    words = silence.crash.message if silence.crash else log
    if "Working outside of request" in words or "'Request' object has no" in words:
        return silence.because(why.no_request)
    if "Working outside of application" in words:
        return silence.because(why.no_app)
    if silence.crash or silence.cause.name != "unanswered":
        return silence.because(why.feed_raised) if silence.cause.name == "raised" else silence
    errors = re.findall(r"^[\w.]*(?:Error|Exception)\b.*", log, re.MULTILINE)
    if errors:
        return Failure(silence.expected, f"none came; the log says: {errors[-1]}", why.feed_raised)
    return _sent_elsewhere(server, client, silence)


def _sent_elsewhere(server: Server, client: Participant, silence: Silence) -> Failure:
    """Return the finding that no `update_data` comes, with what the app says that it did."""
    usual = {"welcome", "data_updated", "update_chart", "update_data"}
    if {event for event, _ in client.everything_heard()} - usual:
        return silence.because(why.wrong_name)
    sent, rooms = server.app.addressed("update_data"), server.app.rooms()
    if sent and not rooms:
        return silence.because(why.not_joined)
    if sent and not set(sent) & set(rooms):
        got = f"it was sent to {', '.join(sent)}; there are clients in {', '.join(rooms)}"
        return Failure(silence.expected, got, why.other_room)
    if server.source.other_namespace():
        return silence.because(OTHER_NAMESPACE)
    background = server.app.background()
    sleeping = [where.code for where in background if "sleep" in where.code]
    fixed = any(re.search(r"sleep\(\s*\d", code) for code in sleeping)
    if fixed or (sleeping and client.heard("update_data")):
        return silence.because(why.own_pace)
    return silence.because(why.feed_is_mute if background else why.no_feed)


def _sent_to_everyone(server: Server) -> bool:
    """Whether the app says that it sent `update_data` without a room."""
    return "None" in server.app.addressed("update_data")


def _dashboards(client: Participant) -> str:
    """Return the dashboards that a client was sent updates of, for people."""
    told = [update for update in client.heard("update_data") if isinstance(update, dict)]
    return _listed({str(update.get("dashboard")) for update in told})


def _is_of_stocks(told: Any) -> bool:
    return isinstance(told, dict) and told.get("dashboard") == "stocks"


def _is_number(value: Any, kinds: Any = int) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _time(text: Any) -> datetime | None:
    """Return an ISO 8601 text as a time, or None where it is none or has no zone."""
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else None


def _short(value: Any, most: int = 160) -> str:
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(str, names)))
