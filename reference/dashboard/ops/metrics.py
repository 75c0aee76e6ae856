# lab 11 (given): a module for figures of the server itself
"""Figures of the server itself, for administrators and for Prometheus."""

import logging
from collections import Counter as Count
from collections import deque
from collections.abc import Iterator

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from .. import logs
from ..state import state_of


class Metrics:
    """What one app counts: each app has a registry of its own."""

    def __init__(self, app: Flask) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter(
            "dashboard_events_total",
            "Events that were handled, by name and outcome",
            ["event", "outcome"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "dashboard_event_seconds",
            "How long the handlers took",
            ["event"],
            registry=self.registry,
            buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2),
        )
        clients = Gauge("dashboard_clients", "Connected clients", registry=self.registry)
        clients.set_function(lambda: len(state_of(app).clients))
        self.registry.register(Updates(app))
        self.tail = tail()

    def count(self, event: str, outcome: str, seconds: float) -> None:
        """Count an event that took so many seconds."""
        self.events.labels(event, outcome).inc()
        self.seconds.labels(event).observe(seconds)

    @property
    def handled(self) -> dict[str, int]:
        """How many events of each name were handled so far, whatever came of them."""
        counts: Count[str] = Count()
        for sample in (one for metric in self.events.collect() for one in metric.samples):
            if sample.name == "dashboard_events_total":
                counts[sample.labels["event"]] += int(sample.value)
        return counts


class Updates(Collector):
    """Tells Prometheus how many updates the rooms of one app have heard: it is their number."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Return the number of the newest update that was published, for each dashboard."""
        heard = CounterMetricFamily(
            "dashboard_updates",
            "Updates that the rooms have heard, by dashboard",
            labels=["dashboard"],
        )
        for name, dashboard in state_of(self.app).dashboards.items():
            heard.add_metric([name], dashboard.published)
        yield heard


class Tail(logging.Handler):
    """Keeps the newest lines of the log."""

    def __init__(self, lines: int = 50) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=lines)
        self.setFormatter(logs.JsonLine())
        self.addFilter(logs.Context())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))


def tail() -> Tail:
    """Return the tail of this process's log; all its apps have the same one."""
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, Tail):
            return handler
    made = Tail()
    root.addHandler(made)
    return made
