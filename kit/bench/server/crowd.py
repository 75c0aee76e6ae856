"""A crowd: many clients of one server, all read by one loop, in one thread.

Each is a plain socket, speaks Socket.IO over WebSocket and joins one dashboard. Every update is
looked at: its number must be the one after the last, so a rate counts nothing that was lost or came
twice.
"""

from __future__ import annotations  # array[int] is a name for mypy alone

import selectors
import socket
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from kit.bench import websocket
from kit.bench.websocket import ProtocolError

AT_ONCE = 50  # connections under way: fewer than any server's queue of those it has not accepted
UPDATE = b'42["update_data",'
NUMBER = b'"number":'


@dataclass(slots=True, eq=False)
class Client:
    """One connection. `number` is the last update's; `updates` counts them."""

    socket: socket.socket
    rest: bytes = b""
    open: bool = False
    joined: bool = False
    number: int | None = None
    updates: int = 0


@dataclass
class Arrivals:
    """Which update came when, one entry a delivery: its number, and the monotonic time in ns."""

    numbers: array[int] = field(default_factory=lambda: array("q"))
    times: array[int] = field(default_factory=lambda: array("q"))


class Crowd:
    """The clients of the server at 127.0.0.1, `port`, in the room of `dashboard`.

    `deliveries` counts the updates that have come, `wrong` those that were not the next one.
    While `arrivals` is set, each delivery is added to it. `figure_bytes` and `update_bytes` are the
    sizes, with the WebSocket's frame, of the last whole figure and the last update.
    """

    def __init__(self, port: int, dashboard: str) -> None:
        self.port = port
        self.join = websocket.frame(
            b'420["join_dashboard",{"dashboard":"' + dashboard.encode() + b'"}]'
        )
        self.selector = selectors.DefaultSelector()
        self.buffer = bytearray(1 << 18)
        self.clients: list[Client] = []
        self.joined = 0
        self.deliveries = 0
        self.wrong = 0
        self.figure_bytes = 0
        self.update_bytes = 0
        self.arrivals: Arrivals | None = None

    def grow(
        self, size: int, seconds: float, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Connect and join until there are `size` clients; call `meanwhile` now and then.

        Raises ProtocolError where a server refuses or ends a connection, or takes longer.
        """
        told = time.monotonic()
        ends = told + seconds
        while self.joined < size:
            while len(self.clients) < size and len(self.clients) - self.joined < AT_ONCE:
                self._connect()
            self.read(0.1)
            if (now := time.monotonic()) > told + 1:
                meanwhile()
                told = now
            if now > ends:
                raise ProtocolError(f"let {self.joined} of {size} clients join in {seconds:g} s")

    def _connect(self) -> None:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(websocket.opening("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        client = Client(connection)
        self.clients.append(client)
        self.selector.register(connection, selectors.EVENT_READ, client)

    def read(self, seconds: float) -> None:
        """Read what has come; wait at most so many `seconds` for the first of it."""
        for key, _ in self.selector.select(seconds):
            client: Client = key.data
            try:
                size = client.socket.recv_into(self.buffer)
            except BlockingIOError:
                continue
            except OSError as error:
                raise ProtocolError(f"broke a connection: {error}") from None
            if not size:
                raise ProtocolError("ended a connection")
            came = bytes(memoryview(self.buffer)[:size])
            self._take(client, client.rest + came if client.rest else came)

    def _take(self, client: Client, data: bytes) -> None:
        """Handle every whole frame of `data`, and keep what is left of it."""
        now = time.monotonic_ns()
        if not client.open:
            after = websocket.after_opening(data)
            if after is None:
                client.rest = data
                return
            client.open, data = True, after
        at = 0
        for kind, start, end in websocket.frames(data):
            if data.startswith(UPDATE, start):
                self._count(client, data, start, end, now)
                self.update_bytes = end - at
            else:
                self._answer(client, kind, data[start:end], end - at)
            at = end
        client.rest = data[at:]

    def _count(self, client: Client, data: bytes, start: int, end: int, now: int) -> None:
        found = data.find(NUMBER, start, end) + len(NUMBER)
        stop = found
        while 48 <= data[stop] <= 57:  # an ASCII digit
            stop += 1
        number = int(data[found:stop])
        if client.number is not None and number != client.number + 1:
            self.wrong += 1
        client.number = number
        client.updates += 1
        self.deliveries += 1
        if self.arrivals is not None:
            self.arrivals.numbers.append(number)
            self.arrivals.times.append(now)

    def _answer(self, client: Client, kind: int, text: bytes, size: int) -> None:
        """Do what a client of Socket.IO does about everything but an update."""
        if kind == websocket.CLOSE:
            raise ProtocolError("closed a connection")
        if kind == websocket.PING:
            client.socket.send(websocket.frame(text, websocket.PONG))
        elif text.startswith(b"0"):  # Engine.IO's opening; now Socket.IO's
            client.socket.send(websocket.frame(b"40"))
        elif text == b"2":  # Engine.IO's ping
            client.socket.send(websocket.frame(b"3"))
        elif text.startswith(b"40"):
            client.socket.send(self.join)
        elif text.startswith(b"44"):
            raise ProtocolError(f"refused a client: {text[2:].decode()}")
        elif text.startswith(b'42["update_chart"'):
            self.figure_bytes = size
        elif text.startswith(b"430"):
            if b'"ok":true' not in text.replace(b" ", b""):
                raise ProtocolError(f"let a client not join: {text[3:].decode()}")
            client.joined = True
            self.joined += 1

    def close(self) -> None:
        """Drop every connection."""
        self.selector.close()
        for client in self.clients:
            client.socket.close()
