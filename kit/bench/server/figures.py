"""What the bench finds out, as plain data. `explained` says what each figure means."""

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Saturated:
    """One stretch in which a server sent as fast as it could. Seconds; `preparing` in ms.

    `busy` is the processor time of each part of the server.
    """

    deliveries: int
    seconds: float
    busy: dict[str, float]
    load_seconds: float
    preparing: list[float]

    @property
    def server_seconds(self) -> float:
        """The processor time of all parts of the server."""
        return sum(self.busy.values())


@dataclass(frozen=True)
class Steady:
    """One stretch at a steady pace. `latencies` are in ms, sorted."""

    latencies: list[float]


@dataclass
class Size:
    """What was measured of one server with so many clients. Every stretch is kept."""

    clients: int
    joins_per_s: float
    memory: int
    saturated: list[Saturated] = field(default_factory=list)
    steady: list[Steady] = field(default_factory=list)
    wrong: int = 0

    def add(self, full: Saturated, even: Steady) -> None:
        """Add a round that both halves of have held."""
        self.saturated.append(full)
        self.steady.append(even)

    def figures(self) -> dict[str, Any]:
        """Return the figures of a size that `explained` has, and the rounds.

        The rate is that of the best round: what else the machine does can only lower it. All other
        figures are medians.
        """
        full, even = self.saturated, self.steady
        prepare = median(ms for one in full for ms in one.preparing)
        # Systems count in ticks of some ms: a short stretch may have none.
        cpu_us = max(median(one.server_seconds / one.deliveries for one in full) * 1e6, 0.01)
        rates = [one.deliveries / one.seconds for one in full]
        p50s = [percentile(one.latencies, 50) for one in even]
        p99s = [percentile(one.latencies, 99) for one in even]
        return {
            "clients": self.clients,
            "joins_per_s": round(self.joins_per_s),
            "rate": round(max(rates)),
            "p50_ms": round(median(p50s), 2),
            "p99_ms": round(median(p99s), 2),
            "prepare_ms": round(prepare, 3),
            "cpu_us": round(cpu_us, 2),
            "prepare_us": round(prepare * 1000 / self.clients, 2),
            "server_cpu": round(median(one.server_seconds / one.seconds for one in full), 2),
            "load_cpu": round(median(one.load_seconds / one.seconds for one in full), 2),
            "load_ceiling": round(median(one.deliveries / one.load_seconds for one in full)),
            "memory": self.memory,
            "wrong": self.wrong,
            "rounds": [
                {"rate": round(rate), "p50_ms": round(p50, 2), "p99_ms": round(p99, 2)}
                for rate, p50, p99 in zip(rates, p50s, p99s, strict=True)
            ],
        }


@dataclass
class Server:
    """What was measured of one server. `failed` says why there is no more of it."""

    sizes: list[Size] = field(default_factory=list)
    failed: str | None = None

    def figures(self) -> dict[str, Any]:
        """Return the figures of each size, and what a client costs, from the first to the last."""
        sizes = [size.figures() for size in self.sizes if size.saturated]
        found: dict[str, Any] = {"sizes": sizes, "failed": self.failed}
        if len(sizes) > 1:
            first, last = sizes[0], sizes[-1]
            more = last["clients"] - first["clients"]
            found["memory_per_client"] = round((last["memory"] - first["memory"]) / more)
            found["cpu_growth"] = round(last["cpu_us"] / first["cpu_us"], 2)
        return found


@dataclass(frozen=True)
class Weight:
    """What a browser is sent. Bytes, each message with its WebSocket frame.

    `update` is one live update of one series, `figure` the whole figure of `rows` rows; `page` is
    the dashboard's page with all that it loads, in `requests`, and `page_gzipped` the same as it
    would be compressed.
    """

    update: int
    figure: int
    rows: int
    page: int
    page_gzipped: int
    requests: int


@dataclass(frozen=True)
class Target:
    """Something that has to be so: `value` at most, or at least, `limit`."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether it is so."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self) | {"met": self.met}


def percentile(ordered: list[float], percent: float) -> float:
    """Return the least value that `percent` of the `ordered` ones do not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
