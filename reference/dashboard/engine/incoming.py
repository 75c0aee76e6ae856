# lab 10 (given): a module for what comes in
"""What comes in over a connection: whoever sends what is no packet loses the connection.

Left to themselves, the libraries keep whatever size a WebSocket message grows to, and meet bad
packets with tracebacks, with threads that wait for ever, and with connections that nobody ends.
Here they only ever see what they can take, over WebSocket and over polling. Whoever sends faster
than it is served is not read until it is, so that TCP slows it down.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from engineio.exceptions import QueueEmpty
from engineio.payload import Payload
from engineio.socket import Socket
from flask import Flask
from simple_websocket import ConnectionClosed
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from .. import logs
from ..extensions import socketio
from .packets import END, PROBE, is_packet

LOOK_SECONDS = 10.0  # between two looks whether a connection is still there
MOST_UNREAD = 50  # messages of one client that wait for the earlier ones to be handled
UNREAD_SECONDS = 0.01  # between two looks whether they are fewer
MOST_PACKETS = 500  # in one POST
SEPARATOR = "\x1e"  # between the packets of one POST
BINARY = "b"
PLAIN = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def init_app(app: Flask) -> None:
    """Let `app`, to which Socket.IO is attached already, take packets and nothing else.

    Two of engineio's own classes are changed, for every app of this process.
    """
    engine = socketio.server.eio  # type: ignore[attr-defined]
    websocket = engine._async["websocket"]
    engine._async = engine._async | {"websocket": type("Guarded", (Guarded, websocket), {})}
    # JavaScript's client puts any number into one POST; MOST_BYTES bounds them all the same.
    Payload.max_decode_packets = MOST_PACKETS
    Socket.poll = poll
    app.wsgi_app = Posts(app.wsgi_app, engine)  # type: ignore[method-assign]


def poll(connection: Any) -> list[Any]:
    """Wait for packets and return them: 16 at most, for Python's client refuses more at once."""
    empty = connection.server.get_queue_empty_exception()
    seconds = connection.server.ping_interval + connection.server.ping_timeout
    packets: list[Any] = []
    with suppress(empty):
        while len(packets) < 16 and None not in packets:
            packets.append(connection.queue.get(block=not packets, timeout=seconds))
            connection.queue.task_done()
    if not packets:
        raise QueueEmpty
    if packets[-1] is None and len(packets) > 1:
        connection.queue.put(packets.pop())
    return [one for one in packets if one is not None]


class Unhurried:
    """The socket of a WebSocket. Nothing more is read of a client that is still to be served."""

    def __init__(self, websocket: Any) -> None:
        """Take the place of the socket of `websocket`, which is simple-websocket's."""
        self.websocket = websocket
        self.socket = websocket.sock
        websocket.sock = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self.socket, name)

    def recv(self, size: int) -> bytes:
        """Return what has come, `size` bytes at most, as soon as somebody wants it."""
        while len(self.websocket.input_buffer) > MOST_UNREAD and self.websocket.connected:
            socketio.sleep(UNREAD_SECONDS)  # type: ignore[arg-type]
        came: bytes = self.socket.recv(size)
        return came


class Guarded:
    """What goes before one of engineio's classes for WebSockets, as its subclass."""

    def __init__(self, handler: Any, server: Any) -> None:
        super().__init__(handler, server)  # type: ignore[call-arg]
        self.server_args: dict[str, Any]
        self.server_args["max_message_size"] = server.max_http_buffer_size
        self.ws: Any
        self.ended = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer the request that opens the WebSocket, and stay until it is closed."""
        try:
            return super().__call__(environ, start_response)  # type: ignore[misc]
        except RemoteProtocolError:
            return refuse(start_response, "This is no WebSocket.")
        finally:
            # werkzeug would take what follows for the next request, and wait for it for ever.
            with suppress(KeyError, OSError):
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)

    def wait(self) -> str | None:
        """Return the next packet, or None where the connection has ended, or has to end now."""
        if self.ended:
            return None
        message = b""
        while isinstance(message, bytes):  # attachments, which no event of this server takes
            message = self.receive()
        if message is None:
            return None
        if not is_packet(message):
            logs.log.warning("a client sends what is no packet; its connection is ended")
            return None
        self.ended = message == END
        return str(message)

    def receive(self) -> Any:
        """Return the next message, or None where the connection has ended.

        Now and then it looks by itself: simple-websocket can miss to tell of the end.
        """
        if not isinstance(self.ws.sock, Unhurried):
            Unhurried(self.ws)
        message = None
        with suppress(ConnectionClosed):
            while message is None:
                message = self.ws.receive(timeout=LOOK_SECONDS)
        return message

    def close(self) -> None:
        """Close it, unless it is being closed already, or the client has gone."""
        with suppress(LocalProtocolError, OSError):
            super().close()  # type: ignore[misc]


class Posts:
    """Looks at the packets that clients POST, before the server behind it does."""

    def __init__(self, behind: Wsgi, engine: Any) -> None:
        self.behind = behind
        self.engine = engine

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass on requests that are in order, and refuse others; these end their connection."""
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] != "POST" or not path.startswith("/socket.io/"):
            return self.behind(environ, start_response)
        name = parse_qs(environ.get("QUERY_STRING", "")).get("sid", [""])[0]
        connection = self.engine.sockets.get(name)
        if connection is None or connection.closed:
            return refuse(start_response, "There is no such connection.")
        body = self.read(environ)
        if body is None:
            logs.log.warning("a client sends what is no packet; its connection is ended")
            connection.close(wait=False, abort=True)
            return refuse(start_response, "Malformed Socket.IO packets.")
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        # One after the other, also where a client sends two at once: its end after its beginning.
        with vars(connection).setdefault("posting", threading.Lock()):
            return self.behind(environ, start_response)

    def read(self, environ: dict[str, Any]) -> bytes | None:
        """Return the packets of a request without their attachments, or None if they are none."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > self.engine.max_http_buffer_size:
            return None
        try:
            text = environ["wsgi.input"].read(int(length)).decode()
        except (ValueError, OSError):
            return None
        packets = [one for one in text.split(SEPARATOR) if not one.startswith(BINARY)]
        in_order = all(is_packet(one) and one != PROBE for one in packets)
        if not in_order or len(packets) > Payload.max_decode_packets:
            return None
        if END in packets:
            del packets[packets.index(END) + 1 :]
        return SEPARATOR.join(packets).encode()


def refuse(start_response: Any, why: str) -> list[bytes]:
    """Answer a request with status 400, and say `why`."""
    start_response("400 Bad Request", PLAIN)
    return [why.encode()]
