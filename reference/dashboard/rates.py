# lab 12 (given): a module for the rate of events
"""How often a client may ask: so many events of one name, and so many connections, in a while."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from limits import parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from . import logs
from .cluster.store import Store
from .refusal import Refused
from .state import state

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


# lab 14 (given): the same for several processes
class SharedRates(Rates):
    """Counts passwords for all processes together, in Redis.

    All else stays with each process: a connection belongs to one, and how many come at once is a
    matter of what one can bear. While Redis is away or takes nothing in, so do passwords.
    """

    def __init__(self, events: str, connections: str, passwords: str, store: Store) -> None:
        super().__init__(events, connections, passwords)
        pool = store.redis.connection_pool
        storage = RedisStorage("redis://", pool, key_prefix=store.key("rates"))
        self.shared = SlidingWindowCounterRateLimiter(storage)
        self.is_away = False

    def allow_password(self, address: str) -> bool:
        """Whether one more password may be tried. It counts, if so."""
        try:
            allowed = self.shared.hit(self.passwords, "password", address)
        except RedisError as error:
            if not self.is_away:
                logs.log.warning("passwords count in this process: %s", type(error).__name__)
            self.is_away = True
            return super().allow_password(address)
        self.is_away = False
        return allowed


# lab 12 (given): refuse who asks too often
def limited(message: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return `handler` as one that raises Refused where its client is over the limit."""

    @wraps(handler)
    def counted(*payload: Any) -> Any:
        sid, address = request.sid, str(request.remote_addr)  # type: ignore[attr-defined]
        if message != "disconnect" and not state().rates.allow_event(message, sid, address):
            raise Refused(*TOO_MANY)
        return handler(*payload)

    return counted
