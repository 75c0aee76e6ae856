"""Bad clients over WebSocket."""

import re
import socket
import time
from contextlib import suppress
from typing import Any

from kit.bench import websocket
from kit.bench.harm.bad.attack import ANSWER_SECONDS, Attack
from kit.bench.harm.bad.packets import CLOSE, PING, PONG, TEXT, framed
from kit.bench.harm.target import PRIVATE

# The answers to a session that was believed, and to a token.
ACCEPTED = re.compile(rb'"replayed":|^40/admin,')


class Packeted(Attack):
    """Sends packets and frames over a WebSocket, which it keeps as long as the server does."""

    GREETING = framed(TEXT, b"40")

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.connection: socket.socket | None = None
        self.unread = b""
        self.turns = 0

    def send(self, batch: list[bytes]) -> None:
        self.cases += len(batch)
        self.turns += 1
        if self.connection is None:
            self._open()
        with suppress(ConnectionError, BrokenPipeError):
            self._write(b"".join(batch))
            self._wait_for(framed(PING, b"%d" % self.turns), b"\x8a", b"%d" % self.turns, batch)
            # Its handlers run beside each other: what is answered now has let the others begin.
            self._write(framed(TEXT, b"40"))
            mark = b"%d" % (1_000_000 + self.turns)
            asked = framed(TEXT, b'42%s["is anybody there"]' % mark)
            self._wait_for(asked, b"", b"43%s[" % mark, batch)
            return
        self.end()

    def end(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection, self.unread = None, b""

    def _open(self) -> None:
        self.connection = self.connect()
        self._write(websocket.opening("127.0.0.1", self.port))
        rest = None
        while rest is None:
            self.unread += self._read()
            rest = websocket.after_opening(self.unread)
        self.unread = rest
        self._write(self.GREETING)

    def _wait_for(self, asking: bytes, kind: bytes, answer: bytes, batch: Any) -> None:
        """Ask until the answer comes. Raises ConnectionError where the connection ends instead."""
        ends = time.monotonic() + ANSWER_SECONDS
        again = time.monotonic()
        while time.monotonic() < ends:
            if time.monotonic() >= again:
                self._write(asking)
                again = time.monotonic() + 1
            self.unread += self._read(0.2)
            seen = self._digest(batch)
            if any(one.startswith(kind) and answer in one for one in seen):
                return
        self.fault(f"no answer in {ANSWER_SECONDS:g} s, after {batch!r:.2000}")
        raise ConnectionError

    def _digest(self, batch: Any) -> list[bytes]:
        """Return the whole frames that have come, each as its kind's byte and its payload."""
        found, at = [], 0
        for kind, start, end in websocket.frames(self.unread):
            payload, at = self.unread[start:end], end
            if kind == PONG:  # an echo of what we have sent
                found.append(bytes((websocket.FINAL | kind,)) + payload)
                continue
            self.look_at(payload, batch)
            if ACCEPTED.search(payload):
                self.fault(f"a forgery was believed: {payload!r} after {batch!r:.1000}")
            if kind == CLOSE:
                raise ConnectionError  # an answer as well; whoever is still connected has to go
            if payload == b"2":
                self._write(framed(TEXT, b"3"))
            found.append(bytes((websocket.FINAL | kind,)) + payload)
        self.unread = self.unread[at:]
        return found

    def _write(self, data: bytes) -> None:
        assert self.connection
        try:
            self.connection.sendall(data)
        except TimeoutError:
            self.fault("it did not read what it was sent")
            raise ConnectionError from None

    def _read(self, seconds: float = ANSWER_SECONDS) -> bytes:
        assert self.connection
        self.connection.settimeout(seconds)
        try:
            data = self.connection.recv(1 << 16)
        except TimeoutError:
            return b""
        finally:
            self.connection.settimeout(ANSWER_SECONDS)
        if not data:
            raise ConnectionError
        return data


class Forger(Packeted):
    """Shows session texts and tokens that the server has not signed, or not for it."""

    GREETING = b""
    # What comes of it must not be that it is taken for a member.
    QUESTION = framed(TEXT, f'42["update_chart",{{"dashboard":"{PRIVATE}"}}]'.encode())

    def send(self, batch: list[bytes]) -> None:
        """Send a batch, and see whether it was believed."""
        super().send([*batch, self.QUESTION])
        self.cases -= 1
        self.end()
