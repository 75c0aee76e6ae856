# lab 9 (given): a module for sessions
"""Sessions: a client is the same one across its connections, though each has another sid.

A client is given a signed token when it connects, and shows it when it comes back. Only who holds
the server's secret key can make one, so nobody can pick who they are.
"""

import secrets
import threading
import time
from dataclasses import dataclass, field

from itsdangerous import BadData, URLSafeSerializer

from .refusal import Refused

EXPIRED = ("session_expired", "This session has expired. Join again.")
INVALID = ("session_invalid", "This is no session of this server. Join again.")


@dataclass
class Session:
    """What the server remembers of one client.

    `sid` is its newest connection, `user` who has signed in, and `dashboard` the id of the one
    whose room it is in.
    """

    sid: str
    user: str | None = None
    dashboard: str | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))


class Sessions:
    """The sessions of one app, in memory. Safe to use from several threads.

    Each is kept for so many `seconds` after its connection has ended, and `most` of those at once.
    """

    def __init__(self, secret: str, seconds: float, most: int = 10_000) -> None:
        """Sign with `secret`."""
        self.signer = URLSafeSerializer(secret, salt="session")
        self.seconds = seconds
        self.most = most
        self.kept: dict[str, Session] = {}
        self.ended: dict[str, float] = {}  # when, in monotonic seconds; the oldest come first
        self.lock = threading.RLock()  # who holds it may sweep

    # lab 9: sign the session's id, and nothing else
    def token(self, of: Session) -> str:
        """Return the text that proves to be this session."""
        return str(self.signer.dumps(of.id))

    def begin(self, sid: str, user: str | None) -> Session:
        """Return a new session for the connection `sid`."""
        begun = Session(sid, user)
        with self.lock:
            self.kept[begun.id] = begun
        return begun

    # lab 9: find the session that a token proves
    def find(self, token: str) -> Session:
        """Return the session. Raises Refused if it has expired, or if the token is not ours."""
        try:
            name = self.signer.loads(token)
        except (BadData, UnicodeError):
            raise Refused(*INVALID) from None
        self.sweep()
        found = self.look_up(name)
        if found is None:
            raise Refused(*EXPIRED)
        return found

    def look_up(self, name: str) -> Session | None:
        """Return the session called `name`, or None where there is none."""
        with self.lock:
            return self.kept.get(name)

    def enter(self, name: str, dashboard: str | None) -> None:
        """Note that the session called `name` is in the room of `dashboard` now, or in none."""
        with self.lock:
            if name in self.kept:
                self.kept[name].dashboard = dashboard

    # lab 9: note when the session's connection has ended
    def leave(self, name: str, sid: str) -> None:
        """Note in `ended` that the connection `sid` of the session called `name` has ended."""
        with self.lock:
            found = self.kept.get(name)
            # The client may be back already: the end of its old connection is often seen late.
            if found and found.sid == sid:
                self.ended[name] = time.monotonic()
            self.sweep()

    # lab 9: go on with an old session in place of the new one
    def resume(self, old: Session, new: str, sid: str) -> None:
        """Let the connection `sid` go on as `old`; its session so far, called `new`, is dropped."""
        with self.lock:
            self.kept.pop(new, None)
            old.sid = sid
            # It may be the new one itself, or have been swept away since it was found.
            self.kept[old.id] = old
            self.ended.pop(old.id, None)

    # lab 9: forget who has not come back in time
    def sweep(self) -> None:
        """Forget the sessions that are over, and the oldest of those that are too many."""
        with self.lock:
            now = time.monotonic()
            while self.ended:
                oldest, when = next(iter(self.ended.items()))
                if now - when <= self.seconds and len(self.ended) <= self.most:
                    return
                del self.ended[oldest]
                self.kept.pop(oldest, None)
