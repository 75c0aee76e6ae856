# lab 14 (given): a module for what leaves the deployed server
"""What leaves the deployed server: framed once for a whole room, sent at once, nobody waited for.

Left to themselves, the libraries frame an update anew for each client, and wake a greenlet of each
to send it: two thirds of what a broadcast costs. They also take a part that was sent for the whole,
which garbles what a slow client is sent, and they keep for it whatever it does not read. Here a
slow client costs a bounded number of bytes, and its connection beyond that; when it comes back, it
is sent what it missed.

`install` puts this in the place of engineio's own queue and WebSocket for gevent.
"""

import socket
from contextlib import suppress
from functools import lru_cache
from typing import Any

import engineio
import gevent
from engineio.async_drivers import gevent as driver
from engineio.packet import MESSAGE
from gevent.queue import JoinableQueue

from .. import logs

MOST_WAITING = 1 << 20  # bytes that wait for one slow client; the system holds some more
AT_A_TIME = 1 << 16
FAREWELL = 5.0  # seconds that a client has to answer the end of its connection


@lru_cache(maxsize=1)
def frame(message: str | bytes) -> bytes:
    """Return a whole WebSocket message from a server as one frame. The last one is remembered."""
    kind, payload = (0x82, message) if isinstance(message, bytes) else (0x81, message.encode())
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    if size < 1 << 16:
        return bytes((kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((kind, 127)) + size.to_bytes(8, "big") + payload


class Sender:
    """One connection as simple-websocket uses it, but `send` takes everything and never waits.

    What the system does not take at once is `waiting`, and follows as soon as it does.
    """

    def __init__(self, connection: Any) -> None:
        """Send through `connection`, a socket of gevent's."""
        self.connection = connection
        self.close = connection.close
        self.waiting = bytearray()

    def recv(self, size: int) -> bytes:
        """Return what has come, `size` bytes at most.

        Everybody else has a turn first: gevent gives it only to who waits, and who is sent more
        than it can read never does.
        """
        gevent.sleep(0)
        came: bytes = self.connection.recv(size)
        return came

    def send(self, data: bytes) -> int:
        """Send `data` after whatever waits. Raises OSError where the connection has ended."""
        if self.waiting:
            self._make_room(len(data))
            sent = 0
        else:
            try:
                sent = self.connection.send(data, 0, 0.0)  # gevent's: wait no time
            except BlockingIOError:
                sent = 0
            if sent == len(data):
                return sent
            gevent.spawn(self._follow)
        self.waiting += data[sent:]
        return len(data)

    def _make_room(self, size: int) -> None:
        """End the connection where so many bytes more are too many. Then raises OSError."""
        if len(self.waiting) + size > MOST_WAITING:
            logs.log.warning("a client reads too slowly; its connection is ended")
            self.end()
            raise BrokenPipeError("the client reads too slowly")

    def _follow(self) -> None:
        """Send what waits, as fast as the client takes it."""
        try:
            while self.waiting:
                # A copy: while this waits for the client, more may be added.
                del self.waiting[: self.connection.send(bytes(self.waiting[:AT_A_TIME]))]
        except OSError:
            self.end()

    def end(self) -> None:
        """End the connection for both sides, whatever still waits."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


class Outbox(JoinableQueue[Any]):
    """The queue of one client's packets; once there is a `sender`, it is passed by if it can be."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sender: Sender | None = None

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Send a message at once, unless something waits.

        Pings take the queue: engineio ends a connection for whose queue there is never anything.
        So does None, which is the end.
        """
        sender = self.sender
        if sender is None or self.qsize() or item is None or item.packet_type != MESSAGE:
            super().put(item, block, timeout)
            return
        try:
            sender.send(frame(item.encode()))
        except OSError:
            # engineio's own writer meets the same error, and ends the connection.
            super().put(item, block, timeout)


class WebSocket(driver.WebSocketWSGI):  # type: ignore[misc]
    """One WebSocket of engineio's, which sends through a `Sender`."""

    def __init__(self, handler: Any, server: Any) -> None:
        """Take what engineio gives: its method that handles the WebSocket, and its server."""
        super().__init__(self._begin, server)
        self.handler = handler

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer the request that opens the WebSocket, and stay until it is closed."""
        # Browsers offer to compress. For each client apart, a message of 130 bytes is not worth it.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return super().__call__(environ, start_response)

    def _begin(self, _: Any) -> Any:
        self.sender = self.ws.sock = Sender(self.ws.sock)
        return self.handler(self)

    def send(self, message: str | bytes) -> None:
        """Send one message. Raises OSError where the connection has ended."""
        if not self.ws.connected:
            raise OSError("the WebSocket is closed")
        self.sender.send(frame(message))
        # Only now: while a client changes over from polling, its packets have to stay in the queue.
        if self.handler.__self__.upgraded:
            self.handler.__self__.queue.sender = self.sender

    def close(self) -> None:
        """Close it, and see to it that a client that does not answer is not waited for."""
        with suppress(OSError):
            super().close()
        gevent.spawn_later(FAREWELL, self.sender.end)


def send_packet(server: engineio.Server, sid: str, packet: Any) -> None:
    """Send a packet to one client, as engineio's method of this name does, but without its detour.

    For each packet that looks whether the client's pong is overdue, and logs; in the background
    engineio looks again and again anyway.
    """
    client = server.sockets.get(sid)
    if client is None or client.closed or not isinstance(client.queue, Outbox):
        USUAL(server, sid, packet)
    else:
        client.queue.put(packet)


USUAL = engineio.Server.send_packet


def install() -> None:
    """Let every server made after this, in gevent mode, send in this way."""
    driver._async |= {"queue": Outbox, "websocket": WebSocket}
    engineio.Server.send_packet = send_packet
