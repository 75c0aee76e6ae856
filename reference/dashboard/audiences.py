# lab 11 (given): a module for who is there
"""Audiences: everybody in a room is told how many watch its dashboard."""

from flask import Flask

from .extensions import socketio
from .state import state_of


def watching(room: str) -> int:
    """Return how many clients of this process are in a room."""
    participants = socketio.server.manager.get_participants("/", room)  # type: ignore[attr-defined]
    return len(list(participants))


class Audiences:
    """What the rooms of one app have been told."""

    def __init__(self) -> None:
        self.told: dict[str, int] = {}

    def counts(self, app: Flask) -> dict[str, int]:
        """Return how many clients are in the room of each dashboard, by its id."""
        dashboards = state_of(app).dashboards.values()
        return {one.source.id: watching(one.room) for one in dashboards}

    # lab 11: tell each room how many are there
    def tell(self, app: Flask) -> None:
        """Send `audience` to each room whose number has changed since it was told."""
        dashboards = state_of(app).dashboards
        for name, count in self.counts(app).items():
            if self.told.get(name) != count and name in dashboards:
                self.told[name] = count
                said = {"dashboard": name, "watching": count}
                socketio.emit("audience", said, to=dashboards[name].room)
