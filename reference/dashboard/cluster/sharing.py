# lab 14 (given): a module for several processes
"""Several processes that act as one server: one of them reads the sources, all serve clients."""

import socketio as python_socketio
from flask import Flask

from ..rates import SharedRates
from . import queues, store
from .history import SharedDashboard
from .leading import SharedFeed
from .shared_clients import SharedAudiences, SharedSessions
from .store import Store

SCHEMES = {"redis", "rediss", "redis+sentinel", "valkey", "valkeys", "valkey+sentinel", "unix"}


def client_manager(url: str | None, prefix: str) -> python_socketio.Manager | None:
    """Return what carries events from one process to the others, for the queue at `url`.

    It hears nothing of processes with another `prefix`: in Redis, not even another number of the
    database would tell their events apart.

    Flask-SocketIO would choose by the address as well, and take Redis by its other names for a
    queue of Kombu's. Raises ValueError where the address is that of no queue.
    """
    if url is None:
        return None
    channel = f"{prefix}:events"
    if url.partition("://")[0] in SCHEMES:
        return python_socketio.RedisManager(store.as_redis(url), channel=channel)
    return queues.Queue(url, channel)


def share(app: Flask) -> None:
    """Let `app` act as one server with all others of its deployment, which use the same Redis."""
    dashboards = app.extensions["dashboards"]
    space = store.space(app.config, [one.source for one in dashboards.values()])
    shared = Store(store.connect(app.config["REDIS"]), space)
    app.extensions["store"] = shared
    app.extensions["dashboards"] = {
        name: SharedDashboard(one.source, one.keep, one.pace, shared)
        for name, one in dashboards.items()
    }
    app.extensions["sessions"] = SharedSessions(
        app.config["SECRET_KEY"], app.config["SESSION_SECONDS"], shared
    )
    app.extensions["audiences"] = SharedAudiences(shared)
    app.extensions["rates"] = SharedRates(
        app.config["EVENTS_RATE"],
        app.config["CONNECTIONS_RATE"],
        app.config["PASSWORDS_RATE"],
        shared,
    )
    app.extensions["feed"] = SharedFeed(app, shared)
