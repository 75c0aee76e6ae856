"""What the deployed server costs with one worker, with two, with three: all of its processes.

It runs as people run it: nginx, Redis and so many workers. Only the reading of the sources is left
out, as for the other servers: the bench holds the lease on them, and writes each update to Redis
as a worker would.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psutil
from redis.exceptions import RedisError

from kit.bench.deployed import Deployed, NotDeployed, deployed, own_redis
from kit.bench.server import rounds
from kit.bench.server.crowd import Crowd
from kit.bench.server.figures import Size
from kit.bench.server.peers import DASHBOARD, Sent, processor_seconds
from kit.bench.websocket import ProtocolError
from kit.running.redis_server import RedisMissing, RedisServer

JOIN_SECONDS = 60.0
FIRST = datetime(2030, 1, 1, tzinfo=UTC)
FIRST_ROW_SECONDS = 30.0
KEPT_ROWS = 300
SETTINGS = {
    # Thousands of clients come from one address here.
    "DASHBOARD_CONNECTIONS_RATE": "1000000/second",
    "DASHBOARD_EVENTS_RATE": "1000000/second",
    "DASHBOARD_KEEP_ROWS": str(KEPT_ROWS),
    "DASHBOARD_LOG_LEVEL": "WARNING",
}
# What is told of each size, beside the number of workers.
TOLD = (
    "rate", "p50_ms", "p99_ms", "cpu_us", "server_cpu", "load_cpu", "joins_per_s", "memory",
    "wrong", "rounds",
)  # fmt: skip
NO_SOCKETS = "several workers need Unix sockets and signals: Linux, macOS or WSL"


@dataclass
class ByWorkers:
    """What was measured with `clients` clients. `sizes` goes by the number of workers.

    `left_out` says why there is nothing, and `failed` why there is no more of it.
    """

    clients: int
    sizes: dict[int, Size] = field(default_factory=dict)
    left_out: str | None = None
    failed: str | None = None

    def figures(self) -> dict[str, Any]:
        """Return each size, and what one more worker costs, from the first to the last."""
        done = [one for one in self.sizes.items() if one[1].saturated]
        sizes = [_figures(workers, size) for workers, size in done]
        found: dict[str, Any] = {"clients": self.clients, "sizes": sizes}
        if len(sizes) > 1:
            first, last = sizes[0], sizes[-1]
            more = last["workers"] - first["workers"]
            found["memory_per_worker"] = round((last["memory"] - first["memory"]) / more)
            us = (last["cpu_us"] - first["cpu_us"]) / more  # for one of an update's deliveries
            found["update_ms_per_worker"] = round(us * self.clients / 1000, 2)
        return found | {"left_out": self.left_out, "failed": self.failed}


def _figures(workers: int, size: Size) -> dict[str, Any]:
    found = size.figures()
    parts = size.saturated[0].busy
    return {
        "workers": workers,
        **{name: found[name] for name in TOLD},
        "cpu_us_of": {
            part: round(median(one.busy[part] / one.deliveries for one in size.saturated) * 1e6, 2)
            for part in parts
        },
    }


class _Loaded:
    """A deployed server that publishes when it is told to: see `rounds.Loaded`."""

    def __init__(self, server: Deployed) -> None:
        self.server = server
        self.workers = server.workers()
        redis = server.redis.process
        assert redis is not None
        self.parts = {
            "workers": self.workers,
            "nginx": server.proxies(),
            "redis": [psutil.Process(redis.pid)],
        }
        self.sent: dict[int, Sent] = {}
        self.stream = _take_over(server.redis)
        self.number = 1  # the source's only row

    def publish(self) -> None:
        """Write one update of one series to the stream that all workers follow."""
        self.number += 1
        when = FIRST + timedelta(seconds=self.number)
        row = [when.isoformat(timespec="milliseconds"), self.number % 1000 / 10]
        rows = json.dumps({"columns": ["time", "load"], "data": [row]})
        began = time.monotonic_ns()
        self.server.redis.client.xadd(
            self.stream,
            {"rows": rows},
            id=f"{self.number}-0",
            maxlen=KEPT_ROWS,
            approximate=False,
        )
        self.sent[self.number] = Sent(began, began)

    def listen(self, seconds: float = 0) -> None:
        """There is nothing to hear: what is sent is known here."""

    def cpu_seconds(self) -> dict[str, float]:
        """Return the processor time that each part of it has used so far."""
        return {
            part: sum(map(processor_seconds, processes)) for part, processes in self.parts.items()
        }

    def memory(self) -> int:
        """Return the bytes of memory that the workers hold together; what they share counts once.

        Where the system does not tell that, what they share counts not at all.
        """
        held = [one.memory_full_info() for one in self.workers]
        return sum(getattr(one, "pss", one.uss) for one in held)


def measure(
    workers: Sequence[int],
    into: ByWorkers,
    turns: int,
    seconds: tuple[float, float],
    say: Callable[[str], None],
) -> None:
    """Measure the deployed server with each number of `workers`, and add it to `into`.

    Each has `turns` rounds of so many `seconds`: at the full rate, and at a steady pace.
    """
    if sys.platform == "win32":
        into.left_out = NO_SOCKETS
        return
    try:
        for number in workers:
            say(f"{into.clients} clients: the deployed server, workers: {number}")
            _measure(number, into, turns, seconds)
    except RedisMissing:
        into.left_out = "there is no valkey-server or redis-server on this machine"
    except NotDeployed as error:
        if error.is_missing:
            into.left_out = str(error).splitlines()[-1]
        else:
            into.failed = f"did not start:\n{error}"
    except (ProtocolError, RedisError, psutil.Error, OSError) as error:
        into.failed = str(error)


def _measure(workers: int, into: ByWorkers, turns: int, seconds: tuple[float, float]) -> None:
    full, even = seconds
    with ExitStack() as stack:
        redis, folder = stack.enter_context(own_redis())
        source = folder / f"{DASHBOARD}.csv"
        source.write_text(f"time,load\n{FIRST.isoformat()},0\n", encoding="utf-8")
        settings = SETTINGS | {"DASHBOARD_CSV": json.dumps(str(source))}
        server = stack.enter_context(deployed(workers, settings, redis, folder))
        loaded = _Loaded(server)
        crowd = Crowd(server.port, DASHBOARD)
        stack.callback(crowd.close)
        began = time.monotonic()
        crowd.grow(into.clients, JOIN_SECONDS)
        speed = into.clients / (time.monotonic() - began)
        size = into.sizes[workers] = Size(into.clients, speed, loaded.memory())
        try:
            for _ in range(turns):
                saturated = rounds.saturate(loaded, crowd, full)
                size.add(saturated, rounds.steady(loaded, crowd, even))
        finally:
            size.wrong = crowd.wrong


def _take_over(redis: RedisServer) -> str:
    """Take the lease, so that nobody reads the sources any more; return the source's stream.

    Raises TimeoutError where its row does not come.
    """
    ends = time.monotonic() + FIRST_ROW_SECONDS
    while not (found := list(redis.client.scan_iter(f"*:updates:{DASHBOARD}"))):
        if time.monotonic() > ends:
            raise TimeoutError("no worker has read the source")
        time.sleep(0.02)
    stream = str(found[0], "utf-8")
    redis.client.set(f"{stream.partition(':updates:')[0]}:feed", "the bench")
    return stream
