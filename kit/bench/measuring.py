"""One run: three servers, side by side, through the same rounds, and what came of it.

All servers run from beginning to end, and their turns alternate: whatever else the machine does
meanwhile, and a processor that slows down, meets all of them. One that has no turn costs nothing.
"""

import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from kit.bench import node_packages, page, peers, rounds
from kit.bench.crowd import Crowd
from kit.bench.figures import ALSO_EXPLAINED, EXPLAINED, Server, Size, Target, Weight
from kit.bench.peers import NODE, REFERENCE, THREADING, Peer, PeerFailed
from kit.bench.websocket import ProtocolError

NAMES = (REFERENCE, NODE, THREADING)
KEPT_ROWS = 300
JOIN_SECONDS = 60.0
OWN_FILES = 200  # descriptors, beside those of the clients

# What the reference has to reach.
TARGET_CLIENTS = 500
LEAST_RATE, MOST_P99, MOST_BYTES = 0.95, 1.5, 150


@dataclass(frozen=True)
class Plan:
    """How much is measured: the numbers of clients, and how often and how many seconds of each."""

    clients: Sequence[int]
    rounds: int = 3
    seconds: float = 1.0
    steady_seconds: float = 1.5

    @property
    def files(self) -> int:
        """The descriptors that this process needs."""
        return max(self.clients) * len(NAMES) + OWN_FILES


@dataclass
class Report:
    """What one run has found."""

    plan: Plan
    servers: dict[str, Server] = field(default_factory=lambda: {name: Server() for name in NAMES})
    weight: Weight | None = None
    seconds: float = 0.0

    def ratios(self) -> dict[str, dict[str, float]]:
        """Return, by the number of clients, the reference's rate and p99 as shares of Node's."""
        ours, theirs = (
            {one["clients"]: one for one in self.servers[name].figures()["sizes"]}
            for name in (REFERENCE, NODE)
        )
        return {
            str(clients): {
                "rate": round(ours[clients]["rate"] / theirs[clients]["rate"], 2),
                "p99": round(ours[clients]["p99_ms"] / theirs[clients]["p99_ms"], 2),
                "cpu": round(ours[clients]["cpu_us"] / theirs[clients]["cpu_us"], 2),
            }
            for clients in ours
            if clients in theirs
        }

    def targets(self) -> list[Target]:
        """Return what has to be so, of what was measured."""
        found = []
        if ratio := self.ratios().get(str(TARGET_CLIENTS)):
            at = f"at {TARGET_CLIENTS} clients, as a share of Node's"
            found.append(Target(f"rate {at}", ratio["rate"], LEAST_RATE, at_least=True))
            found.append(Target(f"p99 {at}", ratio["p99"], MOST_P99))
        if self.weight:
            found.append(
                Target("bytes of one update of one series", self.weight.update, MOST_BYTES)
            )
        wrong = sum(size.wrong for server in self.servers.values() for size in server.sizes)
        return [*found, Target("deliveries lost, doubled or out of order", wrong, 0)]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "machine": _machine(),
            "plan": {
                **vars(self.plan),
                "clients": list(self.plan.clients),
                "window": rounds.WINDOW,
                "updates_a_second": rounds.UPDATES_A_SECOND,
            },
            "explained": EXPLAINED | ALSO_EXPLAINED,
            "servers": {name: server.figures() for name, server in self.servers.items()},
            "reference_to_node": self.ratios(),
            "weight": vars(self.weight) if self.weight else None,
            "targets": [target.to_dict() for target in self.targets()],
            "seconds": round(self.seconds, 1),
        }


@dataclass
class _Pair:
    """One server and its clients."""

    peer: Peer
    crowd: Crowd
    server: Server

    def attempt(self, action: Callable[..., None], *of: Any) -> None:
        """Do something with it, unless it has failed before; note it where it fails now."""
        if self.server.failed is None:
            try:
                action(self, *of)
            except ProtocolError as error:
                self.server.failed = str(peers.failed(self.peer.name, str(error), self.peer.log))
            except (PeerFailed, page.NotServed) as error:
                self.server.failed = str(error)


def measure(plan: Plan, say: Callable[[str], None]) -> Report:
    """Return what was measured; `say` is told what is being done.

    A server that fails under the load is left out from there on, and the report says why.
    Raises PeerFailed where one does not start, NoNode and SetupError where Node's cannot be had.
    """
    report = Report(plan)
    began = time.monotonic()
    with ExitStack() as stack:
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pairs = [_open(name, report.servers[name], logs, stack, say) for name in NAMES]
        for clients in plan.clients:
            say(f"{clients} clients: connecting")
            for pair in pairs:
                pair.attempt(_fill, clients, pairs)
            for turn in range(plan.rounds):
                say(f"{clients} clients: round {turn + 1} of {plan.rounds}")
                for pair in pairs:
                    pair.attempt(_load, plan)
                    _answer_pings(pairs)
        say("The page")
        pairs[0].attempt(_weigh, report)
    report.seconds = time.monotonic() - began
    return report


def _open(
    name: str, server: Server, logs: Path, stack: ExitStack, say: Callable[[str], None]
) -> _Pair:
    say(f"Starting the server {name}")
    peer = peers.start(name, logs, say)
    stack.callback(peer.end)
    crowd = Crowd(peer.port, peers.DASHBOARD)
    stack.callback(crowd.close)
    return _Pair(peer, crowd, server)


def _fill(pair: _Pair, clients: int, pairs: list[_Pair]) -> None:
    others = [other for other in pairs if other is not pair]
    new = clients - len(pair.crowd.clients)
    began = time.monotonic()
    pair.crowd.grow(clients, JOIN_SECONDS, lambda: _answer_pings(others))
    speed = new / (time.monotonic() - began)
    pair.server.sizes.append(Size(clients, speed, pair.peer.memory()))


def _load(pair: _Pair, plan: Plan) -> None:
    size, wrong = pair.server.sizes[-1], pair.crowd.wrong
    size.saturated.append(rounds.saturate(pair.peer, pair.crowd, plan.seconds))
    size.steady.append(rounds.steady(pair.peer, pair.crowd, plan.steady_seconds))
    size.wrong += pair.crowd.wrong - wrong


def _answer_pings(pairs: list[_Pair]) -> None:
    """Let the clients that wait for their turn answer: a server drops who does not."""
    for pair in pairs:
        pair.attempt(_read)


def _read(pair: _Pair) -> None:
    pair.crowd.read(0)


def _weigh(reference: _Pair, report: Report) -> None:
    crowd = reference.crowd
    update, rows = crowd.update_bytes, min(KEPT_ROWS, crowd.clients[0].number or 0)
    crowd.grow(len(crowd.clients) + 1, JOIN_SECONDS)  # a newcomer gets the whole figure
    address = f"http://127.0.0.1:{reference.peer.port}/"
    # The clients stay unread meanwhile, but nothing is sent to them.
    plain, packed, requests = page.weigh(address)
    report.weight = Weight(update, crowd.figure_bytes, rows, plain, packed, requests)


def _machine() -> dict[str, Any]:
    node = subprocess.run(
        [*node_packages.node(), "--version"], capture_output=True, text=True, check=False
    )
    return {
        "processors": psutil.cpu_count(),
        "memory": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "node": node.stdout.strip().lstrip("v"),
    }
