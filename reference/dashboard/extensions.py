# lab 3 (given): the one SocketIO object
"""Objects that every module shares.

They are made here without an app, and bound to one by the factory. A module that needs
`socketio` imports it from here, so that no module has to import the factory.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any

import flask_socketio

from . import errors, logs, rates
from .engine import packets


class SocketIO(flask_socketio.SocketIO):
    """Flask-SocketIO, with what this server does around every handler."""

    # lab 8 (given): the way that every handler goes
    def on(
        self, message: str, namespace: str | None = None
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Return the decorator that registers a handler for `message`, and what goes around it."""
        register = super().on(message, namespace)

        def wrap(handler: Callable[..., Any]) -> Callable[..., Any]:
            # Flask-SocketIO offers `connect` what the client shows, and need not be taken up on it.
            parameters = signature(handler, follow_wrapped=False).parameters
            takes_none = message == "connect" and not parameters
            wrapped = (lambda *_: handler()) if takes_none else handler

            # lab 12 (given): count what each client asks
            wrapped = rates.limited(message, wrapped)

            # lab 10: check what comes in, and answer whatever goes wrong
            wrapped = errors.contained(message, wrapped)

            # lab 8: log every event
            wrapped = logs.logged(message, wrapped)

            register(wrapped)
            return handler

        return wrap

    # lab 14 (given): tell the clients of this process alone
    def emit(self, event: str, *args: Any, everywhere: bool = False, **kwargs: Any) -> None:
        """Send an event to clients of this process; with `everywhere` to those of all.

        Every process follows every dashboard, so each has the updates to tell its own clients.
        """
        # Flask-SocketIO's `emit`, for the sender alone, would send each answer round all of them.
        super().emit(event, *args, **(kwargs | {"ignore_queue": not everywhere}))


# The mode is named because an installed gevent or eventlet would change the default.
socketio = SocketIO(
    async_mode="threading",
    # lab 10: take in nothing that is no event
    serializer=packets.Packet,  # type: ignore[call-arg]
)
