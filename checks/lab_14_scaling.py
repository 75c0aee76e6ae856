"""Lab 14: several processes that act as one server."""

import json
from collections.abc import Iterable, Mapping

import requests
import socketio

from checks import deployment, members
from checks.acknowledgements import Expired, Joined, Resumed
from checks.contract import JOIN, RESUME, Greeting, UpdateChart, UpdateData
from kit.checking import Cause, Failure, Participant, Rows, Server, Start, causes, check, evidence

why = causes(__file__)
KEEP = "keep a session where every process finds it"  # else nobody is let in
ON_STOCKS = {"dashboard": "stocks"}
# Seconds in which a process has nothing else to do, until an update has to come.
TAKES_OVER = 5.0  # after a death
SOON = 1.5  # while nobody has died: before a lease would run out
A_MOMENT, A_FEW_ROUNDS = 0.05, 0.25  # seconds
LONGEST = 10.0  # seconds for one answer through the proxy
OK = 200
LIBRARYS_ID = 20  # characters that the library makes
KEPT_SECONDS = 36_000  # a session: so long that another unit shows
SECRET, OTHER_SECRET = "a5f3-not-to-be-told", "a5f3-not-to-be-said"
WENT_WRONG = "internal_error"  # what clients are told where a handler raises an error
RAISED: Rows = [(evidence.crashed, None), (evidence.came(WENT_WRONG), why.raised)]
Numbered = UpdateChart | UpdateData


@check(tasks=["let the proxy find the way back"])
def names_its_connections(start: Start) -> None:
    """The id of each connection begins with the name of the process that has it."""
    server = start(deployment.alone("w7"))
    sid, got = _id_of_a_connection(server)
    if not sid:
        raise server.explained("a client is given a connection", got, why.ids_raise)
    if not sid.startswith("w7_"):
        expected = "the id of a connection to the process `w7` begins with `w7_`"
        raise Failure(expected, got, why.unnamed)
    if len(sid.removeprefix("w7_")) < LIBRARYS_ID:
        expected = f"behind `w7_` are the {LIBRARYS_ID} letters that the library makes"
        raise Failure(expected, got, why.guessable)
    others = {_id_of_a_connection(server)[0] for _ in range(3)}
    if len(others | {sid}) < 4:
        raise Failure("each connection has an id of its own", f"two were {sid}", why.unnamed)
    sid, got = _id_of_a_connection(start(deployment.alone(None)))
    if not sid or "_" in sid[:-LIBRARYS_ID]:
        expected = "without a `PROCESS`, the id of a connection has nothing before it"
        raise Failure(expected, got, why.named_without_a_name)


@check(tasks=["let the proxy find the way back"])
def answers_through_a_proxy(start: Start) -> None:
    """Behind a real nginx each request finds the process that has its connection."""
    workers = {name: start(deployment.alone(name)) for name in ("w1", "w2")}
    with deployment.nginx(workers) as address, requests.Session() as browser:
        browser.trust_env = False  # no proxy of the machine's own stands between
        begun = set()
        for turn in range(4):
            place = f"{address}/socket.io/?EIO=4&transport=polling"
            shaken = browser.get(place, timeout=LONGEST)
            if shaken.status_code != OK:
                expected = f"client {turn + 1} is given a connection"
                got = f"it was answered with status {shaken.status_code}"
                raise workers["w1"].explained(expected, got, why.ids_raise)
            sid = json.loads(shaken.text[1:])["sid"]
            begun.add(sid.partition("_")[0])
            for _ in range(2):
                said = browser.post(f"{place}&sid={sid}", data="40", timeout=LONGEST)
                if said.status_code != OK:
                    expected = f"client {turn + 1} is answered by the process that it began at"
                    got = f"it was answered with status {said.status_code}: {said.text}"
                    raise Failure(expected, got, why.invalid_session)
        for name, worker in workers.items():  # without the other one, each way leads to one process
            if name not in begun:
                expected = f"of four clients some begin at the process `{name}`"
                raise worker.explained(expected, "none did", why.invalid_session)


@check(tasks=[KEEP, "listen to what is for the clients of this deployment"])
def shares_events(start: Start) -> None:
    """What is sent through the queue reaches the clients of all processes, each of them once."""
    with deployment.redis() as redis:
        first, second = deployment.started(start, redis, "w1", "w2", REDIS_PREFIX="ours")
        ana, ben = _join(first, "Ana"), _join(second, "Ben")
        deployment.let_them_listen(redis, "ours:events", [first, second])
        emitter = socketio.RedisManager(redis.url, channel="ours:events", write_only=True)
        emitter.emit("notice", {"text": "in a minute we restart"}, namespace="/")
        for client in (ana, ben):
            rows: Rows = [(evidence.crashed, None), (evidence.always, why.queue_unheard)]
            client.expect("notice", why=rows)
        emitter.emit("notice", {"text": "now"}, namespace="/")
        for client in (ana, ben):
            client.expect("notice")
            client.server.rests(A_MOMENT)  # whoever listens twice tells it a moment later
            client.settle()
            if (times := len(client.heard("notice"))) != 2:
                expected = f"{client.name} hears each notice once"
                raise Failure(expected, f"two of them came {times} times", why.heard_twice)


@check(
    tasks=[
        KEEP,
        "take the lease where nobody has it",
        "keep the lease",
        "read the sources for everybody",
    ],
)
def reads_once(start: Start) -> None:
    """One process reads the sources, and all tell their rooms the same updates."""
    with deployment.redis() as redis:
        [first] = deployment.started(start, redis, "w1", REDIS_PREFIX="ours")
        ana = _join(first, "Ana")
        ana.ask(Joined, JOIN.event, ON_STOCKS)
        _goes_on(ana, SOON, why.nobody_reads)
        [second] = deployment.started(start, redis, "w2", REDIS_PREFIX="ours")
        ben = _join(second, "Ben")
        ben.ask(Joined, JOIN.event, ON_STOCKS)
        both = {first: ana, second: ben}
        reader = _see_one_reader(both, "") or first
        other = second if reader is first else first
        reader.note("we let its lease run out while it was held up")
        with reader.paused():
            reader.rests(A_MOMENT)  # it may be at its round still
            deployment.let_leases_run_out(redis)
            other.rests(A_FEW_ROUNDS)
        reader.rests(A_FEW_ROUNDS)
        _see_one_reader(both, " after the lease of one has run out")
        if not deployment.is_lease_kept(redis, [first, second]):
            expected = "whoever reads has its lease for three seconds more, again and again"
            raise Failure(expected, "what is left of it only ever gets less", why.lease_not_kept)
        ours, theirs = ({one.number: one for one in _story(client)} for client in (ana, ben))
        for number in ours.keys() & theirs.keys():
            a, b = ours[number], theirs[number]
            if isinstance(a, UpdateData) and isinstance(b, UpdateData) and a.points != b.points:
                expected = f"update {number} is the same for the clients of both processes"
                got = f"Ana was sent {a.points.model_dump()}, Ben {b.points.model_dump()}"
                raise Failure(expected, got, why.update_lost)


@check(
    tasks=[KEEP, "look where every process keeps them"],
    stands_on=[reads_once],
)
def shares_sessions(start: Start) -> None:
    """A client whose process has died goes on at another, and gets exactly what it missed."""
    with deployment.redis() as redis:
        settings = {"REDIS_PREFIX": "ours", "SESSION_SECONDS": KEPT_SECONDS}
        first, second = deployment.started(start, redis, "w1", "w2", **settings)
        ana = _join(first, "Ana")
        there = deployment.texts(redis)
        cleo = _join(first, "Cleo")
        session, forgotten = (one.expect("welcome", Greeting).session for one in (ana, cleo))
        ada = _join(first, "Ada", members.administrator(first))
        member = ada.expect("welcome", Greeting).session
        for name, seconds in deployment.texts(redis).items():
            if name not in there and seconds > 0 and not 0.9 < seconds / KEPT_SECONDS < 1.1:
                expected = f"a new session is kept in Redis for {KEPT_SECONDS} seconds, as is set"
                raise Failure(expected, f"it is for {seconds:.0f}", why.kept_otherwise)
        ana.ask(Joined, JOIN.event, ON_STOCKS)
        _goes_on(ana, SOON, why.nobody_reads)  # who is there first is the one that reads
        ben = _join(second, "Ben")
        ben.ask(Joined, JOIN.event, ON_STOCKS)
        ben.hears_more("update_data")
        seen = _story(ana)
        ana.drop()
        _dies(first, "w1")
        deployment.let_leases_run_out(redis)
        back = _join(second, "Ana, who comes back")
        number = seen[-1].number
        payload = {"session": session, "number": number}
        rows: Rows = [*RAISED, (evidence.always, why.session_lost)]
        back.ask(Resumed, RESUME.event, payload, why=rows, dashboard="stocks")
        _goes_on(back, TAKES_OVER, why.nobody_reads)
        _see_no_gap([*seen, *_story(back)], "Ana")
        _see_no_gap(_story(ben), "Ben")
        if for_ever := deployment.kept_for_ever(redis):
            expected = "all that is written into Redis runs out by itself"
            raise Failure(expected, f"this stays: {for_ever[0]}", why.kept_for_ever)
        again = _join(second, "Ada, who comes back", members.administrator(second))
        rows = [*RAISED, (evidence.always, why.session_changed)]
        again.ask(Resumed, RESUME.event, {"session": member, "number": 0}, why=rows)
        deployment.forget_everything(redis, second)
        back.ask(Expired, RESUME.event, {"session": forgotten}, why=RAISED)


@check(
    tasks=["keep two deployments at one Redis apart"], stands_on=[shares_events, shares_sessions]
)
def keeps_deployments_apart(start: Start) -> None:
    """Two deployments with two secret keys share one Redis, and hear nothing of each other."""
    with deployment.redis() as redis:
        ours = deployment.started(start, redis, "w1", "w2", SECRET_KEY=SECRET)
        [theirs] = deployment.started(start, redis, "w1", SECRET_KEY=OTHER_SECRET)
        ana, ben, eve = _join(ours[0], "Ana"), _join(ours[1], "Ben"), _join(theirs, "Eve")
        session = ana.expect("welcome", Greeting).session
        ana.ask(Joined, JOIN.event, ON_STOCKS)
        eve.ask(Joined, JOIN.event, ON_STOCKS)
        for client in (ana, eve):
            client.hears_more("update_data")
        rows: Rows = [(evidence.crashed, None), (evidence.always, why.keys_differ)]
        payload = {"session": session, "number": 0}
        ben.ask(Resumed, RESUME.event, payload, why=rows, dashboard="stocks")
        names = [key.decode() for key in redis.client.scan_iter()]
        if told := [name for name in names if deployment.tells(name, SECRET)]:
            expected = "from no name in Redis anybody can read the secret key, or a part of it"
            raise Failure(expected, f"one is {told[0]}, for the key {SECRET}", why.key_told)
        keys = sorted({name.partition(":")[0] for name in names})
        if len(keys) != 2:
            got = ", ".join(keys)
            raise Failure("the names in Redis have two beginnings", f"they had {got}", why.mixed)


def _join(server: Server, name: str, auth: object = None) -> Participant:
    """Return a new client of that name, who shows `auth`. Raises Failure where it is refused."""
    try:
        return server.join(name, auth=auth)
    except Failure as failure:
        if "status 500" in failure.got:
            raise failure.because(why.ids_raise) from None
        raise (failure.because(why.raised) if WENT_WRONG in failure.got else failure) from None


def _id_of_a_connection(server: Server) -> tuple[str, str]:
    """Return the id of a new connection, and in words what came."""
    shaken = server.get("/socket.io/?EIO=4&transport=polling")
    sid = shaken.text.partition('"sid":"')[2].partition('"')[0]
    return sid, f"it was {sid}" if sid else shaken.summary


def _goes_on(client: Participant, seconds: float, otherwise: Cause) -> None:
    """See that one more update comes before its process has rested so long. Raises Failure."""
    client.settle()
    before = len(client.heard("update_data"))
    for _ in range(round(seconds / A_MOMENT)):
        client.server.rests(A_MOMENT)
        client.settle()
        if len(client.heard("update_data")) > before:
            return
    raise Failure(f"{client.name} is sent more updates", "none came", otherwise)


def _see_one_reader(clients: Mapping[Server, Participant], when: str) -> Server | None:
    """Return the one process that reads while updates come to all. Raises Failure."""
    before = {server: server.log().count(deployment.SAYS) for server in clients}
    for client in clients.values():
        for _ in range(2):
            _goes_on(client, SOON, why.nobody_reads)
        _see_no_gap(_story(client), client.name)
    read = [server for server in clients if server.log().count(deployment.SAYS) > before[server]]
    if len(read) > 1:
        expected = f"one process reads the sources{when}"
        raise Failure(expected, "both processes have read them", why.read_twice)
    return next(iter(read), None)


def _dies(server: Server, name: str) -> None:
    server.note(f"the process {name} was killed")
    server.app.stop()


def _story(client: Participant) -> list[Numbered]:
    """Return the figures and updates of the stocks that a client was sent so far."""
    models: dict[str, type[Numbered]] = {"update_chart": UpdateChart, "update_data": UpdateData}
    told = [(event, one) for event, one in client.everything_heard() if event in models]
    return [models[event].read(one) for event, one in told]


def _see_no_gap(story: Iterable[Numbered], name: str) -> None:
    """See that each update follows the one before. Raises Failure."""
    number: int | None = None
    for one in story:
        if isinstance(one, UpdateData) and number is not None and one.number != number + 1:
            expected = f"{name} is sent update {number + 1} after {number}"
            raise Failure(expected, f"number {one.number} came", why.update_lost)
        number = one.number
