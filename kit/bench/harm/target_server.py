"""The reference as the server that bad clients and long days are tried on, in its own process.

`python -m kit.bench.harm.target_server CONTROL_PORT MODE FOLDER SETTINGS`, with the folder that
holds the package `dashboard` and its settings as JSON. What is said over the control connection, a
line each: this process begins with `{"port": …, "schemas": …}`, and answers each line with its
figures.
"""

import ctypes
import gc
import json
import os
import socket
import sys
import threading
from contextlib import suppress
from typing import Any

import psutil

from kit.bench.serving import make_server

PING_SECONDS = 1
PONG_SECONDS = 4  # until a client without a pong is given up
# Attributes of the managers and servers below that hold something for each client.
TABLES = {
    "engine": ("sockets",),
    "server": ("environ", "_binary_packet"),
    "manager": ("callbacks", "pending_connect", "pending_disconnect"),
}


def main(control_port: int, mode: str, folder: str, settings: dict[str, Any]) -> None:
    """Serve until the control connection ends. `mode` is "gevent" or "threading"."""
    if mode == "gevent":
        from gevent import monkey

        monkey.patch_all()
    sys.path.insert(0, folder)
    control = socket.create_connection(("127.0.0.1", control_port))
    app = _app(settings | {"ASYNC_MODE": mode})
    server = make_server(app, mode)
    hello = {"port": server.server_port, "schemas": _schemas(app)}
    control.sendall(f"{json.dumps(hello)}\n".encode())
    threading.Thread(target=_obey, args=(control, app), daemon=True).start()
    server.serve_forever()


def _app(settings: dict[str, Any]) -> Any:
    import dashboard
    from dashboard import config, extensions, logs
    from dashboard.engine import incoming

    incoming.LOOK_SECONDS = PING_SECONDS
    logs.MOST_TEXT = 20_000  # what has gone wrong is to be told whole
    if settings["ASYNC_MODE"] == "gevent":
        import gevent

        from dashboard.deploy import worker
        from dashboard.engine import outgoing

        outgoing.install()
        hub: Any = gevent.get_hub()
        hub.print_exception = worker.log_failed
    extensions.socketio.server_options.update(  # type: ignore[attr-defined]
        ping_interval=PING_SECONDS, ping_timeout=PONG_SECONDS
    )
    return dashboard.create_app(type("Target", (config.Production,), settings))


def _schemas(app: Any) -> dict[str, Any]:
    """Return the JSON schema of each event's payload, and the columns of each dashboard."""
    from dashboard import payloads
    from dashboard.state import state_of

    columns = {
        name: [column.name for column in one.source.columns]
        for name, one in state_of(app).dashboards.items()
    }
    checkers = payloads.CHECKERS.items()
    return {
        "events": {event: checker.json_schema() for event, checker in checkers},
        "columns": columns,
    }


def _obey(control: socket.socket, app: Any) -> None:
    with suppress(OSError):
        for _ in control.makefile("rb"):
            control.sendall(f"{json.dumps(_figures(app))}\n".encode())
    os._exit(0)  # threads that wait for clients would hold it


def _figures(app: Any) -> dict[str, Any]:
    """Return what this process holds: memory in bytes, and how many of everything else.

    What nobody refers to any more is given back first: it is no leak.
    """
    from dashboard.extensions import socketio
    from dashboard.state import state_of

    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    state = state_of(app)
    process = psutil.Process()
    held = process.memory_info()
    server = socketio.server  # type: ignore[attr-defined]
    parts = {"engine": server.eio, "server": server, "manager": server.manager}
    figures = {
        # What is its own: pages of libraries are shared, now with more others, now with fewer.
        "memory": held.rss - getattr(held, "shared", 0),
        "descriptors": process.num_fds(),
        "objects": _objects(),
        "tasks": _tasks(),
    }
    for part, names in TABLES.items():
        for name in names:
            figures[name.strip("_")] = len(getattr(parts[part], name))
    rooms = list(server.manager.rooms.values())
    figures["participants"] = sum(len(room) for rooms in rooms for room in list(rooms.values()))
    figures["clients"] = len(state.clients)
    figures["sessions"] = len(state.sessions.kept)
    storage: Any = state.rates.limiter.storage
    figures["rates"] = len(storage.events) + len(storage.storage) + len(storage.locks)
    return figures


def _objects() -> int:
    """Return how many objects of Python there are, without touching them.

    A list of them all would hold tuples that another thread is still making, and Python would end
    that with a SystemError: it happened.
    """
    gc.freeze()
    count = gc.get_freeze_count()
    gc.unfreeze()
    return count


def _tasks() -> int:
    """Return how many threads and greenlets there are."""
    tasks = threading.active_count()
    if "gevent" in sys.modules:
        from gevent import Greenlet

        tasks += sum(isinstance(one, Greenlet) and not one.dead for one in gc.get_objects())
    return tasks


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
