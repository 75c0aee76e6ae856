"""Bad clients that begin, and do not go on."""

import socket
import struct
from contextlib import suppress
from typing import Any

from kit.bench import websocket
from kit.bench.harm.bad.attack import Attack


class Idlers(Attack):
    """Clients that begin and do not go on, or do not read; each holds its connection to the end."""

    BEGINNINGS = (
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        b"POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\nname=",
        b"POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nContent-Length: 900\r\n\r\n4",
        websocket.opening("127.0.0.1", 0)[:-2],
        websocket.opening("127.0.0.1", 0),
        websocket.opening("127.0.0.1", 0) + websocket.frame(b"40")[:-1],
        websocket.opening("127.0.0.1", 0) + b"\x81",
        websocket.opening("127.0.0.1", 0)
        + websocket.frame(b"40")
        + websocket.frame(b'42["join_dashboard",{"dashboard":"stocks"}]'),
    )

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.held: list[socket.socket] = []

    def send(self, batch: Any) -> None:  # noqa: ARG002
        """Send one byte more on each connection; open those that the server has ended anew."""
        if not self.held:
            for beginning in self.BEGINNINGS * 3:
                one = self.connect()
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                one.sendall(beginning)
                self.held.append(one)
                self.cases += 1
        for one in self.held:
            with suppress(OSError):
                one.send(b"x", socket.MSG_DONTWAIT)

    def end(self) -> None:
        for one in self.held:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()
        self.held = []
