"""Inside the child: what an app sends can be made to fail, as on a bad day.

So a check sees what becomes of a handler that fails in the middle, whatever the handler does, and
whether the background goes on after an error.
"""

from collections.abc import Callable, Iterable
from typing import Any

from kit.running.plan import FAILING


class Faults:
    """Lets what is sent over the Socket.IO servers of one process raise an error."""

    def __init__(self) -> None:
        """Let nothing fail, until `sending`."""
        self._fails = self._fails_in_background = False
        self._count = 0

    def sending(self, fails: float, in_background: float) -> int:
        """From now on let every `emit` of a handler raise RuntimeError, or none if `fails` is 0.

        The same for those `in_background`. Returns how many have failed so far.
        """
        self._fails, self._fails_in_background = bool(fails), bool(in_background)
        return self._count

    def watch(self, servers: Iterable[Any]) -> None:
        """Let what these servers send fail where it has to."""
        for server in servers:
            server.manager.emit = self._failing(server.manager.emit)

    def _failing(self, emit: Callable[..., Any]) -> Callable[..., Any]:
        def failing(*args: Any, **kwargs: Any) -> Any:
            from flask import has_request_context

            if self._fails if has_request_context() else self._fails_in_background:
                self._count += 1
                raise RuntimeError(FAILING)
            return emit(*args, **kwargs)

        return failing
