# lab 14 (given): a module for one process of the deployed server
"""One process of the deployed server: greenlets in place of threads, and an end that is announced.

Run it as `python -m gevent.monkey --module dashboard.deploy.worker --socket FILE`. The first half
makes the standard library wait in gevent's way, before anything of it is used. `DASHBOARD_CONFIG`
chooses another class of `dashboard.config` than Production.

Where a setting or a source cannot be used, it ends with status 2 and says why.
SIGTERM and SIGINT end it gracefully, with status 0: nobody new is let in, every client is told to
come back elsewhere, and is disconnected once what waited for it has gone out. A second signal ends
it at once.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import gevent
from flask import Flask
from gevent.event import Event
from gevent.pool import Pool
from gevent.pywsgi import LoggingLogAdapter, WSGIHandler, WSGIServer

from .. import config, create_app, logs
from ..cluster.leading import SharedFeed
from ..engine import outgoing
from ..extensions import socketio
from ..settings import SettingError
from ..sources import SourceError
from ..state import state_of
from .place import refusal

BACKLOG = 1024  # connections that may wait to be taken
BAD_REQUEST = ("400", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-length: 0\r\n\r\n")
LAST_WORDS = 5.0  # seconds for what waits to go out, when the process stops
LEASE_GIVEN_UP = 1.0  # seconds for Redis to hear of it
CANNOT_SERVE = 2  # the exit status
BACK_A_SECOND = 200  # clients that are asked to come back within one second


class Handler(WSGIHandler):
    """Handles one connection of gevent's server, as a proxy and a live page need it."""

    server: "Server"
    response_headers: list[Any]

    def __init__(self, connection: Any, *rest: Any) -> None:
        if connection.family != getattr(socket, "AF_UNIX", None):
            # A small message does not wait until the one before it has been acknowledged.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(connection, *rest)

    def read_requestline(self) -> Any:
        """Return the first line of the next request; until it comes, the connection is idle."""
        self.server.idle.add(self.socket)
        try:
            return super().read_requestline()
        finally:
            self.server.idle.discard(self.socket)

    def handle_one_response(self) -> None:
        """Answer a request. One that opens a WebSocket is the last: what follows is no HTTP."""
        super().handle_one_response()
        self.close_connection |= "upgrade" in self.headers.get("Connection", "").lower()

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes]:
        """Refuse what is no request; gevent itself would log it, and sometimes a traceback."""
        logs.log.warning("a request could not be read: %s", type(ex).__name__)
        self.close_connection = True
        return BAD_REQUEST

    def finalize_headers(self) -> None:
        """Add what is still missing, and say so where the connection ends with this answer.

        gevent does not; the proxy would send its next request into a connection that is closed.
        """
        super().finalize_headers()
        self.close_connection |= self.server.closed
        if self.close_connection and self.request_version == "HTTP/1.1":
            self.response_headers.append((b"Connection", b"close"))


class Server(WSGIServer):
    """gevent's server, which knows the connections that wait for their next request."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.idle: set[Any] = set()
        super().__init__(*arguments, **named)

    def stop(self, timeout: float | None = None) -> None:
        """Close idle connections, and the others once they are done, or after `timeout` seconds."""
        self.close()
        for connection in list(self.idle):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().stop(timeout)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal comes. Raises SystemExit where an option, setting or source is wrong."""
    options = read(arguments)
    parent = os.getppid()
    prepare()
    base = getattr(config, os.environ.get("DASHBOARD_CONFIG", "Production"))
    try:
        own = {"ASYNC_MODE": "gevent", "PROCESS": options.name}
        app = create_app(type("Deployed", (base,), own))
    except (SettingError, SourceError) as reason:
        refuse(str(reason), options.runtime)
    asked = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: os._exit(1) if asked.is_set() else asked.set())

    server = make_server(listener(options), app)
    server.start()
    state_of(app).feed.start()  # pages without scripts, and the API, join no room
    logs.log.info("serves at %s", options.socket or f"{options.host}:{options.port}")
    asked.wait()
    leave(app, server)
    if options.runtime and os.getppid() != parent:
        # Who has started us was killed, and cannot tidy up any more.
        shutil.rmtree(options.runtime, ignore_errors=True)


def prepare() -> None:
    """Put what carries thousands of clients in its place, before an app is made."""
    outgoing.install()
    gevent.get_hub().print_exception = log_failed  # type: ignore[assignment, method-assign]


def read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="dashboard.deploy.worker", description="Serve in one process."
    )
    parser.add_argument("--socket", type=Path, help="the Unix socket to listen at")
    parser.add_argument("--host", default="127.0.0.1", help="or the address")
    parser.add_argument("--port", type=int, default=8000, help="and the port")
    parser.add_argument("--name", help="what its connections are named after, for the proxy")
    parser.add_argument("--runtime", type=Path, help="a folder to remove when the parent has died")
    return parser.parse_args(arguments)


def refuse(reason: str, runtime: Path | None) -> NoReturn:
    """End with the status 2 for what a person can put right, and say what.

    The one who has started us reads it from `runtime`: several processes with the same trouble
    are one message.
    """
    if runtime is None:
        print(reason, file=sys.stderr)
    else:
        refusal(runtime, os.getpid()).write_text(reason, encoding="utf-8")
    sys.exit(CANNOT_SERVE)


def listener(options: argparse.Namespace) -> socket.socket:
    """Return the socket that clients come to. Raises OSError where it cannot be had."""
    if options.socket is None:
        return listen(options.host, options.port)
    options.socket.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(options.socket))
    listening.listen(BACKLOG)
    return listening


def listen(host: str, port: int) -> socket.socket:
    """Return the socket that clients come to; at `::` those of IPv4, too, where the system can.

    Raises OSError where it cannot be had.
    """
    if ":" not in host:
        return socket.create_server((host, port), backlog=BACKLOG)
    both = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server(
        (host, port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=both
    )


def make_server(listening: socket.socket, app: Flask) -> Server:
    """Return the server that serves `app` at a socket that listens. It does nothing until told."""
    address = listening.getsockname()
    return Server(
        listening,
        app,
        # Left to itself, gevent asks the network for a name of the address: `hosts` needs this one.
        environ={"SERVER_NAME": address[0]} if isinstance(address, tuple) else None,
        spawn=Pool(),
        handler_class=Handler,
        log=None,
        error_log=LoggingLogAdapter(logs.log, level=40),
    )


def log_failed(_: object, kind: Any, error: Any, traceback: Any) -> None:
    """Log what a greenlet raised and nobody caught."""
    if kind is not None and issubclass(kind, ConnectionError):
        return  # a client that does not wait for its answer
    logs.log.critical("a greenlet has ended with an error", exc_info=(kind, error, traceback))


def leave(app: Flask, server: Server) -> None:
    """Let nobody in any more, send everybody elsewhere, and return when they have gone.

    That is after `LAST_WORDS` at most.
    """
    own = state_of(app)
    own.is_stopping = True
    server.close()
    feed = own.feed
    if isinstance(feed, SharedFeed):
        gevent.with_timeout(LEASE_GIVEN_UP, feed.stop, timeout_value=None)
    say_goodbye(app)
    server.stop(LAST_WORDS)
    logs.log.info("has stopped")


def say_goodbye(app: Flask) -> None:
    """Send every client `goodbye`, and end its connection after all that waits for it.

    They are to come back over a while: all at once, they would be too many for the others.
    """
    clients = list(state_of(app).clients)
    over = max(len(clients) / BACK_A_SECOND, 0.1)
    for sid in clients:
        socketio.emit("goodbye", {"reconnect_in": round(random.uniform(0, over), 3)}, to=sid)
    engine = socketio.server.eio  # type: ignore[attr-defined]
    for connection in list(engine.sockets.values()):
        # Not Socket.IO's own disconnect: after that, clients do not come back by themselves.
        connection.close(wait=False)


if __name__ == "__main__":
    main()
