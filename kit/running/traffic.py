"""Inside the child: who is in which room, and which rooms each event was sent to.

It explains why an event did not arrive, or arrived where it should not.
"""

from collections.abc import Callable, Iterable
from typing import Any

MOST_ROOMS = 50  # for one event


class Traffic:
    """What the Socket.IO servers of one process send, on the namespace `/`."""

    def __init__(self) -> None:
        """Know of no server yet: see `watch`."""
        self._managers: list[Any] = []
        self._sent: dict[str, list[str]] = {}

    def watch(self, servers: Iterable[Any]) -> None:
        """Note from now on what these servers send."""
        for server in servers:
            manager = server.manager
            manager.emit = self._noting(manager.emit)
            self._managers.append(manager)

    def rooms(self) -> dict[str, int]:
        """Return how many clients are in each room, by its name as Python writes it.

        The rooms that each client has to itself are left out.
        """
        found = {}
        for manager in self._managers:
            rooms = dict(manager.rooms.get("/", {}))
            everyone = set(rooms.get(None, ()))
            for name, members in rooms.items():
                if name is not None and name not in everyone:
                    found[repr(name)] = len(members)
        return found

    def sent(self) -> dict[str, list[str]]:
        """Return the rooms that each event was sent to, by the names as Python writes them."""
        return self._sent

    def _noting(self, emit: Callable[..., Any]) -> Callable[..., Any]:
        def noting(event: str, *args: Any, room: Any = None, **kwargs: Any) -> Any:
            rooms = self._sent.setdefault(str(event), [])
            if (name := repr(room)) not in rooms and len(rooms) < MOST_ROOMS:
                rooms.append(name)
            return emit(event, *args, room=room, **kwargs)

        return noting
