"""One run: three servers, side by side, through the same rounds; then the deployed one; the page.

The three run from beginning to end, and their turns alternate: whatever else the machine does
meanwhile, and a processor that slows down, meets all of them. One that has no turn costs nothing.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.bench.server import by_workers, first_chart, page, peers, rounds
from kit.bench.server.crowd import Crowd
from kit.bench.server.figures import Server, Size, Weight
from kit.bench.server.peers import Peer, PeerFailed
from kit.bench.server.report import SERVERS, Plan, Report
from kit.bench.websocket import ProtocolError

KEPT_ROWS = 300
JOIN_SECONDS = 60.0


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
    _side_by_side(report, say)
    # One after the other, and alone: they would take each other's processor time.
    stretches = (plan.seconds, plan.steady_seconds)
    by_workers.measure(plan.workers, report.by_workers, plan.rounds, stretches, say)
    first_chart.measure(plan.visits, report.first_chart, say)
    report.seconds = time.monotonic() - began
    return report


def _side_by_side(report: Report, say: Callable[[str], None]) -> None:
    """Measure the servers that take turns, with more and more clients."""
    plan = report.plan
    with ExitStack() as stack:
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pairs = [_open(name, report.servers[name], logs, stack, say) for name in SERVERS]
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
    try:
        full = rounds.saturate(pair.peer, pair.crowd, plan.seconds)
        size.add(full, rounds.steady(pair.peer, pair.crowd, plan.steady_seconds))
    finally:
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
