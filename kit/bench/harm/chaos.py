"""Chaos: connections, workers, the proxy and Redis break again and again, and nothing may get lost.

The server is the deployed one: several workers behind nginx, with Redis. Every client notes each
number that it hears. Whatever broke, they must be complete and in order in the end.
"""

import random
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from kit.bench.deployed import LONGEST_START, Deployed, NotDeployed, deployed, own_redis
from kit.bench.harm.resuming_client import ResumingClient

SETTINGS = {
    "DASHBOARD_FEED_SECONDS": "0.1",
    "DASHBOARD_KEEP_ROWS": "600",  # a minute of history: longer than anything is away
    "DASHBOARD_EVENTS_RATE": "1000/second",
    "DASHBOARD_CONNECTIONS_RATE": "10000/second",
    "DASHBOARD_LOG_LEVEL": "ERROR",
}
LONGEST_RETURN = 60.0  # seconds until everybody is back, after the last break
STEP = 0.02  # seconds between two looks
# Of a hundred breaks of the greater kinds, so many are of each.
GREATER = {"worker killed": 50, "proxy killed": 20, "Redis restarted": 15, "workers renewed": 15}
CUTS_BETWEEN = 150  # connections that are cut before the next of the greater kinds, by default


class ChaosFailed(Exception):
    """The server could not be started. The text says why."""


@dataclass
class Report:
    """What came of it. `faults` is empty where nothing was lost and nothing came twice.

    `disconnects` are the connections that ended, `breaks` what was done by kind, `updates` what all
    clients have heard together, `snapshots` the figures that stood for updates, `seconds` how long
    it took.
    """

    clients: int
    workers: int
    seed: int
    disconnects: int = 0
    breaks: dict[str, int] = field(default_factory=dict)
    updates: int = 0
    resumed: int = 0
    replayed: int = 0
    snapshots: int = 0
    expired: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON."""
        return asdict(self)


class Breaker:
    """What can break in a deployed server."""

    def __init__(self, server: Deployed) -> None:
        self.server = server
        self.doing: dict[str, Callable[[], None]] = {
            "worker killed": self.kill_a_worker,
            "proxy killed": self.kill_the_proxy,
            "Redis restarted": self.restart_redis,
            "workers renewed": self.renew,
        }

    def kill_a_worker(self) -> None:
        workers = self.server.workers()
        if workers:
            with suppress(psutil.Error):
                random.choice(workers).kill()

    def kill_the_proxy(self) -> None:
        for one in self.server.proxies():
            with suppress(psutil.Error):
                one.kill()

    def restart_redis(self) -> None:
        self.server.redis.stop()
        self.server.redis.start()

    def renew(self) -> None:
        self.server.process.send_signal(signal.SIGHUP)


def newest(server: Deployed, dashboard: str) -> int:
    """Return the number of the newest update."""
    redis: Any = server.redis.client
    stream = next(redis.scan_iter(f"*:updates:{dashboard}"), "")
    entries = redis.xrevrange(stream, count=1)
    return int(entries[0][0].partition(b"-")[0]) if entries else 0


def chaos(
    disconnects: int,
    clients: int = 60,
    workers: int = 3,
    seed: int = 1,
    say: Callable[[str], object] = lambda _: None,
    *,
    cuts_between: int = CUTS_BETWEEN,
) -> Report:
    """Break connections until so many have ended, and return what became of the updates.

    After so many `cuts_between`, something greater breaks. `say` is told how far it is.
    Raises ChaosFailed.
    """
    random.seed(seed)
    began = time.monotonic()
    report = Report(clients, workers, seed)
    say("Starting")
    with ExitStack() as stack:
        redis, folder = stack.enter_context(own_redis(append=True))
        try:
            server = stack.enter_context(deployed(workers, SETTINGS, redis, folder))
        except NotDeployed as error:
            raise ChaosFailed(f"The server did not start:\n{error}") from None
        crowd = [
            # Every fourth one polls: its requests find their worker by another way.
            ResumingClient(server.url, transport="websocket" if number % 4 else "polling")
            for number in range(clients)
        ]
        for client in crowd:
            stack.callback(client.stop)
            client.start()
        _wait(lambda: all(client.is_in for client in crowd), LONGEST_START)
        _break(server, crowd, disconnects, report, say, cuts_between=cuts_between)
        say("Waiting until everybody is back")
        last = newest(server, "stocks") + 5
        is_over = _wait(lambda: all(one.newest >= last for one in crowd), LONGEST_RETURN)
        report.disconnects = sum(len(client.losses) for client in crowd)
        report.seconds = round(time.monotonic() - began, 1)
        _judge(crowd, report)
        if not is_over:
            behind = [one for one in crowd if one.newest < last]
            report.faults.append(f"{len(behind)} clients did not come back to update {last}")
    return report


def _break(
    server: Deployed,
    crowd: list[ResumingClient],
    disconnects: int,
    report: Report,
    say: Callable[[str], object],
    *,
    cuts_between: int,
) -> None:
    """Cut connections one after another, and break something greater now and then."""
    cuts, told = 0, 0
    breaker = Breaker(server)
    while (ended := sum(len(client.losses) for client in crowd)) < disconnects:
        here = [client for client in crowd if client.is_in]
        if not here:
            time.sleep(STEP)
            continue
        random.choice(here).cut()
        cuts += 1
        if cuts % cuts_between == 0:
            # Each kind once, before chance decides.
            untried = [one for one in GREATER if one not in report.breaks]
            kinds = untried or list(GREATER)
            kind = random.choices(kinds, [GREATER[one] for one in kinds])[0]
            report.breaks[kind] = report.breaks.get(kind, 0) + 1
            breaker.doing[kind]()
        if ended - told >= disconnects / 50:
            told = ended
            say(f"{ended:,} of {disconnects:,} connections have ended")
        time.sleep(0.005)  # a client takes a moment to notice
    report.breaks["connection cut"] = cuts


def _judge(crowd: list[ResumingClient], report: Report) -> None:
    """Add up what the clients have heard."""
    for number, client in enumerate(crowd):
        report.updates += len(client.numbers)
        report.resumed += client.resumed
        report.replayed += client.replayed
        report.snapshots += client.snapshots
        report.expired += client.expired
        report.faults += [f"client {number}: {wrong}" for wrong in client.wrong]
        if client.fault is not None:
            report.faults.append(f"client {number}: {type(client.fault).__name__}: {client.fault}")


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    """Wait until it is done, and return whether it was before the time was over."""
    ends = time.monotonic() + seconds
    while not done():
        if time.monotonic() > ends:
            return False
        time.sleep(STEP)
    return True
