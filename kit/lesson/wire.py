"""What passes between clients and the server, recorded at the client and drawn as a diagram."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from IPython.display import Markdown, display
from socketio import Client
from socketio import packet as socketio

SERVER = "Server"
LONGEST = 60  # characters of a packet in the diagram


@dataclass(frozen=True)
class Packet:
    """One Socket.IO packet: when it passed (seconds since the first), who sent it, and to whom."""

    at: float
    sender: str
    receiver: str
    text: str


class Wire:
    """Records the packets of the clients that it watches."""

    def __init__(self) -> None:
        self._packets: list[Packet] = []
        self._names: list[str] = []
        self._began = time.monotonic()
        self._adding = threading.Lock()

    def watch(self, client: Client, name: str) -> None:
        """Record what `client` sends and receives, as `name`. Call it before `connect`."""
        if name not in self._names:
            self._names.append(name)
        engine = client.eio
        receive: Callable[..., Any] = engine.handlers["message"]
        send: Callable[..., Any] = engine.send

        def received(data: Any) -> Any:
            self._add(SERVER, name, data)
            return receive(data)

        def sent(data: Any) -> Any:
            self._add(name, SERVER, data)
            return send(data)

        engine.on("message", received)
        engine.send = sent

    def packets(self) -> pd.DataFrame:
        """Return what passed: `at` (seconds), `sender`, `receiver`, `packet` (the text itself)."""
        rows = [(round(p.at, 3), p.sender, p.receiver, p.text) for p in self._packets]
        return pd.DataFrame(rows, columns=["at", "sender", "receiver", "packet"])

    def diagram(self, most: int = 40) -> None:
        """Show what passed as a sequence diagram, at most the `most` newest packets of it."""
        display(Markdown(f"```mermaid\n{self.mermaid(most)}\n```"))  # type: ignore[no-untyped-call]

    def mermaid(self, most: int = 40) -> str:
        """Return the sequence diagram in Mermaid's language."""
        lines = ["sequenceDiagram", *(f"    participant {name}" for name in [*self._names, SERVER])]
        left_out = len(self._packets) - most
        if left_out > 0:
            lines.append(f"    Note over {SERVER}: {left_out} earlier packets are left out")
        lines += [
            f"    {packet.sender}->>{packet.receiver}: {_described(packet.text)}"
            for packet in self._packets[-most:]
        ]
        return "\n".join(lines)

    def _add(self, sender: str, receiver: str, data: Any) -> None:
        text = data if isinstance(data, str) else f"({len(data)} bytes)"
        with self._adding:
            self._packets.append(Packet(time.monotonic() - self._began, sender, receiver, text))


def _described(text: str) -> str:
    """Return a packet in words: `refresh_data {"a": 1}` for `2["refresh_data",{"a":1}]`."""
    try:
        packet = socketio.Packet(encoded_packet=text)
    except (ValueError, TypeError, IndexError):
        return _safe(text)
    kind = packet.packet_type
    if kind == socketio.CONNECT:
        words = "connect" if not packet.data or "sid" not in packet.data else "connected"
    elif kind == socketio.DISCONNECT:
        words = "disconnect"
    elif kind == socketio.CONNECT_ERROR:
        words = f"refused {json.dumps(packet.data)}"
    elif kind in {socketio.ACK, socketio.BINARY_ACK}:
        words = f"ack of {packet.id} {json.dumps(packet.data)}"
    else:
        event, *payload = packet.data or ["?"]
        number = "" if packet.id is None else f" (ack {packet.id} wanted)"
        words = " ".join([str(event), *(json.dumps(part) for part in payload)]) + number
    return _safe(words)


# Signs that mean something to Mermaid, and how it wants them written.
ENTITIES = str.maketrans({"#": "#35;", ";": "#59;", "<": "#lt;", ">": "#gt;", "\n": " "})


def _safe(text: str) -> str:
    """Return `text` short, and without the signs that mean something to Mermaid."""
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return short.translate(ENTITIES)
