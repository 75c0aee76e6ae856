"""Lab 14: several processes that act as one server."""

import json
import time
from collections.abc import Iterable

import requests
import socketio

from checks import deployment
from checks.contract import JOIN, RESUME, Greeting, Joined, Resumed, UpdateChart, UpdateData
from kit.checking import Cause, Failure, Participant, Rows, Server, Start, causes, check, evidence

why = causes(__file__)
ON_STOCKS = {"dashboard": "stocks"}
TAKES_OVER = 8.0  # seconds; a lease runs out after three
SOON = 2.5  # seconds for an update while nobody has died: before a lease would run out
LONGEST = 10.0  # seconds for one answer through the proxy
OK = 200
SECRET = "a5f3-not-to-be-told"
Numbered = UpdateChart | UpdateData


@check(tasks=["let the proxy find the way back"])
def names_its_connections(start: Start) -> None:
    """The id of each connection begins with the name of the process that has it."""
    with deployment.redis() as redis:
        for name in ("w1", "w2"):
            server = start(deployment.app(redis, name))
            shaken = server.get("/socket.io/?EIO=4&transport=polling")
            sid = shaken.text.partition('"sid":"')[2].partition('"')[0]
            if not sid.startswith(f"{name}_"):
                expected = f"the id of a connection to the process `{name}` begins with `{name}_`"
                raise Failure(expected, f"it was {sid or shaken.summary}", why.unnamed)


@check(tasks=["let the proxy find the way back"])
def answers_through_a_proxy(start: Start) -> None:
    """Behind a real nginx each request finds the process that has its connection."""
    with deployment.redis() as redis:
        names = ("w1", "w2")
        workers = dict(zip(names, deployment.started(start, redis, *names), strict=True))
        with deployment.nginx(workers) as address, requests.Session() as browser:
            browser.trust_env = False  # no proxy of the machine's own stands between
            for turn in range(4):
                place = f"{address}/socket.io/?EIO=4&transport=polling"
                shaken = browser.get(place, timeout=LONGEST)
                if shaken.status_code != OK:
                    expected = f"client {turn + 1} is given a connection"
                    got = f"it was answered with status {shaken.status_code}"
                    raise workers["w1"].explained(expected, got, why.invalid_session)
                sid = json.loads(shaken.text[1:])["sid"]
                for _ in range(2):
                    said = browser.post(f"{place}&sid={sid}", data="40", timeout=LONGEST)
                    if said.status_code != OK:
                        expected = f"client {turn + 1} is answered by the process that it began at"
                        got = f"it was answered with status {said.status_code}: {said.text}"
                        raise Failure(expected, got, why.invalid_session)


@check(tasks=["listen to what is for the clients of this deployment"])
def shares_events(start: Start) -> None:
    """What is sent through the queue reaches the clients of all processes, each of them once."""
    with deployment.redis() as redis:
        first, second = deployment.started(start, redis, "w1", "w2", REDIS_PREFIX="ours")
        ana, ben = first.join("Ana"), second.join("Ben")
        deployment.let_them_listen(redis, "ours:events", [first, second])
        emitter = socketio.RedisManager(redis.url, channel="ours:events", write_only=True)
        emitter.emit("notice", {"text": "in a minute we restart"}, namespace="/")
        for client in (ana, ben):
            rows: Rows = [(evidence.crashed, None), (evidence.always, why.queue_unheard)]
            client.expect("notice", why=rows)
        emitter.emit("notice", {"text": "now"}, namespace="/")
        for client in (ana, ben):
            client.expect("notice")
            client.settle()
            if (times := len(client.heard("notice"))) != 2:
                expected = f"{client.name} hears each notice once"
                raise Failure(expected, f"two of them came {times} times", why.heard_twice)


@check(
    tasks=["take the lease, or keep it", "read the sources for everybody"],
)
def reads_once(start: Start) -> None:
    """One process reads the sources, and all tell their rooms the same updates."""
    with deployment.redis() as redis:
        servers = deployment.started(start, redis, "w1", "w2", REDIS_PREFIX="ours")
        clients = [server.join(name) for server, name in zip(servers, ("Ana", "Ben"), strict=True)]
        for client in clients:
            client.ask(Joined, JOIN.event, ON_STOCKS)
        for client in clients:
            for _ in range(3):
                _goes_on(client, SOON, why.nobody_reads)
            _see_no_gap(_story(client), client.name)
        readers = [server for server in servers if deployment.SAYS in server.log()]
        if len(readers) > 1:
            expected = "the sources are read by one process"
            raise Failure(expected, "both processes have read them", why.read_twice)
        ours, theirs = ({one.number: one for one in _story(client)} for client in clients)
        for number in ours.keys() & theirs.keys():
            both = ours[number], theirs[number]
            if all(isinstance(one, UpdateData) for one in both):
                a, b = (one.points.model_dump() for one in both if isinstance(one, UpdateData))
                if a != b:
                    expected = f"update {number} is the same for the clients of both processes"
                    raise Failure(expected, f"Ana was sent {a}, Ben {b}", why.update_lost)


@check(
    tasks=[
        "keep a session where every process finds it",
        "look where every process keeps them",
    ],
    stands_on=[reads_once],
)
def shares_sessions(start: Start) -> None:
    """A client whose process has died goes on at another, and gets exactly what it missed."""
    with deployment.redis() as redis:
        first, second = deployment.started(start, redis, "w1", "w2", REDIS_PREFIX="ours")
        ana = first.join("Ana")
        session = ana.expect("welcome", Greeting).session
        ana.ask(Joined, JOIN.event, ON_STOCKS)
        ana.hears_more("update_data")  # the first that somebody has joined is the one that reads
        ben = second.join("Ben")
        ben.ask(Joined, JOIN.event, ON_STOCKS)
        ben.hears_more("update_data")
        seen = _story(ana)
        ana.drop()
        _dies(first, "w1")
        back = second.join("Ana, who comes back")
        number = seen[-1].number
        payload = {"session": session, "number": number}
        rows: Rows = [(evidence.crashed, None), (evidence.always, why.session_lost)]
        back.ask(Resumed, RESUME.event, payload, why=rows, dashboard="stocks")
        _goes_on(back, TAKES_OVER, why.nobody_reads)
        _see_no_gap([*seen, *_story(back)], "Ana")
        _see_no_gap(_story(ben), "Ben")


@check(
    tasks=["keep two deployments at one Redis apart"], stands_on=[shares_events, shares_sessions]
)
def keeps_deployments_apart(start: Start) -> None:
    """Two deployments with two secret keys share one Redis, and hear nothing of each other."""
    with deployment.redis() as redis:
        ours = deployment.started(start, redis, "w1", "w2", SECRET_KEY=SECRET)
        [theirs] = deployment.started(start, redis, "w1", SECRET_KEY="another one")
        ana, ben, eve = ours[0].join("Ana"), ours[1].join("Ben"), theirs.join("Eve")
        session = ana.expect("welcome", Greeting).session
        ana.ask(Joined, JOIN.event, ON_STOCKS)
        eve.ask(Joined, JOIN.event, ON_STOCKS)
        for client in (ana, eve):
            client.hears_more("update_data")
        rows: Rows = [(evidence.crashed, None), (evidence.always, why.keys_differ)]
        payload = {"session": session, "number": 0}
        ben.ask(Resumed, RESUME.event, payload, why=rows, dashboard="stocks")
        names = [key.decode() for key in redis.client.scan_iter()]
        if told := [name for name in names if SECRET in name]:
            raise Failure(
                "no name in Redis holds the secret key", f"one is {told[0]}", why.key_told
            )
        keys = sorted({name.partition(":")[0] for name in names})
        if len(keys) != 2:
            got = ", ".join(keys)
            raise Failure("the names in Redis have two beginnings", f"they had {got}", why.mixed)


def _goes_on(client: Participant, seconds: float, otherwise: Cause) -> None:
    """See that one more update comes, within so many seconds. Raises Failure."""
    client.settle()
    before, ends = len(client.heard("update_data")), time.monotonic() + seconds
    while len(client.heard("update_data")) == before:
        if time.monotonic() > ends:
            expected = f"{client.name} is sent more updates within {seconds:.0f} seconds"
            raise Failure(expected, "none came", otherwise)
        client.server.rests(0.02)
        client.settle()


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
