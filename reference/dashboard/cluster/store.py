# lab 14 (given): a module for the Redis that several processes share
"""The Redis that the processes of one deployment share: the names in it, and how it is doing."""

import hashlib
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError, ResponseError
from redis.retry import Retry
from redis.sentinel import Sentinel
from socketio import redis_manager

from .. import logs
from ..sources import Source

OK, AWAY = "ok", "no redis"
# What /readyz says, and the log, where Redis is there and takes nothing in.
FULL, READ_ONLY, UNSAVED, REFUSES = REFUSALS = (
    "redis is full",
    "redis is read-only",
    "redis cannot save",
    "redis refuses",
)
ADVICE = {
    FULL: "Raise its maxmemory, or remove what others keep there",
    READ_ONLY: "It is a replica: name the one that takes writes",
    UNSAVED: "Its own log says why; mostly a disk is full",
    REFUSES: "Its own log may say why",
}
OVER_AFTER = 3.0  # seconds without a refusal, until Redis counts as well again


def as_redis(url: str) -> str:
    """Return the address of a Redis: Valkey speaks the same, and needs no library of its own."""
    return f"redis{url.removeprefix('valkey')}" if url.startswith("valkey") else url


def connect(url: str) -> Redis:
    """Return a client of the Redis at `url`. Raises ValueError where it is no such address.

    `redis+sentinel://HOST:PORT,HOST:PORT/0/NAME` asks sentinels where the Redis called NAME is.
    """
    # One more try, for a connection that has ended since it was last used. Not more: who calls
    # holds up clients meanwhile, and goes on by itself.
    patience = {"socket_timeout": 5, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 1)}
    url = as_redis(url)
    if url.partition("://")[0] != "redis+sentinel":
        # 100 connections at most would be an error for the client after them: let it wait its turn.
        return Redis.from_pool(BlockingConnectionPool.from_url(url, timeout=5, **patience))
    sentinels, name, options = redis_manager.parse_redis_sentinel_url(url)
    sentinel = Sentinel(sentinels, **options, **patience)  # type: ignore[no-untyped-call]
    found: Redis = sentinel.master_for(name or "mymaster")  # type: ignore[no-untyped-call]
    return found


def prefix(config: Mapping[str, Any]) -> str:
    """Return what every name of this deployment begins with.

    Unless it is configured, it is made of the secret key: that is the same in all processes of a
    deployment, and in no other one.
    """
    chosen = config["REDIS_PREFIX"]

    # lab 14: keep two deployments at one Redis apart
    if not chosen:
        return f"dashboard-{digest(str(config['SECRET_KEY']))}"

    return str(chosen)


def space(config: Mapping[str, Any], sources: Iterable[Source]) -> str:
    """Return what the keys begin with where just these `sources` are shown.

    A file of the same name in another folder has the same id. So a source may have an `identity`,
    a text that tells it from others; the id alone does for those without.
    """
    shown = sorted(f"{one.id} {getattr(one, 'identity', '')}" for one in sources)
    return f"{prefix(config)}:{digest(*shown)}"


def digest(*texts: str) -> str:
    """Return eight characters that are others for other texts."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]


class Store:
    """A Redis, the keys that are ours there, and how it is doing. Safe to use from several threads.

    `status` is `OK`, `AWAY`, or one of `REFUSALS`. Its beginning and its end are logged, once each.
    """

    def __init__(self, redis: Redis, space: str) -> None:
        """Use the keys in `redis` that begin with `space`."""
        self.redis = redis
        self.space = space
        self.status = OK
        self.said: set[str] = set()  # since it was last well
        self.noted_at = 0.0  # monotonic seconds
        self.lock = threading.Lock()

    def key(self, *names: str) -> str:
        """Return one of our keys."""
        return ":".join((self.space, *names))

    @property
    def refuses(self) -> bool:
        """Whether Redis is there, and takes nothing in."""
        return self.status in REFUSALS

    # lab 14 (given): say once what is wrong with Redis, and once that it is over
    def note(self, error: RedisError) -> None:
        """Take note of an error; log it where it is the first of its kind since all was well."""
        kind = named(error)
        with self.lock:
            self.status = kind
            self.noted_at = time.monotonic()
            if kind in self.said:
                return
            self.said.add(kind)
        if kind == AWAY:
            logs.log.warning("Redis cannot be reached: %s", type(error).__name__)
        else:
            logs.log.warning("%s and takes nothing in, which is kept here: %s. %s",
                kind.capitalize(), error, ADVICE[kind])  # fmt: skip

    def look(self) -> None:
        """Log that Redis is well again, where nothing has been noted for a while.

        Call it after something was written.
        """
        with self.lock:
            if self.status == OK or time.monotonic() - self.noted_at < OVER_AFTER:
                return
            self.status = OK
            self.said.clear()
        logs.log.info("Redis takes in again what it is told")

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note it where Redis refuses something in the block, and go on after the block."""
        try:
            yield
        except ResponseError as error:
            self.note(error)

    def probe(self) -> str:
        """Return the status as it is now: try to write something."""
        try:
            self.redis.set(self.key("ready"), "", px=1000)
        except RedisError as error:
            return named(error)
        return OK

    # lab 14 (given): notice a Redis that drops keys of its own accord
    def evicts(self) -> str | None:
        """Return the policy by which Redis drops keys when it is full; None where it keeps them.

        None as well where it does not tell.
        """
        try:
            said: dict[str, Any] = self.redis.info("memory")
        except RedisError:
            return None
        policy = said.get("maxmemory_policy", "noeviction")
        return str(policy) if said.get("maxmemory") and policy != "noeviction" else None


def named(error: RedisError) -> str:
    """Return the status that an error stands for."""
    if isinstance(error, OutOfMemoryError):
        return FULL
    if isinstance(error, ReadOnlyError):
        return READ_ONLY
    if isinstance(error, ResponseError):
        return UNSAVED if "MISCONF" in str(error) else REFUSES
    return AWAY
