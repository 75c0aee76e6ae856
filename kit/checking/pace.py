"""How a running app goes about its work: what it does can be made slower, to wait, or to fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kit.running import RunningApp


class Pace:
    """The pace of one running process."""

    def __init__(self, app: RunningApp) -> None:
        """Let `app` go on at its usual pace."""
        self.app = app
        self._is_delayed = self._is_paused = False
        self.was_tampered = False  # with: slowed, paused or made to fail, as nobody can by hand

    def delay(
        self,
        *,
        handlers: float = 0,
        background: float = 0,
        tasks: float = 0,
        returns: float = 0,
    ) -> None:
        """Let each step that the app takes with Socket.IO last so many seconds longer from now on.

        To send an event and to let a client into a room are steps of a handler or of the
        background; to start a task is one of `tasks`; to go on after something was sent is one of
        `returns`, in the background. What can come in between does so then.
        """
        self._is_delayed = bool(handlers or background or tasks or returns)
        self.was_tampered |= self._is_delayed
        self.app.delay(handlers=handlers, background=background, tasks=tasks, returns=returns)

    def pause(self) -> None:
        """Let the app's background sleep on from now on, where it sleeps, but while `resumed`.

        So a feed can be quick and costs nothing while nobody waits for it. Whether an app can be
        paused depends on how it sleeps: no verdict may depend on that.
        """
        self._is_paused = self.was_tampered = True
        self.app.pause()

    @contextmanager
    def hastened(self) -> Iterator[None]:
        """Let the app's background sleep for a moment only in here, however long it wants to.

        So what it would do seconds later comes at once. Whoever sleeps already sleeps on.
        """
        self.was_tampered = True
        self.app.hasten()
        try:
            yield
        finally:
            self.app.at_leisure()

    @contextmanager
    def sending_fails(self, *, background: bool = False) -> Iterator[Callable[[], int]]:
        """Let every `emit` of a handler raise an error in here; the background sends as usual.

        With `background` it is the other way about. It gives what tells how many have failed so
        far: an app can send in another way, which does not fail, and be right.
        """
        self.was_tampered = True

        def failed() -> int:
            return self.app.let_sending_fail(handlers=not background, background=background)

        failed()
        try:
            yield failed
        finally:
            self.app.let_sending_fail()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the app's background sleep on in here, where it sleeps: see `pause`."""
        self.was_tampered = True
        self.app.pause()
        try:
            yield
        finally:
            if not self._is_paused:
                self.app.resume()

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Let the app's background, if it is paused, go on in here."""
        if not self._is_paused:
            yield
            return
        self.app.resume()
        try:
            yield
        finally:
            self.app.pause()

    def at_usual_pace(self) -> None:
        """Let the app go on as if nobody had slowed or paused it."""
        if self._is_delayed:
            self.delay()
        if self._is_paused:
            self.app.resume()
