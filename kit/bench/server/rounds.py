"""Loading one server: as fast as it can, and at a steady pace.

As fast as it can: there are always `WINDOW` updates that not every client has. Nothing piles up
beyond that, in any server, so the rate is what was delivered and not what was put in a queue.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from kit.bench.server.crowd import Arrivals, Crowd
from kit.bench.server.figures import Saturated, Steady
from kit.bench.server.peers import Sent
from kit.bench.websocket import ProtocolError

WINDOW = 4
UPDATES_A_SECOND = 10
DRAIN_SECONDS = 15.0  # less than the servers wait for the answer to a ping


class Loaded(Protocol):
    """A server that publishes when it is told to. `sent` has what is known of each update."""

    sent: dict[int, Sent]

    def publish(self) -> None:
        """Have it publish one update."""

    def listen(self, seconds: float = 0) -> None:
        """Take in what it says, for at most so many `seconds`."""

    def cpu_seconds(self) -> dict[str, float]:
        """Return the processor time that each part of it has used so far."""


def saturate(peer: Loaded, crowd: Crowd, seconds: float) -> Saturated:
    """Have the server send as fast as it can for so many `seconds`.

    Raises ProtocolError and PeerFailed where it does not hold.
    """
    clients, before = len(crowd.clients), crowd.deliveries
    published = 0

    def push(until: float) -> None:
        nonlocal published
        while time.monotonic() < until:
            while published * clients - (crowd.deliveries - before) <= (WINDOW - 1) * clients:
                peer.publish()
                published += 1
            crowd.read(0.01)

    with _no_collection():
        push(time.monotonic() + seconds / 10)  # until everything is under way
        began, cpu, load = time.monotonic(), peer.cpu_seconds(), time.process_time()
        counted = crowd.deliveries
        push(began + seconds)
        while crowd.deliveries == counted and time.monotonic() < began + DRAIN_SECONDS:
            push(time.monotonic() + seconds)  # a rate of nothing would tell nothing
        deliveries, passed = crowd.deliveries - counted, time.monotonic() - began
        loaded = time.process_time() - load
        busy = {part: now - cpu[part] for part, now in peer.cpu_seconds().items()}
        _drain(crowd, before + published * clients)
    if not deliveries:
        raise ProtocolError(f"delivered nothing in {passed:.1f} s")
    preparing = [(one.sent - one.began) / 1e6 for one in _sent(peer, published).values()]
    return Saturated(deliveries, passed, busy, loaded, preparing)


def steady(peer: Loaded, crowd: Crowd, seconds: float) -> Steady:
    """Have the server send `UPDATES_A_SECOND` for so many `seconds`; note when each update comes.

    Raises ProtocolError and PeerFailed where it does not hold.
    """
    updates = max(1, round(seconds * UPDATES_A_SECOND))
    expected = crowd.deliveries + updates * len(crowd.clients)
    arrivals = crowd.arrivals = Arrivals()
    with _no_collection():
        began = time.monotonic()
        for turn in range(updates):
            due = began + turn / UPDATES_A_SECOND
            while (left := due - time.monotonic()) > 0:
                crowd.read(left)
            peer.publish()
        _drain(crowd, expected)
    crowd.arrivals = None
    sent = _sent(peer, updates)
    latencies = sorted(
        (came - sent[number].sent) / 1e6
        for number, came in zip(arrivals.numbers, arrivals.times, strict=True)
    )
    return Steady(latencies)


def _sent(peer: Loaded, updates: int) -> dict[int, Sent]:
    """Return, by number, what the server says of the last so many `updates`; it forgets them."""
    ends = time.monotonic() + DRAIN_SECONDS
    while len(peer.sent) < updates and time.monotonic() < ends:
        peer.listen(0.1)
    sent, peer.sent = peer.sent, {}
    return sent


def _drain(crowd: Crowd, expected: int) -> None:
    """Read until every client has every update."""
    ends = time.monotonic() + DRAIN_SECONDS
    while crowd.deliveries < expected:
        crowd.read(0.1)
        if time.monotonic() > ends:
            missing = expected - crowd.deliveries
            raise ProtocolError(f"still owed {missing} deliveries after {DRAIN_SECONDS:g} s")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from searching for garbage: there is none, and it takes some ms each time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
