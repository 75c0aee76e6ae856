"""One Socket.IO connection of a check, which keeps everything that it hears.

It speaks the protocol over one WebSocket, without threads of its own: it reads only while it waits,
so that what happens in a check has one order.
"""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from socketio import packet as socketio

from kit.checking.causes import FLOOD
from kit.checking.failure import Failure
from kit.checking.renaming import NONE, Renaming
from kit.checking.transcript import Kind, Passed, Transcript
from kit.checking.transport import Gone, Handshake, Packet, Transport
from kit.language import said
from kit.running.patience import STEP, Patience

PROBE = "/roundtrip-probe"  # a namespace that no server has
MOST_EVENTS = 20_000
NOTHING = Handshake()


@dataclass
class Heard:
    """An event that arrived: its name and its payload, None where there was none.

    With an `id` the server has asked for an acknowledgement.
    """

    event: str
    payload: Any
    taken: bool = False
    id: int | None = None
    passed: Passed | None = None  # where it stands in the transcript


class Connection:
    """One client's connection. `heard` holds everything that the client was told, in order.

    When a client is done with it, another one can have the transport: see `put_by`.
    """

    def __init__(
        self,
        name: str,
        url: str,
        patience: Patience,
        handshake: Handshake = NOTHING,
        *,
        namespace: str = "/",
        renaming: Renaming = NONE,
    ) -> None:
        """Open the transport to the server at `url`; `connect` does the rest.

        All that is said is said in `namespace`. Raises NoAnswer, or Failure where the answer is a
        refusal.
        """
        self.transcript: Transcript | None = None  # what passes is noted there
        self.app = 0  # of those that its server serves
        self.namespace = namespace
        self._renaming = renaming
        self._next_id = 0
        self._probes = self._probed = 0
        self._handshake = handshake
        address = f"{url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        self._transport = Transport(name, address, patience, handshake, renaming)
        self._begin(name)

    def _begin(self, name: str) -> None:
        self.name = self._transport.name = name
        self.sid = ""
        self.heard: list[Heard] = []
        self.acks: dict[int, list[Any]] = {}
        # What this client acknowledges with, where it is asked to; None says nothing.
        self.says: tuple[Any, ...] | None = None
        self.refusal: Any = None
        self.is_connected = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing comes any more."""
        return self._transport.is_closed

    def connect(self, patience: Patience, auth: Any = None) -> bool:
        """Ask to be let in, and return whether the server said yes. Raises Gone."""
        how = {"namespace": self.namespace, **asdict(self._handshake)}
        self.note(Kind.CONNECT, sent=True, data=() if auth is None else (auth,), options=how)
        self._transport.send(
            Packet(socketio.CONNECT, data=self._renaming.to_app(auth), namespace=self.namespace)
        )
        self._wait(patience, lambda: self.is_connected or self.refusal is not None)
        return self.is_connected

    def emit(self, event: str, *payload: Any) -> None:
        """Send an event, and do not wait."""
        self.note(Kind.EVENT, event, sent=True, data=payload)
        data = [event, *self._renaming.to_app(payload)]
        self._transport.send(Packet(socketio.EVENT, data=data, namespace=self.namespace))

    def call(self, patience: Patience, event: str, *payload: Any) -> list[Any] | None:
        """Send an event, and return what its acknowledgement holds, or None where none came."""
        self._next_id += 1
        number = self._next_id
        self.note(Kind.EVENT, event, sent=True, data=payload, number=number)
        data = [event, *self._renaming.to_app(payload)]
        self._transport.send(Packet(socketio.EVENT, data=data, id=number, namespace=self.namespace))
        self._wait(patience, lambda: number in self.acks)
        return self.acks.pop(number, None)

    def take(self, patience: Patience, event: str) -> Heard | None:
        """Return the first such event that was not taken yet, waiting for it; or None."""
        self._wait(patience, lambda: self._first(event) is not None)
        found = self._first(event)
        if found:
            found.taken = True
        return found

    def note(
        self,
        kind: Kind,
        name: str = "",
        *,
        sent: bool = False,
        data: tuple[Any, ...] = (),
        number: int | None = None,
        options: Mapping[str, Any] | None = None,
        came: bool = True,
    ) -> Passed:
        """Note a message of this client, or for it, and return it."""
        message = Passed(kind, self.name, sent, name, data, number, options or {}, self.app, came)
        return self.transcript.add(message) if self.transcript else message

    @property
    def last_id(self) -> int:
        """The number of the acknowledgement that this client has asked for last."""
        return self._next_id

    def acknowledged(self) -> Passed | None:
        """Return the acknowledgement that this client was sent last."""
        messages = self.transcript.messages if self.transcript else []
        mine = [one for one in messages if one.client == self.name and one.kind is Kind.ACK]
        return next((one for one in reversed(mine) if not one.sent and one.came), None)

    def payloads(self, event: str) -> list[Any]:
        """Return the payloads of every such event so far, without waiting."""
        return [heard.payload for heard in self.heard if heard.event == event]

    def settle(self, patience: Patience) -> bool:
        """Make a round trip, so that all that was sent to this client before has arrived.

        Returns False where the server no longer answers.
        """
        try:
            wanted = self._probe()
            self._wait(patience, lambda: self._probed >= wanted)
        except Gone:
            return False
        return self._probed >= wanted

    def _probe(self) -> int:
        """Ask for what comes through the same queue as any event: a no to an unknown namespace."""
        self._transport.send(Packet(socketio.CONNECT, namespace=PROBE))
        self._probes += 1
        return self._probes

    def leave(self) -> None:
        """Say goodbye and close, as a client does that is done."""
        self.note(Kind.LEFT, sent=True)
        with contextlib.suppress(Gone):
            self._transport.send(Packet(socketio.DISCONNECT, namespace=self.namespace))
        self.drop()

    def put_by(self) -> bool:
        """Leave, and keep the transport for another client; return whether that can be done."""
        if not self.is_connected or self._handshake.cookies or self.namespace != "/":
            self.drop()
            return False
        self.transcript = None  # what comes now belongs to nobody's story
        try:
            self._transport.send(Packet(socketio.DISCONNECT))
            self._probe()
        except Gone:
            self.drop()
            return False
        return True

    def take_up(self, name: str, patience: Patience) -> bool:
        """Be another client's, of whom nothing is heard yet; `connect` does the rest.

        Returns False where the server no longer answers.
        """
        try:
            self._wait(patience, lambda: self._probed >= self._probes)
        except Gone:
            return False
        self._begin(name)
        return self._probed >= self._probes

    def drop(self) -> None:
        """Cut the connection without a word."""
        self.is_connected = False
        self._transport.close()

    def _first(self, event: str) -> Heard | None:
        return next((h for h in self.heard if h.event == event and not h.taken), None)

    def _wait(self, patience: Patience, done: Callable[[], bool]) -> None:
        """Read until `done`, or until waiting makes no sense. Raises Gone."""
        looked = time.monotonic()
        last = 0  # the probe whose answer comes after all that was on its way, once it was sent
        while not done() and (not last or self._probed < last):
            # What was sent before says nothing of how long the server has been silent now, however
            # long it takes us to read. Other events may come without an end, though.
            behind = self._transport.has_arrived()
            came = self._transport.read(self._take_packet)
            now = time.monotonic()
            if came and (behind or now - looked < STEP):
                if now >= patience.ends:
                    return
            else:
                looked = now
                if patience.is_over():
                    return
                if patience.at_rest and not last:
                    last = self._probe()

    def _take_packet(self, message: Packet) -> None:
        if message.namespace == PROBE:
            self._probed += 1
        elif message.packet_type == socketio.CONNECT:
            self.is_connected = True
            self.note(Kind.LET_IN)
            self.sid = message.data.get("sid", "") if isinstance(message.data, dict) else ""
        elif message.packet_type == socketio.CONNECT_ERROR:
            self.refusal = message.data or "refused"
            self.note(Kind.REFUSED, data=(self.refusal,))
        elif message.packet_type == socketio.DISCONNECT:
            self._transport.is_closed = True
            self.note(Kind.CLOSED)
            raise Gone
        elif message.packet_type in {socketio.ACK, socketio.BINARY_ACK}:
            if message.id is not None:
                data = message.data
                self.acks[message.id] = values = data if isinstance(data, list) else []
                self.note(Kind.ACK, data=tuple(values), number=message.id)
        elif message.packet_type in {socketio.EVENT, socketio.BINARY_EVENT}:
            self._take_event(message.data, message.id)

    def acknowledge(self, number: int) -> None:
        """Acknowledge the event of this number with what this client says. Raises Gone."""
        says = self.says or ()
        self.note(Kind.ACK, sent=True, data=tuple(says))
        data = [*self._renaming.to_app(says)]
        self._transport.send(Packet(socketio.ACK, data=data, id=number, namespace=self.namespace))

    def _take_event(self, data: Any, number: int | None) -> None:
        event, *arguments = data if isinstance(data, list) and data else [""]
        payload = arguments[0] if len(arguments) == 1 else arguments or None
        passed = self.note(Kind.EVENT, str(event), data=tuple(arguments))
        self.heard.append(Heard(str(event), payload, id=number, passed=passed))
        if number is not None and self.says is not None:
            self.acknowledge(number)
        if len(self.heard) > MOST_EVENTS:
            raise Failure(
                said("{name} is sent a handful of events", name=self.name),
                said("{name} was sent more than {most}", name=self.name, most=MOST_EVENTS),
                FLOOD,
            )
