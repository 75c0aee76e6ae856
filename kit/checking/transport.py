"""One WebSocket to a Socket.IO server: opened, written to, and read a frame at a time.

What arrives is read as strict JSON, as a browser reads it.
"""

import contextlib
import json
import select
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import websocket
from engineio import packet as engineio
from socketio import packet as socketio

from kit.checking.causes import CLOSED, FLOOD, NO_SOCKETIO, NOT_STRICT_JSON, REFUSED
from kit.checking.failure import Failure
from kit.checking.http import NoAnswer, NotStrict, shortened, strict_json
from kit.checking.renaming import Renaming
from kit.language import said
from kit.running.patience import STEP, Patience

MOST_BYTES = 64_000_000  # for one connection, all in all
HARD_LIMIT = 30  # seconds on the clock for one step of the transport; patience ends long before


@dataclass(frozen=True)
class Handshake:
    """What a client says when it opens its transport, beside what the library says for it."""

    cookies: str = ""  # as the header `Cookie` holds them
    query: str = ""  # what comes behind the usual one in the address, such as `&user=Eve`
    headers: Mapping[str, str] = field(default_factory=dict)


class _StrictJson:
    """The part of the json module that the packets use, strict in what it reads."""

    loads = staticmethod(lambda text, **_: strict_json(text))
    dumps = staticmethod(json.dumps)


class Packet(socketio.Packet):
    """A packet of Socket.IO, whose JSON is strict."""

    json = _StrictJson


class Gone(Exception):
    """The connection is closed."""


class _WebSocket(websocket.WebSocket):
    """A WebSocket that does not take in more than it can hold."""

    taken_in = 0

    def _recv(self, bufsize: int) -> Any:
        self.taken_in += bufsize
        if self.taken_in > MOST_BYTES:
            raise Failure(
                said("the server sends what it was asked for"),
                said("it sent one client more than {most} megabytes", most=MOST_BYTES // 1_000_000),
                FLOOD,
            )
        received = super()._recv(bufsize)
        self.taken_in -= bufsize - len(received)
        return received


class Transport:
    """What carries the packets of one client, who may change: `name` is what they are called."""

    def __init__(
        self, name: str, address: str, patience: Patience, handshake: Handshake, renaming: Renaming
    ) -> None:
        """Open the WebSocket at `address`, saying what the `handshake` says.

        Raises NoAnswer, or Failure where the answer is a refusal.
        """
        self.name = name
        self.is_closed = False
        self._renaming = renaming
        self._pending: Packet | None = None
        self._socket = self._opened(f"{address}{handshake.query}", handshake, patience)

    def _opened(
        self, address: str, handshake: Handshake, patience: Patience
    ) -> websocket.WebSocket:
        sockets: list[websocket.WebSocket] = []
        errors: list[Exception] = []
        # In a thread of its own, because the library waits for the answer without a way out.
        opening = threading.Thread(
            target=_open, args=(address, handshake, sockets, errors), daemon=True
        )
        opening.start()
        while opening.is_alive():
            opening.join(STEP)
            if opening.is_alive() and patience.is_over():
                raise NoAnswer(waited=True)
        if sockets:
            return sockets[0]
        error = errors[0]
        if not isinstance(error, websocket.WebSocketBadStatusException):
            raise NoAnswer(waited=False) from error
        raise Failure(
            said("{name} can connect with Socket.IO", name=self.name),
            said("the address /socket.io/ answered with status {status}", status=error.status_code),
            NO_SOCKETIO if error.status_code in {404, 405, 308} else REFUSED,
        ) from None

    def send(self, message: Packet) -> None:
        """Send a packet. Raises Gone."""
        encoded = message.encode()
        for part in encoded if isinstance(encoded, list) else [encoded]:
            frame = engineio.Packet(engineio.MESSAGE, part).encode()
            try:
                if isinstance(frame, bytes):
                    self._socket.send_binary(frame)
                else:
                    self._socket.send(frame)
            except (websocket.WebSocketException, OSError) as error:
                self.is_closed = True
                raise Gone from error

    def has_arrived(self) -> bool:
        """Whether there is something to read without waiting for it."""
        connected = self._socket.sock
        return connected is not None and bool(select.select([connected], [], [], 0)[0])

    def read(self, take: Callable[[Packet], None]) -> bool:
        """Read one frame, waiting a moment, and let `take` have the packet that it completes.

        Returns whether there was a frame. Raises Gone, and Failure where no browser could read it.
        """
        if self.is_closed:
            raise Gone
        try:
            self._socket.settimeout(STEP)
            frame = self._socket.recv()
        except websocket.WebSocketTimeoutException:
            return False
        except (websocket.WebSocketException, OSError, ValueError) as error:
            self.is_closed = True
            raise Gone from error
        finally:
            with contextlib.suppress(OSError):
                self._socket.settimeout(HARD_LIMIT)
        if frame == "":
            self.is_closed = True
            raise Gone
        packet = self._completed_by(frame)
        if packet:
            take(packet)
        return True

    def close(self) -> None:
        """Cut the connection without a word."""
        self.is_closed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown()

    def _completed_by(self, frame: str | bytes) -> Packet | None:
        """Return the packet that is whole now, or None. Raises Gone where it was a goodbye."""
        if isinstance(frame, bytes):
            if self._pending is not None and self._pending.add_attachment(frame):
                complete, self._pending = self._pending, None
                return complete
            return None
        kind, text = frame[:1], frame[1:]
        if kind == str(engineio.PING):
            with contextlib.suppress(websocket.WebSocketException, OSError):
                self._socket.send(str(engineio.PONG) + text)
        elif kind == str(engineio.CLOSE):
            self.is_closed = True
            raise Gone
        elif kind == str(engineio.MESSAGE):
            message = self._read_as_a_browser(text)
            if not message.attachment_count:
                return message
            self._pending = message
        return None

    def _read_as_a_browser(self, text: str) -> Packet:
        try:
            return Packet(encoded_packet=self._renaming.from_app(text))
        except Exception as error:  # the library expects packets that are well formed
            cause = NOT_STRICT_JSON if isinstance(error, NotStrict) else CLOSED
            raise Failure(
                said("everything that {name} is sent can be read by a browser", name=self.name),
                said("{name} was sent {text}", name=self.name, text=shortened(text)),
                cause,
            ) from None


def _open(
    address: str,
    handshake: Handshake,
    sockets: list[websocket.WebSocket],
    errors: list[Exception],
) -> None:
    """Add to `sockets` the one that was opened, or to `errors` why it was not."""
    try:
        sockets.append(
            websocket.create_connection(
                address,
                timeout=HARD_LIMIT,
                http_no_proxy=["*"],
                suppress_origin=True,
                # `recv` decodes the text anyway; this would go over each byte in Python before.
                skip_utf8_validation=True,
                class_=_WebSocket,
                cookie=handshake.cookies or None,
                header=dict(handshake.headers),
            )
        )
    except Exception as error:  # what answers there may say anything
        errors.append(error)
