# lab 11 (given): a module for the namespace /admin
"""The namespace `/admin`: live figures of the server, for administrators. It is read only."""

import json
import threading
import time
from functools import partial
from typing import Any

from flask import Flask
from werkzeug.security import check_password_hash

from . import logs, people, tokens
from .events import current_sid
from .extensions import socketio
from .origins import listed
from .refusal import Refused
from .state import state, state_of

NAMESPACE = "/admin"
KEYS = ("username", "password")  # what the Admin UI shows


# lab 11 (given): the one board of an app
class Board:
    """Sends the figures of one app to those who watch, in the background, once it is started."""

    def __init__(self, app: Flask) -> None:
        """Make the board of `app`; it does nothing until `start`."""
        self.app = app
        self.starting = threading.Lock()
        self.task: object = None
        self.before: dict[str, int] = {}
        self.looked = 0.0
        self.watchers: set[str] = set()  # who watches, by sid
        self.owing: set[str] = set()  # of whom an acknowledgement is awaited

    def start(self) -> None:
        """Begin to send; where it does so already, do nothing."""
        with self.starting:
            if self.task is None:
                self.rates()  # what came before is not of the first second
                self.task = socketio.start_background_task(self.run)

    # lab 11: send the figures, again and again
    def run(self) -> None:
        """Send the figures each `FIGURES_SECONDS`, for ever; log what goes wrong, and go on."""
        while True:
            socketio.sleep(self.app.config["FIGURES_SECONDS"])
            try:
                self.send(self.figures())
            except Exception:
                logs.log.exception("cannot send the figures")

    # lab 11: send each watcher the figures, and ask for an acknowledgement
    def send(self, figures: dict[str, Any]) -> None:
        """Send `figures` to each watcher; who owes no acknowledgement is asked for one.

        Nobody is waited for. Who owes one is not asked again: the library keeps what it has asked
        until the answer comes, and it may never come.
        """
        self.owing &= self.watchers
        for sid in list(self.watchers):
            came = None if sid in self.owing else partial(self.has_come, sid)
            # First: the answer may be here before `emit` has returned.
            self.owing.add(sid)
            socketio.emit("figures", figures, namespace=NAMESPACE, to=sid, callback=came)

    # lab 11: note who has acknowledged
    def has_come(self, sid: str, *_: object) -> None:
        """Note that the watcher `sid` has its figures, whatever it says with that."""
        self.owing.discard(sid)

    # lab 11: look at what goes on
    def figures(self) -> dict[str, Any]:
        """Return how many clients and rooms there are, the events a second, and the newest log.

        And how many watch, and how many of them owe an acknowledgement.
        """
        own = state_of(self.app)
        return {
            "clients": len(own.clients),
            "rooms": dict(own.audiences.told),
            "events": self.rates(),
            "log": [json.loads(line) for line in list(own.metrics.tail.lines)],
            "watchers": len(self.watchers),
            "unacknowledged": len(self.owing),
        }

    def rates(self) -> dict[str, float]:
        """Return how many events of each name were handled a second, since the last look."""
        now, handled = time.monotonic(), dict(state_of(self.app).metrics.handled)
        passed, self.looked = now - self.looked, now
        counts = {name: count - self.before.get(name, 0) for name, count in handled.items()}
        self.before = handled
        return {name: round(count / passed, 1) for name, count in counts.items()}


# lab 11: let those in who may see the figures
@socketio.on("connect", namespace=NAMESPACE)
# lab 12: look who it is
@tokens.administrators_only
def connect_admin() -> None:
    """Let an administrator in, and begin to send."""
    board = state().board
    board.start()
    board.watchers.add(current_sid())


# lab 11: forget who has gone
@socketio.on("disconnect", namespace=NAMESPACE)
def disconnect_admin(_reason: str) -> None:
    """Take the watcher off the list of those who are sent the figures."""
    state().board.watchers.discard(current_sid())


# lab 11: refuse whatever is sent here
@socketio.on("*", namespace=NAMESPACE)
def read_only(*_: object) -> None:
    """Raise Refused: there is nothing to do here but to look."""
    raise Refused("forbidden", "This namespace is read only.")


# lab 11 (given): let the Socket.IO Admin UI look in, where the configuration says so
def init_app(app: Flask) -> None:
    """Let administrators watch `app` with the Socket.IO Admin UI, read only, if `ADMIN_UI` is set.

    The page is https://admin.socket.io; its origin belongs into `ORIGINS`. It asks for the address
    of the server, the path `/admin/ui`, a name and a password.
    """

    def may_watch(shown: object) -> bool:
        name, password = (shown.get(key) if isinstance(shown, dict) else None for key in KEYS)

        # lab 12 (given): the demo's user is an administrator, and in no list
        if isinstance(name, str) and people.is_demo(name):
            return people.verify(name, str(password))

        known = app.config["USERS"].get(name) if isinstance(name, str) else None
        if known is None or name not in listed(app.config["ADMINISTRATORS"]):
            return False

        # lab 12 (given): passwords are not to be guessed here either
        if not state_of(app).rates.allow_password(f"{NAMESPACE}/ui"):
            return False

        return check_password_hash(known, str(password))

    if app.config["ADMIN_UI"]:
        socketio.server.instrument(  # type: ignore[attr-defined]
            auth=may_watch, mode="production", read_only=True, namespace=f"{NAMESPACE}/ui"
        )

        # lab 12 (given): let `may_watch` know from where somebody asks
        give_request(app)


# lab 12 (given): the way to know from where somebody asks
def give_request(app: Flask) -> None:
    """Let the Admin UI's own handler of `connect` run with the request, as all others do."""
    server: Any = socketio.server  # type: ignore[attr-defined]
    let_in = server.handlers[f"{NAMESPACE}/ui"]["connect"]

    def connect(sid: str, environ: dict[str, Any], shown: object = None) -> None:
        with app.request_context(environ):
            let_in(sid, environ, shown)

    server.on("connect", connect, namespace=f"{NAMESPACE}/ui")
