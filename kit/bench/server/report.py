"""What one run has found, and what has to be so."""

import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import psutil

from kit.bench.server import node_packages, rounds
from kit.bench.server.by_workers import ByWorkers
from kit.bench.server.explained import (
    ALSO_EXPLAINED,
    CHART_EXPLAINED,
    EXPLAINED,
    WORKERS_EXPLAINED,
)
from kit.bench.server.figures import Server, Target, Weight
from kit.bench.server.first_chart import FirstChart
from kit.bench.server.peers import NODE, REFERENCE, THREADING

SERVERS = (REFERENCE, NODE, THREADING)
OWN_FILES = 200  # descriptors, beside those of the clients

# What the reference has to reach.
TARGET_CLIENTS = 500
LEAST_RATE, MOST_P99, MOST_BYTES = 0.95, 1.5, 150


@dataclass(frozen=True)
class Plan:
    """How much is measured: the numbers of clients, and how often and how many seconds of each.

    The deployed server has each number of `workers`, always with `workers_clients` clients. A
    browser makes so many `visits`.
    """

    clients: Sequence[int]
    rounds: int = 5
    seconds: float = 1.0
    steady_seconds: float = 1.5
    workers: Sequence[int] = (1, 2, 3)
    workers_clients: int = 500
    visits: int = 5

    @property
    def files(self) -> int:
        """The descriptors that this process needs."""
        return max(max(self.clients) * len(SERVERS), self.workers_clients) + OWN_FILES


@dataclass
class Report:
    """What one run has found."""

    plan: Plan
    servers: dict[str, Server] = field(default_factory=lambda: {name: Server() for name in SERVERS})
    weight: Weight | None = None
    seconds: float = 0.0
    by_workers: ByWorkers = field(init=False)
    first_chart: FirstChart = field(default_factory=FirstChart)

    def __post_init__(self) -> None:
        self.by_workers = ByWorkers(self.plan.workers_clients)

    @property
    def is_complete(self) -> bool:
        """Whether nothing has failed. What was left out has not."""
        others = (self.by_workers.failed, self.first_chart.failed)
        return not any((*(server.failed for server in self.servers.values()), *others))

    def ratios(self) -> dict[str, dict[str, float]]:
        """Return, by the number of clients, the reference's rate and p99 as shares of Node's.

        The rate's is the median over the rounds of one after the other: the machine may be half as
        fast a minute later, but seldom between the two.
        """
        ours, theirs = (
            {one["clients"]: one for one in self.servers[name].figures()["sizes"]}
            for name in (REFERENCE, NODE)
        )
        return {
            str(clients): {
                "rate": _share_of_rates(ours[clients]["rounds"], theirs[clients]["rounds"]),
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
        sizes = [size for server in self.servers.values() for size in server.sizes]
        wrong = sum(size.wrong for size in [*sizes, *self.by_workers.sizes.values()])
        return [*found, Target("deliveries lost, doubled or out of order", wrong, 0)]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "machine": _machine(),
            "plan": {
                **vars(self.plan),
                "clients": list(self.plan.clients),
                "workers": list(self.plan.workers),
                "window": rounds.WINDOW,
                "updates_a_second": rounds.UPDATES_A_SECOND,
            },
            "explained": EXPLAINED | WORKERS_EXPLAINED | CHART_EXPLAINED | ALSO_EXPLAINED,
            "servers": {name: server.figures() for name, server in self.servers.items()},
            "reference_to_node": self.ratios(),
            "by_workers": self.by_workers.figures(),
            "weight": vars(self.weight) if self.weight else None,
            "first_chart": self.first_chart.figures(),
            "targets": [target.to_dict() for target in self.targets()],
            "seconds": round(self.seconds, 1),
        }


def _share_of_rates(ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> float:
    # One of the two may have failed in a later round.
    return round(median(a["rate"] / b["rate"] for a, b in zip(ours, theirs, strict=False)), 2)


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
