"""Inside the child: what an app does with Socket.IO can be made to take longer.

What goes wrong only where another thread comes in between at the wrong moment, is right a hundred
times on a quick machine. Here the moment is as long as a check wants, and it goes wrong each time.
An app that is right is right on a slow machine too.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any


class SlowMotion:
    """Delays what the Socket.IO servers of one process do, each kind by so many seconds."""

    def __init__(self) -> None:
        """Delay nothing, until `delay`."""
        self._handlers = self._background = self._tasks = self._rest = 0.0
        self._changed = threading.Event()

    def delay(self, handlers: float, background: float, tasks: float, rest: float) -> None:
        """From now on take so many seconds more to send an event, and before and after a join.

        Those are taken by a handler, or in the background. `tasks` is what a handler takes more to
        start a task, `rest` how much longer the background sleeps. Who is late now, goes on.
        """
        self._handlers, self._background = handlers, background
        self._tasks, self._rest = tasks, rest
        changed, self._changed = self._changed, threading.Event()
        changed.set()

    def watch(self, servers: Iterable[Any]) -> None:
        """Delay what these servers do."""
        for server in servers:
            emit, enter = server.manager.emit, server.manager.enter_room
            server.manager.emit = self._slow(emit, self._usual)
            server.manager.enter_room = self._slow(enter, self._usual, self._usual)
            # The server itself starts a task for each event: that is no handler's doing.
            start = server.start_background_task
            server.start_background_task = self._slow(start, lambda: self._tasks * _handles())
            server.sleep = self._slow(server.sleep, lambda: 0.0, self._resting)

    def _usual(self) -> float:
        return self._handlers if _handles() else self._background

    def _resting(self) -> float:
        return 0.0 if _handles() else self._rest

    def _slow(
        self,
        usual: Callable[..., Any],
        before: Callable[[], float],
        after: Callable[[], float] = lambda: 0.0,
    ) -> Callable[..., Any]:
        def slow(*args: Any, **kwargs: Any) -> Any:
            self._pause(before())
            done = usual(*args, **kwargs)
            self._pause(after())
            return done

        return slow

    def _pause(self, seconds: float) -> None:
        if seconds:
            self._changed.wait(seconds)


def _handles() -> bool:
    """Whether this thread is at a handler, rather than in the background."""
    from flask import has_request_context

    return has_request_context()
