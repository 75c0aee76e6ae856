# lab 14 (given): a module for what several processes know of their clients
"""The clients of several processes: their sessions, and how many watch each dashboard."""

import json
import secrets
import time
from dataclasses import asdict
from typing import cast

from flask import Flask
from redis.exceptions import RedisError

from ..audiences import Audiences
from ..sessions import Session, Sessions
from ..state import state_of
from .store import OK, Store

FORGOTTEN_AFTER = 10.0  # seconds without a word from a process, until its clients count no more
KEPT_SECONDS = 60  # without a word from any


class SharedSessions(Sessions):
    """Sessions that outlive the process that began them.

    A session that Redis cannot take is still good as long as its connection, and for whoever comes
    back to this process. It is given to Redis once that is well again.
    """

    def __init__(self, secret: str, seconds: float, most: int, store: Store) -> None:
        super().__init__(secret, seconds, most)
        self.store = store
        self.touched = time.monotonic()
        self.has_unsaved = False

    # lab 14: keep a session where every process finds it
    def put(self, one: Session) -> None:
        """Keep a session in Redis, for `seconds` from now on. Raises RedisError."""
        content = json.dumps(asdict(one))
        self.store.redis.set(self.key(one.id), content, px=int(self.seconds * 1000))

    # lab 14: look where every process keeps them
    def fetch(self, name: str) -> Session | None:
        """Return the session called `name`, or None where Redis has none. Raises RedisError."""
        content = cast("bytes | None", self.store.redis.get(self.key(name)))
        return Session(**json.loads(content)) if content else None

    def save(self, one: Session) -> bool:
        """Keep a session for `seconds` from now on; return whether Redis has it."""
        try:
            self.put(one)
        except RedisError as error:
            self.store.note(error)
            self.has_unsaved = True
            return False
        return True

    def begin(self, sid: str, user: str | None) -> Session:
        """Return a new session for the connection `sid`."""
        begun = super().begin(sid, user)
        self.save(begun)
        return begun

    def look_up(self, name: str) -> Session | None:
        """Return the session called `name`, or None where there is none."""
        found = None
        try:
            found = self.fetch(name)
        except RedisError as error:
            self.store.note(error)
        # Redis may have lost it: whoever comes back to this process can go on nevertheless.
        return found or super().look_up(name)

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

    # lab 14 (given): keep the sessions of those who are here
    def touch(self, at_once: bool = False) -> None:
        """Keep the sessions of this process's clients for another while, now and then.

        Raises RedisError.
        """
        is_due = time.monotonic() - self.touched >= self.seconds / 10
        can_save = self.has_unsaved and self.store.status == OK
        if not (at_once or is_due or can_save):
            return
        self.touched = time.monotonic()
        with self.lock:
            here = [one for name, one in self.kept.items() if name not in self.ended]
        pipeline = self.store.redis.pipeline(transaction=False)
        for one in here:
            pipeline.pexpire(self.key(one.id), int(self.seconds * 1000))
        known = pipeline.execute()
        self.has_unsaved = False
        for one, is_kept in zip(here, known, strict=True):
            if not is_kept and not self.save(one):  # Redis has lost its data, or is full
                return  # nor would it take the others

    def key(self, name: str) -> str:
        """Return where the session called `name` is kept."""
        return self.store.key("session", name)


class SharedAudiences(Audiences):
    """Counts the clients of all processes together."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.redis = store.redis
        self.key = store.key("audiences")
        self.name = secrets.token_hex(4)
        self.was_unknown = True  # whether Redis did not know of this process, at the latest look

    def counts(self, app: Flask) -> dict[str, int]:
        """Return how many clients are in the room of each dashboard. Raises RedisError."""
        own = {"at": time.time(), "counts": super().counts(app)}
        self.was_unknown = False
        self.was_unknown = bool(self.redis.hset(self.key, self.name, json.dumps(own)))
        self.redis.expire(self.key, KEPT_SECONDS)
        total = dict.fromkeys(state_of(app).dashboards, 0)
        said = cast("dict[bytes, bytes]", self.redis.hgetall(self.key))
        for name, content in said.items():
            other = json.loads(content)
            if time.time() - other["at"] > FORGOTTEN_AFTER:
                self.redis.hdel(self.key, name)
                continue
            for dashboard, count in other["counts"].items():
                total[dashboard] = total.get(dashboard, 0) + count
        return total
