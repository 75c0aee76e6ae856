# lab 14 (given): a module for several processes
"""Several processes that act as one server: one of them reads the sources, all serve clients."""

import contextlib
import json
import math
import os
import secrets
import socket
import time
from dataclasses import asdict
from typing import Any, cast

import socketio as python_socketio
from flask import Flask
from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import LockError, RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel
from socketio import redis_manager

from . import logs, queues, slow
from .audiences import Audiences
from .extensions import socketio
from .feed import Feed, publish
from .history import SharedDashboard
from .rates import SharedRates
from .sessions import Session, Sessions

SCHEMES = {"redis", "rediss", "redis+sentinel", "valkey", "valkeys", "valkey+sentinel", "unix"}
LEASE = "dashboard:feed"
LEASE_SECONDS = 3.0  # without a sign of life; then another process takes over
AUDIENCES = "dashboard:audiences"
FORGOTTEN_AFTER = 10.0  # seconds without a word from a process, until its clients count no more


def client_manager(url: str | None) -> python_socketio.Manager | None:
    """Return what carries events from one process to the others, for the queue at `url`.

    Flask-SocketIO would choose by the address as well, and take Redis by its other names for a
    queue of Kombu's. Raises ValueError where the address is that of no queue.
    """
    if url is None:
        return None
    if url.partition("://")[0] in SCHEMES:
        return python_socketio.RedisManager(as_redis(url))
    return queues.Queue(url)


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


def share(app: Flask) -> None:
    """Let `app` act as one server with all others that use the same Redis."""
    redis = connect(app.config["REDIS"])
    app.extensions["redis"] = redis
    app.extensions["dashboards"] = {
        name: SharedDashboard(one.source, one.keep, one.pace, redis)
        for name, one in app.extensions["dashboards"].items()
    }
    app.extensions["sessions"] = SharedSessions(
        app.config["SECRET_KEY"], app.config["SESSION_SECONDS"], redis
    )
    app.extensions["audiences"] = SharedAudiences(redis)
    app.extensions["rates"] = SharedRates(
        app.config["EVENTS_RATE"],
        app.config["CONNECTIONS_RATE"],
        app.config["PASSWORDS_RATE"],
        redis,
    )
    app.extensions["feed"] = SharedFeed(app, redis)


class Lease:
    """The right to read the sources: one process has it, and loses it when it dies."""

    def __init__(self, redis: Redis, seconds: float) -> None:
        """Make the lease, which runs out `seconds` after it was last held."""
        self.lock = redis.lock(LEASE, timeout=seconds, thread_local=False)
        self.is_held = False

    # lab 14: take the lease, or keep it
    def hold(self) -> bool:
        """Whether this process may read the sources now. Raises RedisError."""
        if self.is_held:
            with contextlib.suppress(LockError):  # it ran out, and another process may have it
                return bool(self.lock.reacquire())
        # Named after the process, so that `redis-cli get dashboard:feed` tells who has it.
        holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
        self.is_held = bool(self.lock.acquire(blocking=False, token=holder))
        return self.is_held

    def give_up(self) -> None:
        """Let another process have it at once."""
        if self.is_held:
            self.is_held = False
            with contextlib.suppress(RedisError):
                self.lock.release()


class SharedFeed(Feed):
    """The feed of one of several processes: it publishes what any of them has read."""

    def __init__(self, app: Flask, redis: Redis) -> None:
        super().__init__(app)
        self.redis = redis
        # Two rounds at least: else it would run out between them, and others would read as well.
        self.lease = Lease(redis, max(LEASE_SECONDS, 2 * app.config["FEED_SECONDS"]))
        self.is_stopping = False

    def run(self) -> None:
        """Publish every dashboard as soon as there is something new, for ever."""
        seconds = self.app.config["FEED_SECONDS"]
        while not self.is_stopping:
            began = time.monotonic()
            try:
                leads = self.lease.hold()
                if leads:
                    self.write()
                self.publish()
                left = seconds - (time.monotonic() - began)
                if leads:
                    socketio.sleep(max(left, 0))
                else:
                    self.wait(seconds)
            except RedisError as error:
                logs.log.warning("Redis cannot be reached: %s", type(error).__name__)
                socketio.sleep(seconds)
            except Exception:
                logs.log.exception("cannot publish")
                socketio.sleep(seconds)
        self.lease.give_up()

    # lab 14: read the sources for everybody
    def write(self) -> None:
        """Add what is new at each source to its stream. Raises RedisError."""
        for dashboard in self.app.extensions["dashboards"].values():
            try:
                dashboard.write()
            except RedisError:
                raise
            except Exception:
                logs.log.exception("cannot read %s", dashboard.source.id)

    # lab 14: publish to the rooms of this process
    def publish(self) -> None:
        """Send what is new to the rooms. Raises RedisError."""
        for dashboard in self.app.extensions["dashboards"].values():
            publish(dashboard)
        audiences = self.app.extensions["audiences"]
        audiences.tell(self.app)
        self.app.extensions["sessions"].touch(at_once=audiences.was_unknown)
        slow.disconnect()

    # lab 14: wait for the process that reads
    def wait(self, seconds: float) -> None:
        """Return as soon as there is something new, or after so many seconds. Raises RedisError."""
        dashboards = self.app.extensions["dashboards"].values()
        newest: dict[Any, Any] = {one.key: f"{one.number}-0" for one in dashboards}
        # A second at most: this process has to see in time that the one that reads has died.
        self.redis.xread(newest, count=1, block=max(int(min(seconds, 1) * 1000), 1))

    def stop(self) -> None:
        """End with the round that is under way, and let another process read."""
        self.is_stopping = True
        self.lease.give_up()


class SharedSessions(Sessions):
    """Sessions that outlive the process that began them.

    A session that Redis cannot take is still good as long as its connection.
    """

    def __init__(self, secret: str, seconds: float, redis: Redis) -> None:
        super().__init__(secret, seconds)
        self.redis = redis
        self.touched = time.monotonic()

    # lab 14: keep a session where every process finds it
    def save(self, one: Session) -> None:
        """Keep a session for `seconds` from now on."""
        try:
            self.redis.set(key(one.id), json.dumps(asdict(one)), px=int(self.seconds * 1000))
        except RedisError as error:
            logs.log.warning("a session cannot be kept: %s", type(error).__name__)
            self.touched = -math.inf  # all of them as soon as Redis is back

    def begin(self, sid: str, user: str | None) -> Session:
        """Return a new session for the connection `sid`."""
        begun = super().begin(sid, user)
        self.save(begun)
        return begun

    # lab 14: look where every process keeps them
    def look_up(self, name: str) -> Session | None:
        """Return the session called `name`, or None where there is none."""
        try:
            content = cast("bytes | None", self.redis.get(key(name)))
        except RedisError as error:
            logs.log.warning("a session cannot be read: %s", type(error).__name__)
            return super().look_up(name)
        # Redis may have lost it: whoever comes back to this process can go on nevertheless.
        return Session(**json.loads(content)) if content else super().look_up(name)

    def enter(self, name: str, dashboard: str | None) -> None:
        """Note that the session called `name` is in the room of `dashboard` now, or in none."""
        super().enter(name, dashboard)
        if name in self.kept:
            self.save(self.kept[name])

    def resume(self, old: Session, new: str, sid: str) -> None:
        """Let the connection `sid` go on as `old`; its session so far, called `new`, is dropped."""
        with self.lock:
            self.kept[old.id] = old
        super().resume(old, new, sid)
        self.save(old)

    # lab 14: keep the sessions of those who are here
    def touch(self, at_once: bool = False) -> None:
        """Keep the sessions of this process's clients for another while, now and then."""
        if not at_once and time.monotonic() - self.touched < self.seconds / 10:
            return
        self.touched = time.monotonic()
        with self.lock:
            here = [one for name, one in self.kept.items() if name not in self.ended]
        pipeline = self.redis.pipeline(transaction=False)
        for one in here:
            pipeline.pexpire(key(one.id), int(self.seconds * 1000))
        for one, is_kept in zip(here, pipeline.execute(), strict=True):
            if not is_kept:  # Redis has lost its data
                self.save(one)


def key(session: str) -> str:
    """Return where the session of this id is kept."""
    return f"dashboard:session:{session}"


class SharedAudiences(Audiences):
    """Counts the clients of all processes together."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self.redis = redis
        self.name = secrets.token_hex(4)
        self.was_unknown = True  # whether Redis did not know of this process, at the latest look

    def counts(self, app: Flask) -> dict[str, int]:
        """Return how many clients are in the room of each dashboard. Raises RedisError."""
        own = {"at": time.time(), "counts": super().counts(app)}
        self.was_unknown = bool(self.redis.hset(AUDIENCES, self.name, json.dumps(own)))
        total = dict.fromkeys(app.extensions["dashboards"], 0)
        said = cast("dict[bytes, bytes]", self.redis.hgetall(AUDIENCES))
        for name, content in said.items():
            other = json.loads(content)
            if time.time() - other["at"] > FORGOTTEN_AFTER:
                self.redis.hdel(AUDIENCES, name)
                continue
            for dashboard, count in other["counts"].items():
                total[dashboard] = total.get(dashboard, 0) + count
        return total
