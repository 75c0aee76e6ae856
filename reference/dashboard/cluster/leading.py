# lab 14 (given): a module for the feed of several processes
"""One of several processes reads the sources; all of them publish what it has read."""

import contextlib
import os
import secrets
import socket
import time
from typing import Any

from flask import Flask
from redis.exceptions import LockError, RedisError, ResponseError

from .. import logs
from ..engine import slow
from ..extensions import socketio
from ..feed import Feed, publish
from .history import SharedDashboard
from .shared_clients import SharedAudiences, SharedSessions
from .store import Store

LEASE_SECONDS = 3.0  # without a sign of life; then another process takes over


class Lease:
    """The right to read the sources: one process has it, and loses it when it dies."""

    def __init__(self, store: Store, seconds: float) -> None:
        """Make the lease, which runs out `seconds` after it was last held."""
        self.store = store
        self.lock = store.redis.lock(store.key("feed"), timeout=seconds, thread_local=False)
        # Named after the process, so that `redis-cli get …:feed` tells who has it.
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
        self.is_held = False

    def hold(self) -> bool:
        """Whether this process may read the sources now. Raises RedisError where it is away."""
        try:
            if self.is_held:
                self.is_held = self.renew()
            if not self.is_held and not self.store.refuses:
                self.is_held = self.take()
        except ResponseError as error:
            # Whoever else wanted it would be refused as well. So who has it goes on with what is
            # not written yet: another one that read meanwhile would not have it.
            self.store.note(error)
        return self.is_held

    # lab 14: take the lease where nobody has it
    def take(self) -> bool:
        """Take the lease where nobody has it, without waiting; return whether it is ours now.

        Raises RedisError where Redis is away.
        """
        return bool(self.lock.acquire(blocking=False, token=self.holder))

    # lab 14: keep the lease
    def renew(self) -> bool:
        """Keep the lease for a while; return whether it is still ours: it may have run out.

        Raises RedisError where Redis is away.
        """
        try:
            return bool(self.lock.reacquire())
        except LockError:  # another process may have it
            return False

    def give_up(self) -> None:
        """Let another process have it at once."""
        if self.is_held:
            self.is_held = False
            with contextlib.suppress(RedisError):
                self.lock.release()


class SharedFeed(Feed):
    """The feed of one of several processes: it publishes what any of them has read."""

    def __init__(
        self,
        app: Flask,
        store: Store,
        dashboards: dict[str, SharedDashboard],
        sessions: SharedSessions,
        audiences: SharedAudiences,
    ) -> None:
        """Make the feed of `app`, with what it shares in `store`; it does nothing until `start`."""
        super().__init__(app)
        self.store = store
        self.dashboards = dashboards
        self.sessions = sessions
        self.audiences = audiences
        # Two rounds at least: else it would run out between them, and others would read as well.
        self.lease = Lease(store, max(LEASE_SECONDS, 2 * app.config["FEED_SECONDS"]))
        self.is_stopping = False

    def run(self) -> None:
        """Publish every dashboard as soon as there is something new, until `stop`."""
        seconds = self.app.config["FEED_SECONDS"]
        self.introduce()
        while not self.is_stopping:
            began = time.monotonic()
            try:
                slow.disconnect()
                leads = self.lease.hold()

                # lab 14: read the sources for everybody
                if leads:
                    self.write()

                self.publish()
                self.store.look()
                if not leads:
                    self.wait(seconds)
                    continue
            except RedisError as error:
                self.store.note(error)
            except Exception:
                logs.log.exception("cannot publish")
            socketio.sleep(max(seconds - (time.monotonic() - began), 0))
        self.lease.give_up()

    def introduce(self) -> None:
        """Log where in Redis to look, and a policy that is not for this server."""
        logs.log.info("what is shared is in Redis under %s", self.store.space)
        if policy := self.store.evicts():
            logs.log.warning(
                "Redis drops keys when it is full, and ours as well: its maxmemory-policy is %s;"
                " noeviction is better here. Updates that it drops are given back to it",
                policy,
            )

    def write(self) -> None:
        """Add what is new at each source to its stream. Raises RedisError where it is away."""
        for dashboard in self.dashboards.values():
            try:
                with self.store.noted():
                    dashboard.write()
            except RedisError:
                raise
            except Exception:
                logs.log.exception("cannot read %s", dashboard.source.id)

    # lab 14 (given): publish to the rooms of this process
    def publish(self) -> None:
        """Send what is new to the rooms. Raises RedisError where it is away."""
        for dashboard in self.dashboards.values():
            publish(dashboard)
        with self.store.noted():
            self.audiences.tell(self.app)
        with self.store.noted():
            self.sessions.touch(at_once=self.audiences.was_unknown)

    # lab 14 (given): wait for the process that reads
    def wait(self, seconds: float) -> None:
        """Return as soon as there is something new, or after so many seconds. Raises RedisError."""
        dashboards = self.dashboards.values()
        newest: dict[Any, Any] = {one.key: f"{one.number}-0" for one in dashboards}
        # A second at most: this process has to see in time that the one that reads has died.
        self.store.redis.xread(newest, count=1, block=max(int(min(seconds, 1) * 1000), 1))

    def stop(self) -> None:
        """End with the round that is under way, and let another process read."""
        for dashboard in self.dashboards.values():
            if count := len(dashboard.unwritten):
                name = dashboard.source.id
                logs.log.warning("%s: Redis has not taken in %s rows of this process", name, count)
        self.is_stopping = True
        self.lease.give_up()
