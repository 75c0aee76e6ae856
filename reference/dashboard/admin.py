# lab 11 (given): a module for the namespace /admin
"""The namespace `/admin`: live figures of the server, for administrators. It is read only."""

import json
import threading
from typing import Any

from flask import Flask, current_app

from . import tokens
from .extensions import socketio
from .metrics import Metrics
from .refusal import Refused

NAMESPACE = "/admin"
SECONDS = 1  # between two looks


class Board:
    """Sends the figures of one app to those who watch, in the background, once it is started."""

    def __init__(self, app: Flask) -> None:
        """Make the board of `app`; it does nothing until `start`."""
        self.app = app
        self.starting = threading.Lock()
        self.task: object = None
        self.before: dict[str, int] = {}

    def start(self) -> None:
        """Begin to send; where it does so already, do nothing."""
        with self.starting:
            if self.task is None:
                self.task = socketio.start_background_task(self.run)

    # lab 11: send the figures to the namespace, and to nobody else
    def run(self) -> None:
        """Send `figures` each second, for ever."""
        while True:
            socketio.emit("figures", self.figures(), namespace=NAMESPACE)
            socketio.sleep(SECONDS)

    # lab 11: look at what goes on
    def figures(self) -> dict[str, Any]:
        """Return how many clients and rooms there are, the events a second, and the newest log."""
        metrics: Metrics = self.app.extensions["metrics"]
        now = dict(metrics.handled)
        rates = {name: (n - self.before.get(name, 0)) / SECONDS for name, n in now.items()}
        self.before = now
        return {
            "clients": len(self.app.extensions["clients"]),
            "rooms": self.app.extensions["audiences"].told,
            "events": rates,
            "log": [json.loads(line) for line in list(metrics.tail.lines)],
        }


# lab 11: let those in who may see the figures
@socketio.on("connect", namespace=NAMESPACE)
# lab 12: look who it is
@tokens.administrators_only
def connect_admin() -> None:
    """Let an administrator in, and begin to send."""
    current_app.extensions["board"].start()


# lab 11: refuse whatever is sent here
@socketio.on("*", namespace=NAMESPACE)
def read_only(*_: object) -> None:
    """Raise Refused: there is nothing to do here but to look."""
    raise Refused("forbidden", "This namespace is read only.")
