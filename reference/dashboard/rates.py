# lab 12 (given): a module for the rate of events
"""How often a client may ask: so many events of one name, and so many connections, in a while."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from .refusal import Refused

TOO_MANY = ("rate_limited", "That was too often. Wait a moment, then try again.")


class Rates:
    """Counts what the clients of one app do. Safe to use from several threads."""

    def __init__(self, events: str, connections: str, passwords: str) -> None:
        """Take texts such as "50/second".

        Each connection may send so many `events` of one name; from each address there may be so
        many `connections`, and so many tries of `passwords`.
        """
        self.events = parse(events)
        self.connections = parse(connections)
        self.passwords = parse(passwords)
        # Not its moving window: that never forgets a connection that was counted once.
        self.limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def allow_event(self, event: str, sid: str, address: str) -> bool:
        """Whether this event is one of those that are allowed. It counts, if so."""
        if event == "connect":
            return self.limiter.hit(self.connections, "connect", address)
        return self.limiter.hit(self.events, sid, event)

    def allow_password(self, address: str) -> bool:
        """Whether one more password may be tried. It counts, if so."""
        return self.limiter.hit(self.passwords, "password", address)


# lab 12: refuse who asks too often
def limited(message: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return `handler` as one that raises Refused where its client is over the limit."""

    @wraps(handler)
    def counted(*payload: Any) -> Any:
        rates: Rates = current_app.extensions["rates"]
        sid, address = request.sid, str(request.remote_addr)  # type: ignore[attr-defined]
        if message != "disconnect" and not rates.allow_event(message, sid, address):
            raise Refused(*TOO_MANY)
        return handler(*payload)

    return counted
