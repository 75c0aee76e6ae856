"""The reference's own server in this process, for the servers that the bench starts."""

import socket
from typing import Any


def make_server(app: Any, mode: str) -> Any:
    """Return what serves `app` at 127.0.0.1, at its `server_port`, until it is told to stop.

    `mode` is "gevent", for the server of a deployed process, or "threading", for that of the labs.
    The package `dashboard` has to be on Python's path.
    """
    if mode == "gevent":
        from dashboard.deploy import worker

        door = socket.create_server(("127.0.0.1", 0), backlog=worker.BACKLOG)
        return worker.make_server(door, app)
    from kit.running.host import threaded_server

    return threaded_server("127.0.0.1", 0, app)
