"""What all bad clients share: they read every answer, and note what a server should not say."""

import re
import socket
from typing import Any

from kit.bench.harm.target import PRIVATE

ANSWER_SECONDS = 10.0  # until a client is taken to wait in vain
MOST_FAULTS = 50

# What is nobody's business outside: files, lines of code, classes, packages.
INTERNAL = re.compile(
    rb"Traceback|File \\?\"|site-packages|\.py\b|line \d+, in |/(?:work|usr|home|root)/"
    rb"|\b[A-Z]\w*(?:Error|Exception)\b|\b(?:engineio|socketio|flask|pydantic|pandas|numpy|gevent"
    rb"|itsdangerous|jinja2?|simple_websocket)\b|werkzeug(?!/)",
)
SECRET = f'"dashboard":"{PRIVATE}","number"'.encode()  # what only members may hear


class Attack:
    """What all bad clients share. `faults` says in words what a server should not have done."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cases = 0
        self.connections = 0
        self.faults: list[str] = []

    def fault(self, what: str) -> None:
        """Note what the server did."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(f"{type(self).__name__}: {what}")

    @property
    def gave_up(self) -> bool:
        """Whether there is so much wrong that more of it tells nothing."""
        return len(self.faults) >= MOST_FAULTS

    def look_at(self, answer: bytes, asked: object) -> None:
        """Note what an answer gives away."""
        told = asked if isinstance(asked, bytes) else repr(asked).encode()
        found = next((one for one in INTERNAL.finditer(answer) if one[0] not in told), None)
        if found:
            part = answer[max(0, found.start() - 80) : found.end() + 80]
            self.fault(f"an answer shows internals: {part!r} to {str(asked)[:300]}")
        if SECRET in answer:
            self.fault(f"a guest heard of the private dashboard, after {str(asked)[:300]}")

    def connect(self) -> socket.socket:
        """Return a new connection. Raises OSError where the server takes none any more."""
        self.connections += 1
        return socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS)

    def send(self, batch: Any) -> None:
        """Send one batch of cases, and read what comes of it."""
        raise NotImplementedError

    def end(self) -> None:
        """End whatever is open."""
