"""One honest client: it reads everything, and notes whatever an honest client should not meet."""

import json
import socket
import struct
import time
from typing import Any

import requests
import websocket

from kit.bench.harm.target import MEMBER, PASSWORD

ABRUPTLY = struct.pack("ii", 1, 0)  # SO_LINGER: the connection is reset, without a farewell


def member_token(url: str) -> str:
    """Return a fresh token of the member, who signs in for it as a browser does."""
    with requests.Session() as browser:
        form = {"name": MEMBER, "password": PASSWORD}
        browser.post(f"{url}/auth/login", data=form, timeout=10).raise_for_status()
        answer = browser.get(f"{url}/auth/token", timeout=10)
        answer.raise_for_status()
        token: str = answer.json()["token"]
        return token


class Visitor:
    """A connection over WebSocket that speaks Socket.IO.

    `number` is the newest update that it has heard of its `dashboard`, `heard` how many, `session`
    what it can come back with. `problems` says in words what went wrong: an update that is missing,
    comes twice or late in the order, or is of a room that it is not in.
    """

    def __init__(self, url: str, token: str | None = None, after: "Visitor | None" = None) -> None:
        """Connect, as the member of `token` or as a guest, and wait for the greeting.

        With `after`, go on where that visitor's connection ended. Raises OSError or TimeoutError.
        """
        self.dashboard: str | None = after.dashboard if after else None
        self.number: int | None = after.number if after else None
        self.heard: int = after.heard if after else 0
        self.problems: list[str] = after.problems if after else []
        self.events: list[str] = []
        self.answers: dict[int, Any] = {}
        self.last_id = self.refreshed = 0
        self.session: str | None = None
        self.joining: str | None = None
        self.connection: Any = websocket.create_connection(
            f"{url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket",
            timeout=20,
            suppress_origin=True,
        )
        self._send("40" + (json.dumps({"token": token}) if token else ""))
        self._until(lambda: self.session, 20)
        if after and after.session:
            began = self.session
            answer = self.call("resume_session", {"session": after.session, "number": self.number})
            self.session = after.session if answer.get("ok") else began
            if not answer.get("ok"):
                self.problems.append(f"it could not go on: {answer}")

    def call(self, event: str, payload: Any, seconds: float = 20) -> Any:
        """Send an event, and return its acknowledgement. Raises TimeoutError, or OSError."""
        self.last_id += 1
        number = self.last_id
        self._send(f"42{number}{json.dumps([event, payload])}")
        self._until(lambda: number in self.answers, seconds)
        return self.answers.pop(number)

    def join(self, dashboard: str) -> None:
        """Go into a dashboard's room, out of every other."""
        self.joining = dashboard
        answer = self.call("join_dashboard", {"dashboard": dashboard})
        self.joining = None
        self.dashboard = dashboard
        if not answer.get("ok"):
            self.problems.append(f"it could not join {dashboard}: {answer}")

    def leave(self) -> None:
        """Leave the room."""
        self.call("leave_dashboard", {"dashboard": self.dashboard})
        self.dashboard = self.number = None

    def refresh(self) -> None:
        """Ask for the newest values, and wait for them."""
        before = self.refreshed
        self._send(f"42{json.dumps(['refresh_data', {'dashboard': self.dashboard}])}")
        self._until(lambda: self.refreshed > before, 20)

    def listen(self, seconds: float) -> None:
        """Take in what comes for so many seconds. Raises OSError where the connection has ended."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._take(left)

    def cut(self) -> None:
        """End the connection as a machine does that loses its network: without a word."""
        self.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPTLY)
        self.connection.shutdown()

    def close(self) -> None:
        """Take leave, and end the connection."""
        self._send("41")
        self._send("1")
        self.connection.shutdown()

    def _send(self, text: str) -> None:
        try:
            self.connection.send(text)
        except websocket.WebSocketException as error:
            raise ConnectionError(str(error)) from None

    def _until(self, seen: Any, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not seen():
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no answer in {seconds:g} seconds")
            self._take(left)

    def _take(self, seconds: float) -> None:
        """Take in one message, if one comes in so many seconds."""
        self.connection.settimeout(max(seconds, 0.001))
        try:
            text = self.connection.recv()
        except websocket.WebSocketTimeoutException:
            return
        except websocket.WebSocketException as error:
            raise ConnectionError(str(error)) from None
        if not isinstance(text, str) or not text:
            raise ConnectionError("the server has ended the connection")
        if text == "2":
            self._send("3")
        elif text.startswith("42"):
            self._hear(*json.loads(text[2:]))
        elif text.startswith("43"):
            number, _, answers = text[2:].partition("[")
            self.answers[int(number)] = next(iter(json.loads(f"[{answers}")), None)
        elif text.startswith("44"):
            raise ConnectionError(f"refused: {text[2:]}")

    def _hear(self, event: str, payload: Any = None) -> None:
        self.events.append(event)
        del self.events[:-100]
        if event == "welcome":
            self.session = payload["session"]
        elif event == "data_updated":
            self.refreshed += 1
        elif event in ("update_chart", "update_data"):
            name, number = payload["dashboard"], payload["number"]
            if event == "update_chart":
                if name in (self.joining, self.dashboard):
                    self.dashboard, self.number = name, number
            elif name != self.dashboard:
                self.problems.append(f"it heard update {number} of {name}, where it is not")
            else:
                self.heard += 1
                if number != (self.number or 0) + 1:
                    self.problems.append(f"update {number} of {name} came after {self.number}")
                self.number = number
