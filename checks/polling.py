"""A client that only polls: it speaks Socket.IO over plain HTTP, as behind some proxies."""

import json
from typing import Any

from kit.checking import Cause, Failure, Response, Server, Silence, TimedOut

PATH = "/socket.io/?EIO=4&transport=polling"
BETWEEN = "\x1e"  # stands between the packets of one answer
PING, PONG = "2", "3"
LET_IN, EVENT, ACK, REFUSED = "40", "42", "43", "44"
MOST_ANSWERS = 200  # that are waited through for one packet


class Poller:
    """A client called `name` that asks for its events again and again, and never upgrades."""

    def __init__(self, server: Server, name: str, otherwise: Cause) -> None:
        """Take its transport up. `otherwise` is the cause where the server does not answer it.

        `upgrades` are the transports that the server offers it. Raises Failure.
        """
        self.name = name
        self._server, self._otherwise = server, otherwise
        self._path = PATH
        self._packets: list[str] = []
        self.heard: list[tuple[str, Any]] = []
        answer = self._asks("GET")
        if answer.status != 200 or not answer.text.startswith("0{"):
            expected = f"{name}, who only polls, is given a connection"
            raise Failure(expected, answer.summary, otherwise)
        opened = json.loads(answer.text.split(BETWEEN)[0][1:])
        self._path += f"&sid={opened['sid']}"
        self.upgrades: list[str] = opened.get("upgrades", [])

    def connects(self) -> None:
        """Ask to be let in, and wait for the answer. Raises Failure where that is no."""
        self._posts("40")
        answer = self._waits(LET_IN, REFUSED)
        if answer.startswith(REFUSED):
            expected = f"{self.name}, who only polls, is let in"
            raise Failure(expected, f"the server refused: {answer[2:]}", self._otherwise)

    def calls(self, event: str, payload: Any) -> Any:
        """Send an event and return what acknowledges it, None where that is nothing."""
        self._server.note(f"{self.name} sent `{event}` with {json.dumps(payload)}, by polling")
        self._posts(f"421{json.dumps([event, payload])}")
        values = json.loads(self._waits(f"{ACK}1[")[3:])
        return values[0] if values else None

    def expects(self, event: str) -> Any:
        """Return the payload of the next such event that it has not been asked for before.

        Events of other names that come first are kept in `heard`. Raises Failure.
        """
        for _ in range(MOST_ANSWERS):
            name, payload = self._next_event()
            if name == event:
                return payload
        expected = f"{self.name}, who only polls, is sent `{event}`"
        raise Failure(expected, "other events came, and never this one", self._otherwise)

    def _next_event(self) -> tuple[str, Any]:
        packet = self._waits(EVENT)
        name, *payload = json.loads(packet[packet.index("[") :])
        self.heard.append((name, payload[0] if payload else None))
        return self.heard[-1]

    def _waits(self, *beginnings: str) -> str:
        """Return the first packet that begins with one of these, and leave the others waiting."""
        for _ in range(MOST_ANSWERS):
            for packet in self._packets:
                if packet.startswith(beginnings):
                    self._packets.remove(packet)
                    return packet
            for packet in self._asks("GET").text.split(BETWEEN):
                if packet == PING:
                    self._posts(PONG)
                else:
                    self._packets.append(packet)
        expected = f"{self.name}, who only polls, is answered"
        raise Failure(expected, "something else came, and never an answer", self._otherwise)

    def _posts(self, packet: str) -> None:
        self._asks("POST", data=packet)

    def _asks(self, method: str, **options: Any) -> Response:
        """Return the answer to one request of the transport. Raises Failure."""
        with self._server.telling(f"{self.name} polled"):
            try:
                answer = self._server.request(method, self._path, by=self.name, **options)
            except (Silence, TimedOut) as found:
                raise (found if found.crash else found.because(self._otherwise)) from None
        if "sid=" in self._path and answer.status != 200:
            expected = f"{self.name} can poll as long as nobody leaves"
            raise Failure(expected, answer.summary, self._otherwise)
        return answer
