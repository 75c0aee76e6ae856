# lab 11 (given): a module for figures of the server itself
"""Figures of the server itself, for administrators and for Prometheus."""

import logging
import threading
import time
from collections import Counter as Count
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from . import logs


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
        clients.set_function(lambda: len(app.extensions["clients"]))
        self.updates = Counter(
            "dashboard_updates_total",
            "Updates that the rooms have heard, by dashboard",
            ["dashboard"],
            registry=self.registry,
        )
        self.handled: Count[str] = Count()
        self.counting = threading.Lock()
        self.tail = tail()

    def count(self, event: str, outcome: str, seconds: float) -> None:
        """Count an event that took so many seconds."""
        with self.counting:
            self.handled[event] += 1
        self.events.labels(event, outcome).inc()
        self.seconds.labels(event).observe(seconds)


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


def counted(message: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return `handler` with each of its events counted and timed."""

    @wraps(handler)
    def timed(*payload: Any) -> Any:
        metrics: Metrics = current_app.extensions["metrics"]
        began = time.perf_counter()
        outcome = "failure"
        try:
            answer = handler(*payload)
            refused = isinstance(answer, dict) and answer.get("ok") is False
            outcome = "failure" if refused else "success"
            return answer
        finally:
            metrics.count(message, outcome, time.perf_counter() - began)

    return timed
