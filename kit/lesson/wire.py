"""What passes between clients and the server, recorded at the client and drawn as a diagram."""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from IPython.display import Markdown, display
from socketio import Client
from socketio import packet as socketio

from kit.language import _, _n

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
        self._watched: list[Any] = []
        self._began = time.monotonic()
        self._adding = threading.Lock()

    def watch(self, client: Client, name: str) -> None:
        """Record what `client` sends and receives, as `name`. Call it before `connect`."""
        engine = client.eio
        if engine in self._watched:  # the cell was run again
            return
        self._watched.append(engine)
        if name not in self._names:
            self._names.append(name)
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
        packets = list(self._packets)
        # A name may be a word that means something to Mermaid, so each gets another inside.
        inside = {name: f"P{number}" for number, name in enumerate([*self._names, SERVER])}
        lines = ["sequenceDiagram"]
        lines += [f"    participant {one} as {_safe(name)}" for name, one in inside.items()]
        left_out = len(packets) - most
        if left_out > 0:
            told = _n(
                "{count} earlier packet is left out",
                "{count} earlier packets are left out",
                left_out,
            )
            lines.append(f"    Note over {inside[SERVER]}: {told.format(count=left_out)}")
        lines += [
            f"    {inside[packet.sender]}->>{inside[packet.receiver]}: {_described(packet)}"
            for packet in packets[-most:]
        ]
        return "\n".join(lines)

    def _add(self, sender: str, receiver: str, data: Any) -> None:
        text = data if isinstance(data, str) else _("({count} bytes)").format(count=len(data))
        with self._adding:
            self._packets.append(Packet(time.monotonic() - self._began, sender, receiver, text))


def _described(passed: Packet) -> str:
    """Return a packet in words: `refresh_data {"a": 1}` for `2["refresh_data",{"a":1}]`."""
    try:
        packet = socketio.Packet(encoded_packet=passed.text)
    except (ValueError, TypeError, IndexError):
        return _safe(passed.text)
    kind = packet.packet_type
    if kind == socketio.CONNECT:
        words = "connected" if passed.sender == SERVER else "connect"
    elif kind == socketio.DISCONNECT:
        words = "disconnect"
    elif kind == socketio.CONNECT_ERROR:
        words = f"refused {_json(packet.data)}"
    elif kind in {socketio.ACK, socketio.BINARY_ACK}:
        words = " ".join([f"ack {packet.id}", *map(_json, packet.data or [])])
    else:
        event, *payload = packet.data or ["?"]
        wanted = "" if packet.id is None else f" (wants ack {packet.id})"
        words = " ".join([f"{event}{wanted}", *map(_json, payload)])
    if packet.namespace not in {None, "/"}:
        words = f"{packet.namespace} {words}"
    return _safe(words)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


# Signs that mean something to Mermaid, or to the Markdown around it.
SIGNS = re.compile(r"[#;<>%&$\\`]")


def _safe(text: str) -> str:
    """Return `text` short, in one line, and with Mermaid's signs as it wants them written."""
    line = "".join(sign if sign.isprintable() else " " for sign in text).strip() or " "
    short = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    return SIGNS.sub(lambda sign: f"#{ord(sign[0])};", short)
