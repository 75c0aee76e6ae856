"""Lab 9, reconnection: a client comes back and gets exactly what it missed."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from checks.acknowledgements import Expired, Joined, NotOurs, Resumed
from checks.contract import RESUME, Greeting, UpdateChart, UpdateData
from checks.sources import MACHINE, STOCKS, differs_from_rows, gap
from kit.checking import (
    App,
    Cause,
    Failure,
    Participant,
    Rows,
    Server,
    Start,
    causes,
    check,
    evidence,
    source,
)

why = causes(__file__)
Update = UpdateChart | UpdateData

# Why a session that there is does not go on, and why one that there is not is not refused.
WHY_NOT_RESUMED: Rows = [
    (evidence.timed_out, None),
    *evidence.why_another_payload("resume_session"),
    (evidence.crash("Refused"), why.refusal_raised),
    (evidence.crash("AttributeError", "'Refused' object has no"), why.refusal_not_raised),
    (evidence.crashed, None),
    (evidence.came("session_expired"), why.forgotten_at_once),
    (evidence.came("session_invalid"), why.own_token_refused),
    (evidence.came("it was null"), why.room_forgotten),
]
NOT_ANSWERED: Rows = [
    (evidence.timed_out, None),
    (evidence.crash("Refused"), why.refusal_raised),
    (evidence.crash("Bad.*"), why.bad_token_raised),
    (evidence.crash("AttributeError", "'Refused' object has no"), why.refusal_not_raised),
    (evidence.crashed, None),
]
WHY_NOT_INVALID: Rows = [
    *NOT_ANSWERED,
    (evidence.came('"ok": true'), why.forged_accepted),
    (evidence.came("session_expired"), why.unsigned),
]
WHY_NOT_EXPIRED: Rows = [
    *NOT_ANSWERED,
    (evidence.raised_meanwhile, why.error_at_the_end),  # nobody waits for a `disconnect`
    (evidence.came('"ok": true'), why.usable_forever),
]
# The same, in single checks.
AGAIN: Rows = [
    (evidence.came("session_expired|session_invalid"), why.used_up),
    *WHY_NOT_RESUMED,
]
NUMBER_TRUSTED: Rows = [(evidence.always, why.number_trusted)]
PAYLOAD_TRUSTED: Rows = [
    (evidence.timed_out, None),
    (evidence.always, why.payload_trusted),
]
OTHER_KEY: Rows = [*NOT_ANSWERED, (evidence.came("true|session_expired"), why.key_of_all)]
MOVED: Rows = [(evidence.came('it was (null|"machine")'), why.first_room), *WHY_NOT_RESUMED]
MOVED_LATER: Rows = [
    (evidence.came('it was (null|"stocks")'), why.noted_elsewhere),
    *WHY_NOT_RESUMED,
]
LEFT: Rows = [
    (evidence.came('it was ""'), why.no_room_is_null),
    (evidence.came('it was "'), why.left_room_resumed),
    *WHY_NOT_RESUMED,
]
# One session has ended then, and two are kept.
ONE_LOST: Rows = [(evidence.came("session_expired"), why.connected_counted), *WHY_NOT_RESUMED]
NEW_KEPT = (evidence.came("true"), why.new_session_kept)

FEED_SECONDS = 0.003
KEEP_ROWS, KEEP_SESSIONS = 5, 2
SHORT_SECONDS = 0.02  # how long a session outlives its connection, where it is to expire
# Seconds of rest: in which the server sees the end of a connection; a feed goes round more than
# once; a session that may expire does so; a session that has been resumed would have expired.
A_MOMENT, A_ROUND, LONG_GONE = 0.008, 0.006, 0.04
# No server resumes a session in fewer steps. What is published meanwhile makes them more.
SURE_STEPS, MOST_STEPS = 6, 60


ENDED = source("Given", id="tree", names=["height"], rows=[["2018-01-01T00:00:00Z", 2.5]])


def _with(**settings: Any) -> App:
    usual = {"FEED_SECONDS": FEED_SECONDS, "SOURCES": [MACHINE, STOCKS, ENDED]}
    return App("Testing", usual | settings)


USUAL = _with()
SMALL = _with(KEEP_ROWS=KEEP_ROWS)
FEW = _with(KEEP_SESSIONS=KEEP_SESSIONS)
SHORT = _with(SESSION_SECONDS=SHORT_SECONDS)


@check(
    tasks=[
        "sign the session's id, and nothing else",
        "give the client the session that it can come back with",
    ]
)
def gives_a_session(start: Start) -> None:
    """`welcome` brings a `session`: a text, another one for each connection."""
    server = start(USUAL)
    claims = {"session": "mine", "id": "mine", "user": "mine"}
    ways: list[dict[str, Any]] = [{}, {}, *[{"auth": claims, "claims": claims}] * 2]
    server.post("/auth/login", data={"name": "Ada"})
    ways += [{"as_visitor": True}] * 2
    tokens = [_token(server.join(f"client {n}", **way)) for n, way in enumerate(ways, 1)]
    pairs = ((0, 1, why.one_for_all), (2, 3, why.client_picks), (4, 5, why.one_for_user))
    for first, second, cause in pairs:
        if tokens[first] == tokens[second]:
            expected = "two clients are given two sessions, whatever they say of themselves"
            raise Failure(expected, f"both were given {tokens[first]}", cause)


@check(
    tasks=[
        "remember the room, for when the client comes back",
        "find the session that a token proves",
        "go on with an old session in place of the new one",
        "let a client go on where its connection was lost",
    ],
    stands_on=[gives_a_session],
    goes_on=gives_a_session,
)
def comes_back(start: Start) -> None:
    """Who shows that session on a new connection goes on with it: `ok`, and its `dashboard`."""
    server = _still(start(USUAL))
    for dashboard in ("stocks", "machine"):
        kept = _cut(*_joined(server, "Ana", dashboard))
        _back(server, kept, dashboard=dashboard)


@check(
    tasks=["send what was missed, and let the client in, with nothing in between"],
    stands_on=[comes_back],
    goes_on=comes_back,
)
def hears_again(start: Start) -> None:
    """From then on `update_data` comes by itself again, of that dashboard."""
    server = _still(start(USUAL))
    ana, _ = _back(server, _cut(*_joined(server)))
    ana.hears_on("update_data", "she had come back", why.room_not_joined)


@check(stands_on=[hears_again], goes_on=hears_again)
def comes_back_again(start: Start) -> None:
    """The same session can be shown as often as the connection is lost, and by two at once."""
    server = _still(start(USUAL))
    kept = _cut(*_joined(server))
    with server.telling("Ana lost the connection three times, and showed the session each time"):
        for _ in range(3):
            ana, _ = _back(server, kept, why=AGAIN)
            ana.drop()
            server.rests(A_MOMENT)
    pair = [server.join(name) for name in ("Ana", "Ana in another window")]
    for client in (pair[0], *pair):
        _resume(client, kept, why=AGAIN)
    for client in pair:
        client.hears_on("update_data", "both had shown the session of Ana", why.one_at_a_time)


@check(stands_on=[comes_back_again], goes_on=comes_back_again)
def gets_what_it_missed(start: Start) -> None:
    """Each update that was missed is sent again: every one, once, in order, and none besides."""
    server = _still(start(USUAL))
    ben, _ = _joined(server, "Ben")
    ana, session = _joined(server)
    kept = _Kept(session)
    for count in (5, 0, 1, 2):
        kept = _cut(ana, session, kept.story)
        missed = _miss(ben, kept, count)
        ana, ack = _back(server, kept)
        came = _follows_on(ana, kept, missed=missed)
        if ack.snapshot or not missed <= ack.replayed <= came:
            expected = f"`replayed` is {came}, the updates that came, and `snapshot` is false"
            raise Failure(expected, _counted(ack), why.counted_wrong)
        ana.hears_more("update_data")
    _follows_on(ana, kept)
    ack = server.join("Ana").ask(Resumed, RESUME.event, kept.shown | {"number": 0})
    if ack.snapshot:
        expected = "with number 0 all updates come: none is forgotten yet"
        raise Failure(expected, "`snapshot` was true", why.always_the_figure)
    cleo, session = _joined(server, "Cleo", "tree")
    cleo.drop()
    server.note("Cleo lost the connection; in tree there is nothing new after its update 1")
    ack = server.join("Cleo").ask(Resumed, RESUME.event, {"session": session, "number": 1})
    if ack.snapshot or ack.replayed:
        expected = "where nothing was missed, `replayed` is 0 and `snapshot` is false"
        raise Failure(expected, _counted(ack), why.counted_wrong)


@check(stands_on=[gets_what_it_missed], goes_on=gets_what_it_missed)
def tells_nobody_else(start: Start) -> None:
    """What was missed is sent to the client that comes back, and to nobody else."""
    server = _still(start(USUAL))
    ben, _ = _joined(server, "Ben")
    cleo, _ = _joined(server, "Cleo", "machine")
    for shown in ({}, {"number": 10**9}):
        kept = _cut(*_joined(server))
        _miss(ben, kept, 2)
        with server.only(
            None, hears="update_chart", among=[ben, cleo], otherwise=why.replayed_to_others
        ):
            _back(server, kept, **shown)
    if trouble := gap(_story(ben)) or (_story(cleo) and "Cleo, who is in machine, was told of it"):
        expected = "Ben and Cleo are told nothing of stocks again when Ana comes back"
        raise Failure(expected, trouble, why.replayed_to_others)


@check(stands_on=[gets_what_it_missed], goes_on=tells_nobody_else)
def goes_on_from_there(start: Start) -> None:
    """What comes by itself follows on from that, also where others have asked meanwhile."""
    server = _still(start(USUAL))
    ben, _ = _joined(server, "Ben")
    for asked in ("refresh_data", "update_chart"):
        kept = _cut(*_joined(server))
        _miss(ben, kept, 1)
        server.rests(A_ROUND)  # so that it is not too soon to read the source
        ben.call(asked, {"dashboard": "stocks"})
        ana, _ = _back(server, kept)
        ana.hears_more("update_data", times=2)
        _follows_on(ana, kept, lost=why.seam_open)


@check(stands_on=[goes_on_from_there])
def goes_on_in_slow_motion(start: Start) -> None:
    """On a slow machine, too, nothing is lost or comes twice, and nothing new comes first."""
    _come_back_step_by_step(_still(start(USUAL)))


@check(stands_on=[gets_what_it_missed])
def gets_the_figure_instead(start: Start) -> None:
    """Where more was missed than `KEEP_ROWS` updates, the figure comes instead: `snapshot`."""
    server = _still(start(SMALL))
    ben, _ = _joined(server, "Ben")
    ana, session = _joined(server)
    kept = _cut(ana, session)
    _miss(ben, kept, KEEP_ROWS + 2)
    ana, ack = _back(server, kept)
    came = _story(ana)
    if not came or not isinstance(came[0], UpdateChart):
        cause = why.history_unbounded if len(came) > KEEP_ROWS else why.gap_not_noticed
        cause = why.live_first if ana.heard("update_chart") else cause
        expected = f"with KEEP_ROWS = {KEEP_ROWS}, Ana, who missed more, is sent `update_chart`"
        raise Failure(expected, f"{len(came)} updates came, and not the figure first", cause)
    _expect_a_snapshot(ana, ack)
    ana.hears_more("update_data", times=2)
    _follows_on(ana, kept)
    kept = _cut(ana, session)
    _miss(ben, kept, 1)
    ana, ack = _back(server, kept)
    if kept.number + KEEP_ROWS >= _newest(ben) and (ack.snapshot or ana.heard("update_chart")):
        expected = f"with KEEP_ROWS = {KEEP_ROWS}, Ana, who missed fewer, is sent those alone"
        raise Failure(expected, "she was sent the figure", why.always_the_figure)


@check(stands_on=[gets_the_figure_instead], goes_on=gets_the_figure_instead)
def bears_any_number(start: Start) -> None:
    """A `number` that cannot be is no harm: the figure comes for one that is not reached yet."""
    server = _still(start(SMALL))
    kept = _cut(*_joined(server))
    for number in (10**9, -1, 1.5, "3", "many", None, [3]):
        ana = server.join("Ana")
        try:
            ack = ana.call(RESUME.event, kept.shown | {"number": number})
            if number != 10**9 and isinstance(ack, dict) and ack.get("ok") is False:
                continue  # to refuse is as good
            _expect_a_snapshot(ana, Resumed.read(ack, dashboard="stocks"))
            ana.hears_more("update_data", times=2)
            _follows_on(ana, kept)
        except Failure as failure:
            raise ana.explained(failure, NUMBER_TRUSTED) from None
    ana = server.join("Ana")
    ana.ask(Resumed, RESUME.event, {"session": kept.session}, why=NUMBER_TRUSTED)
    if (first := _story(ana)[:1]) and isinstance(first[0], UpdateData) and first[0].number > 1:
        expected = "without a `number` it is 0: the first update comes, or the figure"
        raise Failure(expected, f"update number {first[0].number} came", why.number_trusted)
    server = _still(start(USUAL))  # where none is forgotten yet
    kept = _cut(*_joined(server))
    ack = server.join("Ana").call(RESUME.event, kept.shown | {"number": -1})
    is_refused = isinstance(ack, dict) and ack.get("ok") is False
    if not is_refused and not Resumed.read(ack, dashboard="stocks").snapshot:
        expected = "with number -1 the figure comes: it is none that there is"
        raise Failure(expected, "`snapshot` was false", why.number_trusted)


@check(stands_on=[bears_any_number, goes_on_in_slow_motion])
def follows_the_figure_in_slow_motion(start: Start) -> None:
    """So it is where the figure comes: on a slow machine, too, the updates follow on from it."""
    _come_back_step_by_step(_still(start(USUAL)), number=10**9)


@check(stands_on=[comes_back])
def refuses_what_is_forged(start: Start) -> None:
    """A token that this app has not signed is refused as `session_invalid`; nothing changes."""
    server = _still(start(USUAL))
    ana, session = _joined(server)
    ben, other = _joined(server, "Ben", "machine")
    first = None
    with server.telling("Ben showed tokens that were made of Ana's, and other texts"):
        for forged in _forgeries(session, other, ana.sid):
            try:
                shown = {"session": forged, "number": 0}
                ben.ask(NotOurs, RESUME.event, shown, why=WHY_NOT_INVALID)
            except Failure as failure:
                first = first or failure
                if failure.cause != why.unsigned:  # as long as he is refused, it could be worse
                    raise
    if first:
        raise first
    ben.hears_on("update_data", "all of these were refused", why.refused_and_harmed)
    harmed = [(evidence.always, why.refused_and_harmed)]
    _resume(server.join("Ben"), _Kept(other), dashboard="machine", why=harmed)
    _back(server, _cut(ana, session))


@check(stands_on=[refuses_what_is_forged])
def knows_its_own(start: Start) -> None:
    """With another `SECRET_KEY` a token is `session_invalid`, and after a restart it is expired."""
    session = _token(start(_with(SECRET_KEY="one")).join("Ana"))
    other = start(_with(SECRET_KEY="another")).join("Ana")
    other.ask(NotOurs, RESUME.event, {"session": session}, why=OTHER_KEY)
    again = start(_with(SECRET_KEY="one")).join("Ana")
    again.ask(Expired, RESUME.event, {"session": session}, why=WHY_NOT_EXPIRED)


@check(stands_on=[refuses_what_is_forged], goes_on=refuses_what_is_forged)
def bears_any_payload(start: Start) -> None:
    """A payload that holds no token is refused, too: a number, a list, none at all."""
    server = _still(start(USUAL))
    ana, session = _joined(server)
    odd: list[Any] = [None, 7, session, [session], {}, {"number": 3}]
    odd += [{"session": one} for one in (None, 7, True, [session], {"session": session})]
    for payload in [(), *((one,) for one in odd)]:
        try:
            ack = ana.call(RESUME.event, *payload)
        except Failure as failure:
            raise ana.explained(failure, PAYLOAD_TRUSTED) from None
        if not isinstance(ack, dict) or ack.get("ok") is not False or "error" not in ack:
            got = f"the acknowledgement was {ack}"
            raise Failure("what is no token is refused, with an `error`", got, why.payload_trusted)


@check(stands_on=[gets_what_it_missed], goes_on=bears_any_payload)
def remembers_the_room(start: Start) -> None:
    """It is the room that the session was in last, and no other: also none, after a leave."""
    server = _still(start(USUAL))
    ana, session = _joined(server, "Ana", "machine")
    _join(ana, "stocks")
    _leave(ana, "machine")  # where she is not
    kept = _cut(ana, session)
    ana, _ = _joined(server, "Ana", "machine")  # before she shows her session
    _resume(ana, kept, why=MOVED)
    ana.hears_more("update_data", times=2)  # what was on its way when she came back has come then
    heard = len(ana.heard("update_data"))
    ana.hears_more("update_data", times=3)
    if any(told.get("dashboard") == "machine" for told in ana.heard("update_data")[heard:]):
        expected = "Ana, whose session is in stocks, hears of nothing else"
        raise Failure(expected, "she heard of machine as well", why.new_room_kept)
    _join(ana, "machine")
    ana, _ = _back(server, _cut(ana, session), dashboard="machine", why=MOVED_LATER)
    _leave(ana, "machine")
    ana, ack = _back(server, _cut(ana, session), dashboard=None, why=LEFT)
    ben, _ = _joined(server, "Ben", "machine")
    ben.hears_more("update_data", times=2)
    ana.settle()
    if ack.replayed or ack.snapshot or ana.heard("update_data") or ana.heard("update_chart"):
        expected = "Ana, who had left machine, is told nothing of it"
        raise Failure(expected, "she was", why.left_room_resumed)


@check(stands_on=[comes_back_again], goes_on=remembers_the_room)
def drops_the_new_session(start: Start) -> None:
    """The session that the new connection was given is over when the old one goes on."""
    server = _still(start(USUAL))
    kept = _cut(*_joined(server))
    ana = server.join("Ana")
    fresh = _token(ana)
    _resume(ana, kept)
    eve = server.join("Eve")
    eve.ask(Expired, RESUME.event, {"session": fresh}, why=[*NOT_ANSWERED, NEW_KEPT])


@check(
    tasks=[
        "tell the sessions: its own goes on for a while",
        "note when the session's connection has ended",
        "forget who has not come back in time",
    ],
    stands_on=[comes_back_again],
)
def expires(start: Start) -> None:
    """`SESSION_SECONDS` after the connection is lost, it is `session_expired`: join anew then."""
    server = _still(start(SHORT))
    ana = _expect_over(*_joined(server))
    _join(ana, "stocks")
    ana.hears_on("update_data", "she had joined as a new client", why.refused_and_harmed)


@check(stands_on=[expires], goes_on=expires)
def lives_with_its_connection(start: Start) -> None:
    """While its connection lasts it never expires, also where an older connection ends late."""
    server = _still(start(SHORT))
    first, session = _joined(server)
    for old, cause in ((None, why.counted_from_begin), (first, why.late_end)):
        if old:
            old.drop()
        server.rests(_long_enough(server))
        ana = server.join("Ana")
        _resume(ana, _Kept(session), why=[(evidence.came("session_expired"), cause)])
    server.rests(LONG_GONE)
    ana.hears_on("update_data", "her first connection had ended", why.late_end)
    _expect_over(ana, session)


@check(stands_on=[expires])
def forgets_all_that_are_over(start: Start) -> None:
    """Soon after `SESSION_SECONDS`, all that were lost are forgotten, however many they are."""
    for seconds in (0.2, 1.0):  # a busy machine may see the end of a connection late
        server = _still(start(_with(SESSION_SECONDS=seconds)))
        with server.telling("seven clients connected, joined stocks, and lost the connection"):
            clients = [_joined(server, f"client {n}") for n in range(1, 8)]
            for client, _ in clients:
                client.drop()
                server.rests(A_MOMENT)  # so that they are lost in this order
        rest = seconds + max(0.5 * seconds, _long_enough(server))
        server.rests(rest)
        ack = _shown(server, clients[-1][1])
        if not ack.get("ok"):
            Expired.read(ack, "the acknowledgement of `resume_session`")
            return
    server.rests(4 * seconds)
    is_late = not _shown(server, clients[-2][1]).get("ok")
    cause = why.expires_too_late if is_late else why.one_forgotten_at_a_time
    expected = f"{rest:g} s after seven clients were lost, all their sessions are expired"
    raise Failure(f"with SESSION_SECONDS = {seconds:g}, {expected}", "one still went on", cause)


@check(stands_on=[lives_with_its_connection])
def counts_anew(start: Start) -> None:
    """Who has come back in time has as much time again after the next loss."""
    for seconds in (0.3, 1.0, 8.0):  # a busy machine may be too late to come back
        server = _still(start(_with(SESSION_SECONDS=seconds)))
        ana, session = _joined(server)
        began = time.monotonic()
        kept = _cut(ana, session)
        server.rests(0.6 * seconds)
        ack = server.join("Ana").call(RESUME.event, kept.shown)
        if time.monotonic() - began < seconds:
            Resumed.read(ack, "the acknowledgement", otherwise=why.forgotten_too_soon)
            break
    else:
        return  # nothing can be said on such a machine
    server.rests(seconds)
    again = [(evidence.came("session_expired"), why.not_counted_anew)]
    _resume(server.join("Ana"), kept, why=again)


@check(stands_on=[gets_what_it_missed, lives_with_its_connection, counts_anew])
def forgets_old_sessions(start: Start) -> None:
    """Of those whose connection is lost, `KEEP_SESSIONS` are kept: the oldest are forgotten."""
    server = _still(start(FEW))
    _, connected = _joined(server, "Dan")
    first = _cut(*_joined(server, "Ana"))
    ana = server.join("Ana")
    _resume(ana, first, why=ONE_LOST)
    kept = {"Ben": _cut(*_joined(server, "Ben"))}
    kept |= {"Ana": _cut(ana, first.session), "Cleo": _cut(*_joined(server, "Cleo"))}
    kept["Dan"] = _Kept(connected)
    acks = {name: server.join(name).call(RESUME.event, one.shown) for name, one in kept.items()}
    over = [name for name, ack in acks.items() if not (isinstance(ack, dict) and ack.get("ok"))]
    if over != ["Ben"]:
        expected = f"with KEEP_SESSIONS = {KEEP_SESSIONS}, only the session of Ben is expired"
        expected += ": he lost the connection, then Ana, who had come back, and Cleo; Dan is there"
        got = f"those of {', '.join(over)} were" if over else "none was"
        cause = why.connected_counted if "Dan" in over else why.wrong_one_forgotten
        raise Failure(expected, got, cause if over else why.never_cleaned)
    Expired.read(acks["Ben"], "the acknowledgement of `resume_session`")


# What the checks are made of.


@dataclass
class _Kept:
    """What a client has when its connection is lost: its session, and all it was told of stocks."""

    session: str
    story: list[Update] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of the newest that it was told."""
        return self.story[-1].number if self.story else 0

    @property
    def shown(self) -> dict[str, Any]:
        """What it shows when it comes back."""
        return {"session": self.session, "number": self.number}


def _still(server: Server) -> Server:
    """Return a server whose feed goes round only while somebody waits for it."""
    server.pause()
    return server


def _token(client: Participant) -> str:
    return client.expect("welcome", Greeting).session


def _join(client: Participant, dashboard: str, event: str = "join_dashboard") -> None:
    client.ask(Joined, event, {"dashboard": dashboard}, dashboard=dashboard)


def _leave(client: Participant, dashboard: str) -> None:
    _join(client, dashboard, "leave_dashboard")


def _joined(
    server: Server, name: str = "Ana", dashboard: str = "stocks"
) -> tuple[Participant, str]:
    """Return a client that has joined a dashboard, and its session. Raises Failure."""
    client = server.join(name)
    session = _token(client)
    _join(client, dashboard)
    return client, session


def _cut(client: Participant, session: str, before: Iterable[Update] = ()) -> _Kept:
    """Cut a client off, and return what it has: what it was told `before`, and since.

    The server has seen the end of the connection then.
    """
    kept = _Kept(session, [*before, *_story(client)])
    client.drop()
    client.server.rests(A_MOMENT)
    return kept


def _miss(witness: Participant, kept: _Kept, count: int) -> int:
    """Let the feed publish stocks `count` times or more; return how many updates were missed."""
    if count:
        witness.hears_more("update_data", times=count)
    witness.server.rests(A_ROUND)  # where it is paused, it is at rest then
    return max(0, _newest(witness) - kept.number)


def _let_the_feed_go_round(witness: Participant) -> None:
    """Return when the feed has published twice, or waits for a lock, or is at rest."""
    witness.settle()
    enough = len(witness.heard("update_data")) + 2
    patience = witness.server.app.patience(idle=LONG_GONE, busy=1.0)
    while len(witness.heard("update_data")) < enough and not patience.is_over():
        if any("lock" in where.code for where in witness.server.app.background()):
            return
        witness.settle()


def _come_back_step_by_step(server: Server, **shown: Any) -> None:
    """Let Ana come back while the feed goes round at each step of that. Raises Failure."""
    ben, _ = _joined(server, "Ben")
    kept = _cut(*_joined(server))
    _miss(ben, kept, 2)
    ana = server.join("Ana")
    what = "Ana came back; the feed went round at each step"
    with server.resumed(), server.telling(what), server.held("handlers") as step:
        ana.emit(RESUME.event, kept.shown | shown)
        for count in range(MOST_STEPS):
            _let_the_feed_go_round(ben)
            if count > SURE_STEPS and not server.app.stacks():
                break  # the handler has returned
            step()
    ana.hears_more("update_data", times=2)
    _follows_on(ana, kept, lost=why.seam_open)


def _newest(witness: Participant) -> int:
    return _story(witness)[-1].number


def _long_enough(server: Server) -> float:
    """Return for how many seconds of rest nobody's session should be over, or somebody's should."""
    # Whoever lets a signature itself grow old counts in whole seconds.
    counts_seconds = server.codebase.find(r"\bmax_age\b") is not None
    return 1.2 if counts_seconds else LONG_GONE


def _expect_over(client: Participant, session: str) -> Participant:
    """Cut a client off, see its session expire, and return its new connection. Raises Failure."""
    server = client.server
    for rest in (_long_enough(server), 10 * LONG_GONE):  # a busy machine may see the end late
        client.settle()
        client.drop()
        server.rests(rest)
        client = server.join("Ana")
        try:
            client.ask(Expired, RESUME.event, {"session": session}, why=WHY_NOT_EXPIRED)
            break
        except Failure as failure:
            if failure.crash or rest == 10 * LONG_GONE:
                raise
    return client


def _back(
    server: Server, kept: _Kept, *, why: Rows = WHY_NOT_RESUMED, **given: Any
) -> tuple[Participant, Resumed]:
    """Return a new connection that goes on with a session, and the acknowledgement."""
    client = server.join("Ana")
    _token(client)
    return client, _resume(client, kept, why=why, **given)


def _resume(
    client: Participant,
    kept: _Kept,
    *,
    why: Rows = WHY_NOT_RESUMED,
    dashboard: str | None = "stocks",
    **shown: Any,
) -> Resumed:
    """Show a session, and return the acknowledgement that it goes on. Raises Failure."""
    payload = kept.shown | shown
    return client.ask(Resumed, RESUME.event, payload, why=why, dashboard=dashboard)


def _shown(server: Server, session: str) -> dict[str, Any]:
    """Return the acknowledgement when somebody shows a session, or nothing if it is no object."""
    ack = server.join("Ana").call(RESUME.event, {"session": session, "number": 0})
    return ack if isinstance(ack, dict) else {}


def _story(client: Participant) -> list[Update]:
    """Return all that a client was told of stocks so far. Raises Failure."""
    told: list[Update] = client.told(UpdateChart, UpdateData, otherwise=why.replay_wrong)
    return [one for one in told if one.dashboard == "stocks"]


def _follows_on(
    client: Participant,
    kept: _Kept,
    *,
    missed: int | None = None,
    lost: Cause = why.some_left_out,
) -> int:
    """See that what a client was told that came back has no gap; return how many updates it was.

    `missed` is how many should have come at least, and no figure then; `lost` is the cause where
    some are missing or come twice. Raises Failure.
    """
    came = _story(client)
    numbers = [told.number for told in came if isinstance(told, UpdateData)]
    is_figure = bool(came) and isinstance(came[0], UpdateChart)
    expected = f"{client.name}, who had heard number {kept.number}, is sent what came after it"
    if missed is not None and is_figure:
        raise Failure(expected, "the whole figure came", why.always_the_figure)
    if missed and not numbers:
        raise Failure(expected, f"nothing came, though she missed {missed}", why.nothing_replayed)
    for told in came:
        if isinstance(told, UpdateData) and (wrong := differs_from_rows(told.points)):
            raise Failure(*wrong, why.replay_wrong)
    story = [*kept.story, *came] if kept.story else came
    trouble = gap(came if is_figure else story)
    if trouble or len(numbers) < (missed or 0):
        got = f"{trouble or 'too few came'}: {', '.join(map(str, numbers[:20]))}"
        if not is_figure and client.heard("update_chart"):
            raise Failure(expected, "an update came before the figure", why.live_first)
        if numbers != sorted(numbers):
            is_reversed = numbers == sorted(numbers, reverse=True)
            raise Failure(expected, got, why.wrong_order if is_reversed else why.live_first)
        again = not is_figure and numbers[0] <= kept.number
        raise Failure(expected, got, why.replayed_too_much if again else lost)
    return len(numbers)


def _counted(ack: Resumed) -> str:
    return f"`replayed` was {ack.replayed}, and `snapshot` {str(ack.snapshot).lower()}"


def _expect_a_snapshot(client: Participant, ack: Resumed) -> None:
    """See that the figure came, and that the acknowledgement says so. Raises Failure."""
    if not ack.snapshot or ack.replayed:
        expected = "where the figure came, `snapshot` is true, and `replayed` 0"
        got = _counted(ack)
        raise Failure(expected, got, why.counted_wrong)
    client.settle()
    if (times := len(client.heard("update_chart"))) != 1:
        cause = why.some_left_out if times else why.gap_not_noticed
        raise Failure("the figure comes once, as `update_chart`", f"it came {times} times", cause)


def _forgeries(session: str, other: str, sid: str) -> Iterator[str]:
    """Yield texts that are no token: made of two that are, and of what a client can know."""
    yield from (sid, "1", "2", "x", "", session[:-4], f"x{session}", session.swapcase())
    head, dot, _ = session.rpartition(".")
    yield head + dot + other.rpartition(".")[2] if dot else session + other
    yield head or session[1:]
    # The last letters may hold bits that count for nothing.
    for at in range(0, len(session) - 3, 4):
        letter = "B" if session[at] == "A" else "A"
        yield session[:at] + letter + session[at + 1 :]
