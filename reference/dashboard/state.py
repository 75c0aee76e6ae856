# lab 2 (given): a module for what an app has of its own
"""What one app has of its own, beside its settings and its routes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:  # only the types below need these, and most of them import this module
    from .admin import Board
    from .audiences import Audiences
    from .cluster.store import Store
    from .dashboards import Dashboard
    from .feed import Feed
    from .ops.metrics import Metrics
    from .rates import Rates
    from .sessions import Sessions

KEY = "dashboard"  # where Flask keeps it, beside what its extensions keep


@dataclass(kw_only=True)
class State:
    """What one app has of its own. The factory makes it; `state()` finds it."""

    # lab 2 (given): a dashboard for each source, by id
    dashboards: dict[str, Dashboard]

    # lab 3 (given): who is connected, as a set of sids
    clients: set[str] = field(default_factory=set)

    # lab 6 (given): the feed, which the first client to join will start
    feed: Feed

    # lab 9 (given): the sessions of its clients
    sessions: Sessions

    # lab 11 (given): what is counted, the board that shows it, and what the rooms were told
    metrics: Metrics
    board: Board
    audiences: Audiences

    # lab 12 (given): how often a client may ask
    rates: Rates

    # lab 14 (given): the Redis that it shares with other processes, and whether it is to end
    store: Store | None = None
    is_stopping: bool = False

    def init_app(self, app: Flask) -> None:
        """Become the state of `app`."""
        app.extensions[KEY] = self


def state_of(app: Flask) -> State:
    """Return the state of `app`."""
    found: State = app.extensions[KEY]
    return found


def state() -> State:
    """Return the state of the current app: the one whose request or event is being handled."""
    return state_of(current_app)
