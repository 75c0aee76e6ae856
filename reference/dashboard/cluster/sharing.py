# lab 14 (given): a module for several processes
"""Several processes that act as one server: one of them reads the sources, all serve clients."""

import socketio as python_socketio
from flask import Flask

from ..admin import Board
from ..dashboards import open_sources
from ..extensions import socketio
from ..ops.metrics import Metrics
from ..rates import SharedRates
from ..state import State
from . import queues, store
from .history import SharedDashboard
from .leading import SharedFeed
from .shared_clients import SharedAudiences, SharedSessions
from .store import Store

SCHEMES = {"redis", "rediss", "redis+sentinel", "unix"}


def name_connections(name: str | None) -> None:
    """Let the id of every connection begin with `name` and a `_`, where there is a name.

    The proxy knows by it which process has the connection. By their addresses it could not: behind
    one router, a whole school has the same.
    """
    # lab 14: let the proxy find the way back
    if name:
        engine = socketio.server.eio  # type: ignore[attr-defined]
        generate = engine.generate_id
        engine.generate_id = lambda: f"{name}_{generate()}"


def client_manager(url: str | None, prefix: str) -> python_socketio.Manager | None:
    """Return what carries events from one process to the others, for the queue at `url`.

    It hears nothing of processes with another `prefix`: in Redis, not even another number of the
    database would tell their events apart.

    Flask-SocketIO would choose by the address as well, and take Redis by its other names for a
    queue of Kombu's. Raises ValueError where the address is that of no queue.
    """
    if url is None:
        return None
    url = store.as_redis(url)
    if url.partition("://")[0] not in SCHEMES:
        return queues.Queue(url, f"{prefix}:events")

    # lab 14: listen to what is for the clients of this deployment
    return python_socketio.RedisManager(url, channel=f"{prefix}:events")


def shared_state(app: Flask) -> State:
    """Return the state of `app` as one of all those of its deployment, which use the same Redis.

    Raises SourceError, and ValueError where `REDIS` is the address of none.
    """
    config = app.config
    sources = open_sources(config)
    shared = Store(store.connect(config["REDIS"]), store.space(config, sources))
    keep, pace = config["KEEP_ROWS"], config["FEED_SECONDS"] / 2
    dashboards = {one.id: SharedDashboard(one, keep, pace, shared) for one in sources}
    kept = config["SESSION_SECONDS"], config["KEEP_SESSIONS"]
    sessions = SharedSessions(config["SECRET_KEY"], *kept, shared)
    audiences = SharedAudiences(shared)
    rates = config["EVENTS_RATE"], config["CONNECTIONS_RATE"], config["PASSWORDS_RATE"]
    return State(
        dashboards=dict(dashboards),
        feed=SharedFeed(app, shared, dashboards, sessions, audiences),
        sessions=sessions,
        metrics=Metrics(app),
        board=Board(app),
        audiences=audiences,
        rates=SharedRates(*rates, shared),
        store=shared,
    )
