"""A long day in a short time: what many clients do in an hour, in about two minutes.

Clients come and go: they load the page, sign in, join, change rooms, ask, are cut off, come back to
their session, and leave. In the end the server has to be as it was.
"""

import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import requests

from kit.bench.harm.target import PRIVATE, PUBLIC, Target, TargetFailed
from kit.bench.harm.target_server import PONG_SECONDS
from kit.bench.harm.visitor import Visitor, member_token

CLIENTS = 50
SECONDS = 120.0
CALM = 0.35  # seconds between two things that one client does, on average
SETTLE_SECONDS = 15.0
GROWTH = 3_000_000  # bytes more in the last third than in the second: an allocator's noise
TASKS = 3  # threads or greenlets that begin for the whole server, such as the feed
KINDS = {"listen": 30, "refresh": 14, "process": 14, "move": 12, "page": 8, "sign in": 4}
KINDS |= {"cut": 8, "resume": 8, "leave": 2}
LEFT = ("sockets", "environ", "participants", "clients", "pending_connect", "pending_disconnect")
MOST_RATES = 6  # what the limits hold for each client: its events, in this window and the last
MOST_FAULTS = 30


@dataclass
class Report:
    """What came of it. `faults` is empty where all was well; memory is in bytes, times in seconds.

    `before` and `after` are the server's figures without clients, `thirds` those at the end of each
    third, with all clients connected.
    """

    mode: str
    clients: int
    seconds: float
    seed: int
    done: dict[str, int] = field(default_factory=dict)
    updates: int = 0
    server_seconds: float = 0.0
    before: dict[str, int] = field(default_factory=dict)
    thirds: list[dict[str, int]] = field(default_factory=list)
    after: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON."""
        return {"total": sum(self.done.values())} | asdict(self)


class Guest(threading.Thread):
    """One client in a thread of its own, until it is told to `stop`; what it does is by chance."""

    def __init__(self, url: str, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.chance = chance
        self.is_member = chance.random() < 0.3
        self.columns = {PUBLIC: "GOOG", PRIVATE: "cpu"}
        self.done: Counter[str] = Counter()
        self.problems: list[str] = []
        self.heard = 0
        self.ending = threading.Event()
        self.visitor: Visitor | None = None

    def run(self) -> None:
        names, weights = list(KINDS), list(KINDS.values())
        began = deque([time.monotonic()], maxlen=2)  # the last two things that it did
        while not self.ending.is_set():
            began.append(time.monotonic())
            kind = self.chance.choices(names, weights)[0]
            try:
                self._do(kind)
                if self.visitor:
                    self.visitor.listen(0.001)  # whoever answers no ping is given up
                self.done[kind] += 1
            except (OSError, requests.RequestException) as error:
                # Where the machine is so busy that it could not answer a ping in time, the server
                # is right to give it up.
                if time.monotonic() - began[0] < PONG_SECONDS:
                    self.problems.append(f"{kind}: {type(error).__name__} {error}")
                elif self.visitor:
                    self._forget(self.visitor)
                self.visitor = None
        if self.visitor:
            self._forget(self.visitor)
            self.visitor.close()

    def _do(self, kind: str) -> None:
        if kind == "page":
            chosen = self.chance.choice(["/", "/?dashboard=stocks", "/api/dashboards", "/healthz"])
            requests.get(self.url + chosen, timeout=20).raise_for_status()
            return
        if kind == "sign in":
            with requests.Session() as browser:
                form = {"name": "a visitor"}
                browser.post(f"{self.url}/auth/login", data=form, timeout=20).raise_for_status()
                browser.post(f"{self.url}/auth/logout", timeout=20).raise_for_status()
            return
        visitor = self.visitor or self._come()
        dashboard = visitor.dashboard or PUBLIC
        if kind == "listen":
            visitor.listen(self.chance.uniform(0, 4 * CALM))
        elif kind == "refresh":
            visitor.refresh()
        elif kind == "process":
            asked = {"column": self.columns[dashboard], "last": 20, "at_least": 0}
            answer = visitor.call(
                "process_data", {"dashboard": dashboard, "action": "filter"} | asked
            )
            if not answer.get("ok"):
                self.problems.append(f"it was refused: {answer}")
        elif kind == "move":
            visitor.join(self.chance.choice([PUBLIC, PRIVATE]) if self.is_member else PUBLIC)
        elif kind == "leave":
            self._forget(visitor)
            visitor.close()
            self.visitor = None
        else:
            visitor.cut()
            again = visitor if kind == "resume" else None
            if again is None:
                self._forget(visitor)
            self.visitor = None
            self.visitor = self._come(again)

    def _come(self, after: Visitor | None = None) -> Visitor:
        token = member_token(self.url) if self.is_member else None
        self.visitor = Visitor(self.url, token, after)
        if self.visitor.dashboard is None:
            self.visitor.join(PUBLIC)
        return self.visitor

    def _forget(self, visitor: Visitor) -> None:
        self.heard += visitor.heard
        self.problems += visitor.problems


def soak(
    clients: int = CLIENTS,
    seconds: float = SECONDS,
    mode: str = "threading",
    seed: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Let so many `clients` use a server in `mode` for so many `seconds`; return what came of it.

    `say` is told how far it is.
    """
    report = Report(mode, clients, seconds, seed)
    with Target(mode, PASSWORDS_RATE="10000/second") as target:
        try:
            _live(target, report, say)
        except (TargetFailed, OSError) as error:
            report.faults.append(f"the server is gone: {type(error).__name__} {error}")
        else:
            _judge(report)
            report.server_seconds = target.processor_seconds()
        report.faults += [f"log: {line[:2000]}" for line in target.faults()[:MOST_FAULTS]]
    return report


def _live(target: Target, report: Report, say: Callable[[str], None]) -> None:
    member_token(target.url)  # what the first visit loads is not what a long day costs
    requests.get(target.url, timeout=20).raise_for_status()
    report.before = target.figures()
    chance = random.Random(report.seed)
    guests = [Guest(target.url, random.Random(chance.random())) for _ in range(report.clients)]
    for guest in guests:
        guest.start()
    for third in (1, 2, 3):
        guests[0].ending.wait(report.seconds / 3)
        report.thirds.append(target.figures())
        done = sum(guest.done.total() for guest in guests)
        say(f"{third} of 3: {done} done, {report.thirds[-1]['memory'] / 1e6:.0f} MB")
    for guest in guests:
        guest.ending.set()
    for guest in guests:
        guest.join(30)
        if guest.is_alive():
            report.faults.append("a client hangs")
    report.after = target.figures_like(report.before, SETTLE_SECONDS, more=TASKS)
    for guest in guests:
        report.updates += guest.heard
        report.faults += guest.problems[:3]
    counted = sum((guest.done for guest in guests), Counter[str]())
    report.done = dict(sorted(counted.items()))
    del report.faults[MOST_FAULTS:]


def _judge(report: Report) -> None:
    """Note what the server has kept that it should not have."""
    before, after = report.before, report.after
    grown = report.thirds[2]["memory"] - report.thirds[1]["memory"]
    if grown > GROWTH:
        report.faults.append(f"memory grew by {grown / 1e6:.1f} MB in the last third")
    for name in ("tasks", "descriptors"):
        if after[name] > before[name] + TASKS:
            report.faults.append(f"{name} left: {before[name]} before, {after[name]} after")
    for name in LEFT:
        if after[name] > before[name]:
            report.faults.append(f"{name} left: {before[name]} before, {after[name]} after")
    for name, most in (("sockets", 8), ("sessions", 20), ("rates", 3 * MOST_RATES * len(KINDS))):
        found = max(third[name] for third in report.thirds)
        if found > most * report.clients:
            report.faults.append(f"there were {found} {name} for {report.clients} clients")
    if not report.updates:
        report.faults.append("nobody heard an update")
