"""A client that comes back whatever happens to its connection, and notes what it has heard.

Each runs in a thread of its own. It joins one dashboard, and after every loss it goes on with its
session, from the newest number that it has heard. `numbers` must then be complete and in order:
what is not, is in `wrong`.
"""

import json
import random
import threading
from dataclasses import dataclass, field
from typing import Any

from kit.bench.harm import transport as transports
from kit.bench.harm.transport import TRANSPORTS, Lost, Transport

LONGEST_PAUSE = 0.8  # seconds between two tries


@dataclass
class ResumingClient:
    """One client of `dashboard` at `url`; `source` is the address it comes from.

    Start it by `start`, break its connection by `cut`, end it by `stop`. `fault` is the exception
    that ended its thread, if any.
    """

    url: str
    dashboard: str = "stocks"
    transport: str = "websocket"
    source: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)

    numbers: list[int] = field(default_factory=list)  # of each update, as they came
    updates: list[dict[str, Any]] = field(default_factory=list)  # the newest, with their points
    newest: int = 0  # the number of the newest update, or of the figure
    wrong: list[str] = field(default_factory=list)  # numbers left out, or heard twice
    losses: list[str] = field(default_factory=list)  # how each connection ended
    resumed: int = 0  # how often the session went on
    replayed: int = 0  # updates that the server says it has sent again
    snapshots: int = 0  # figures in place of updates, after the first
    expired: int = 0  # how often the session was over
    goodbyes: list[float] = field(default_factory=list)  # seconds that the server asked it to wait
    engine_ids: list[str] = field(default_factory=list)  # of each connection
    watching: int = 0  # how many the server says there are, in the newest audience
    fault: Exception | None = None

    def __post_init__(self) -> None:
        self.session: str | None = None
        self.fresh: str | None = None
        self.is_in = False  # whether it is in its dashboard's room
        self.is_sent_away = False  # whether it was told goodbye, and has not waited yet
        self.pause = 0.0
        self._connection: Transport | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> "ResumingClient":
        self._thread.start()
        return self

    def cut(self) -> None:
        """Break the connection that there is, if any. It comes back by itself."""
        if self._connection is not None:
            self._connection.cut()

    def stop(self) -> None:
        """End it, and return when its thread has ended."""
        self._ended.set()
        self.cut()
        self._thread.join(10)

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    self._connect()
                except Lost as lost:
                    self.losses.append(str(lost))
                if self._connection is not None:
                    self._connection.close()
                self.is_in = False
                self._ended.wait(self._pause())
        except Exception as fault:
            self.fault = fault

    def _pause(self) -> float:
        """Return the seconds until the next try: what the server asked for, or a bit more each."""
        if self.is_sent_away:
            self.is_sent_away = False
            return self.goodbyes[-1]
        self.pause = min(self.pause * 2 + 0.05, LONGEST_PAUSE)
        return random.uniform(0.3, 1) * self.pause

    def _connect(self) -> None:
        """Connect, and follow the dashboard until the connection is lost."""
        connection = TRANSPORTS[self.transport](self.url, self.source, self.headers)
        self._connection = connection
        if self._ended.is_set():
            connection.cut()
        self.engine_ids.append(connection.opened)
        connection.send("40")
        while True:
            for packet in connection.receive():
                if packet == transports.PING:
                    connection.send(transports.PONG)
                elif packet == transports.CLOSE:
                    raise Lost("the server has closed it")
                elif packet.startswith("44"):
                    raise Lost(f"refused: {packet[2:]}")
                elif packet.startswith(("42", "43")):
                    self._take(connection, packet)

    def _take(self, connection: Transport, packet: str) -> None:
        """Do what an event or an acknowledgement asks for."""
        if packet.startswith("430"):
            self._joined(json.loads(packet[3:])[0])
        elif packet.startswith("431"):
            self._resumed(connection, json.loads(packet[3:])[0])
        else:
            event, payload = json.loads(packet[2:])
            if event == "welcome":
                self.fresh = payload["session"]
                self._enter(connection)
            elif event == "update_data" and payload["dashboard"] == self.dashboard:
                self._hear(payload)
            elif event == "update_chart" and payload["dashboard"] == self.dashboard:
                self._see(payload)
            elif event == "audience":
                self.watching = payload["watching"]
            elif event == "goodbye":
                self.goodbyes.append(payload["reconnect_in"])
                self.is_sent_away, self.pause = True, 0

    def _enter(self, connection: Transport) -> None:
        """Go on with the session, or join."""
        if self.session is None:
            self.session = self.fresh
            self._join(connection)
        else:
            shown = {"session": self.session, "number": self.newest}
            connection.send(f"421{json.dumps(['resume_session', shown])}")

    def _join(self, connection: Transport) -> None:
        connection.send(f"420{json.dumps(['join_dashboard', {'dashboard': self.dashboard}])}")

    def _joined(self, answer: dict[str, Any]) -> None:
        if not answer["ok"]:
            raise Lost(f"it may not join: {answer['error']}")
        self.is_in, self.pause = True, 0

    def _resumed(self, connection: Transport, answer: dict[str, Any]) -> None:
        if not answer["ok"]:  # as anybody new
            self.expired += 1
            self.session = self.fresh
            self._join(connection)
        elif answer["dashboard"] != self.dashboard:  # it was lost before it had joined
            self._join(connection)
        else:
            self.resumed += 1
            self.replayed += answer["replayed"]
            self.is_in, self.pause = True, 0

    def _hear(self, payload: dict[str, Any]) -> None:
        number = payload["number"]
        if number != self.newest + 1:
            self.wrong.append(f"{number} after {self.newest}")
        self.newest = number
        self.numbers.append(number)
        self.updates = [*self.updates[-49:], payload]

    def _see(self, payload: dict[str, Any]) -> None:
        """Take a whole figure: what comes next is the update after it."""
        self.snapshots += bool(self.numbers)
        if payload["number"] < self.newest:
            self.wrong.append(f"the figure at {payload['number']} after {self.newest}")
        self.newest = payload["number"]
