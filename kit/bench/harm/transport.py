"""The two ways in which Engine.IO's packets travel, for clients that have to break and come back.

Both take an address such as `http://127.0.0.1:8000` (a path prefix may follow), and raise `Lost` as
soon as the connection cannot go on.
"""

import http.client
import json
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol
from urllib.parse import urlsplit

import websocket

SEPARATOR = "\x1e"
PING, PONG, NOOP, CLOSE = "2", "3", "6", "1"


class Lost(Exception):
    """The connection has ended, or was refused. The text says how."""


class Transport(Protocol):
    """One connection of Engine.IO; `opened` holds the id that the server gave it."""

    opened: str

    def send(self, packet: str) -> None: ...

    def receive(self) -> list[str]: ...

    def cut(self) -> None: ...

    def close(self) -> None: ...


class Polling:
    """Long polling: a request for what has come, and one for each packet to send."""

    def __init__(
        self, url: str, source: str, headers: dict[str, str] | None = None, seconds: float = 30
    ) -> None:
        """Connect from the address `source`; wait `seconds` for each answer at most."""
        parts = urlsplit(url)
        self.path = f"{parts.path.rstrip('/')}/socket.io/?EIO=4&transport=polling"
        self.headers = headers or {}
        self.connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, seconds, source_address=(source, 0)
        )
        try:
            packet = self._ask("GET")
        except Lost:
            self.close()
            raise
        self.opened = json.loads(packet.split(SEPARATOR)[0][1:])["sid"]
        self.path += f"&sid={self.opened}"

    def send(self, packet: str) -> None:
        self._ask("POST", packet)

    def receive(self) -> list[str]:
        return self._ask("GET").split(SEPARATOR)

    def _ask(self, method: str, body: str | None = None) -> str:
        try:
            self.connection.request(method, self.path, body, self.headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException, AttributeError) as error:
            # AttributeError: what http.client meets where another thread has cut the connection
            raise Lost(f"{type(error).__name__}: {error}") from None
        if answer.status != 200:
            raise Lost(f"{method} was answered {answer.status}: {text[:200]}")
        return text

    def cut(self) -> None:
        """Break the connection, without a word to the server."""
        if self.connection.sock is not None:
            break_off(self.connection.sock)

    def close(self) -> None:
        self.connection.close()


class WebSocket:
    """A WebSocket from the first packet on."""

    def __init__(
        self,
        url: str,
        source: str,
        headers: dict[str, str] | None = None,
        seconds: float = 60,
        held: int | None = None,
    ) -> None:
        """Connect from the address `source`; wait `seconds` for each packet at most.

        `held` is how many bytes the system holds for us while we do not read.
        """
        parts = urlsplit(url)
        stream = socket.socket()
        stream.settimeout(seconds)
        if held:
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, held)
        try:
            stream.bind((source, 0))
            stream.connect((parts.hostname or "", parts.port or 80))
        except OSError as error:
            stream.close()
            raise Lost(f"{type(error).__name__}: {error}") from None
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = stream
        self.connection = websocket.WebSocket()
        self.connection.settimeout(seconds)
        path = f"{parts.path.rstrip('/')}/socket.io/?EIO=4&transport=websocket"
        try:
            self.connection.connect(  # type: ignore[no-untyped-call]
                f"ws://{parts.netloc}{path}",
                socket=stream,
                header=dict(headers or {}),
                suppress_origin=True,
            )
            self.opened = json.loads(str(self.connection.recv())[1:])["sid"]
        except (OSError, ValueError, websocket.WebSocketException) as error:
            stream.close()
            raise Lost(f"{type(error).__name__}: {error}") from None

    def send(self, packet: str) -> None:
        try:
            self.connection.send(packet)
        except (OSError, websocket.WebSocketException) as error:
            raise Lost(f"{type(error).__name__}: {error}") from None

    def receive(self) -> list[str]:
        try:
            packet = self.connection.recv()
        except (OSError, websocket.WebSocketException) as error:
            raise Lost(f"{type(error).__name__}: {error}") from None
        return [str(packet)] if packet else []

    def cut(self) -> None:
        """Break the connection, without a word to the server."""
        if self.connection.sock is not None:
            break_off(self.connection.sock)

    def close(self) -> None:
        self.connection.shutdown()  # type: ignore[no-untyped-call]
        self.stream.close()


TRANSPORTS: dict[str, Callable[..., Transport]] = {"websocket": WebSocket, "polling": Polling}


def break_off(stream: socket.socket) -> None:
    """Reset a connection, as a network does that fails."""
    with suppress(OSError):
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)
