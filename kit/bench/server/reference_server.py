"""The reference as one of the servers to measure, in a process of its own.

`python -m kit.bench.server.reference_server CONTROL_PORT MODE FOLDER`, with the folder that holds
the package `dashboard`. See `peers` for what is said over the control connection.
"""

import socket
import sys
import time
from typing import Any

from kit.bench.serving import make_server

DASHBOARD = "bench"
ROWS = 1000
ONCE = 3600.0  # seconds from one turn of the feed to the next: here the bench says when


def main(control_port: int, mode: str, folder: str) -> None:
    """Serve until the control connection ends. `mode` is "gevent" or "threading"."""
    if mode == "gevent":
        from gevent import monkey

        monkey.patch_all()
    sys.path.insert(0, folder)
    control = socket.create_connection(("127.0.0.1", control_port))
    control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    app, source = _app(mode)
    server = make_server(app, mode)
    from dashboard.extensions import socketio

    control.sendall(f"port {server.server_port}\n".encode())
    socketio.start_background_task(_obey, control, app, source)
    server.serve_forever()


def _app(mode: str) -> tuple[Any, Any]:
    """Return the app, with one dashboard of one column, and the source behind it."""
    import pandas as pd

    import dashboard
    from dashboard import config
    from dashboard.sources import Column
    from dashboard.state import state_of

    # Made beforehand: how long a source takes is not what is measured.
    times = pd.date_range("2030-01-01", periods=ROWS, freq="s", tz="UTC", unit="ms")
    rows = pd.DataFrame({"time": times, "load": [row / 10 for row in range(ROWS)]})

    class OnDemand:
        """One row for each time that `due` was set."""

        id = DASHBOARD
        title = "What the bench publishes"
        columns = (Column("load", "%"),)
        due = False
        count = 0

        def read(self) -> pd.DataFrame:
            if not self.due:
                return pd.DataFrame()
            self.due = False
            self.count += 1
            first = self.count % ROWS
            return rows.iloc[first : first + 1]

    source = OnDemand()
    settings = {
        "SECRET_KEY": "of a bench that ends in two minutes",
        "SOURCES": (lambda: source,),
        "FEED_SECONDS": ONCE,
        # Thousands of clients come from one address here.
        "CONNECTIONS_RATE": "1000000/second",
        "EVENTS_RATE": "1000000/second",
        "LOG_LEVEL": "WARNING",
        "ASYNC_MODE": mode,
    }
    if mode == "gevent":  # as in `dashboard.deploy.worker`
        from dashboard.engine import outgoing

        outgoing.install()
    app = dashboard.create_app(type("Bench", (config.Production,), settings))
    state_of(app).dashboards[DASHBOARD].pace = 0.0
    return app, source


def _obey(control: socket.socket, app: Any, source: Any) -> None:
    """Publish once for each line that the bench sends; end the process when the bench has ended."""
    import os

    from dashboard import extensions, feed
    from dashboard.state import state_of

    socketio: Any = extensions.socketio
    emit, moments = socketio.emit, {}

    def noted(event: str, *arguments: Any, **named: Any) -> None:
        if event == "update_data":
            moments[arguments[0]["number"]] = time.monotonic_ns()
        emit(event, *arguments, **named)

    socketio.emit = noted
    bench = state_of(app).dashboards[DASHBOARD]
    with app.app_context():
        for _ in control.makefile("rb"):
            began = time.monotonic_ns()
            source.due = True
            feed.publish(bench)
            for number, sent in moments.items():
                control.sendall(f"sent {number} {began} {sent}\n".encode())
            moments.clear()
    os._exit(0)  # threads that wait for clients would hold it


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
