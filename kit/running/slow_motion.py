"""Inside the child: what an app does with Socket.IO can be made to take longer, or to wait.

What goes wrong only where another thread comes in between at the wrong moment, is right a hundred
times on a quick machine. Here the moment is as long as a check wants, and it goes wrong each time.
An app that is right is right on a slow machine too.
"""

import math
import os
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

MOMENT = 0.001  # seconds that the background sleeps where it is hastened
STARTED_BY_A_HANDLER = "roundtrip_started_by_a_handler"  # what a thread knows of itself
MOST_SLEEPS = 5000  # of one thread, the last ones


class SlowMotion:
    """Delays what the Socket.IO servers of one process do, each kind by so many seconds.

    And it pauses or hastens their background, where that sleeps.
    """

    def __init__(self) -> None:
        """Delay nothing, until `delay`."""
        self._handlers = self._background = self._tasks = self._returns = 0.0
        self._changed = threading.Event()
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._longest = math.inf
        self._asked: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_SLEEPS))
        self._asleep: dict[int, float] = {}  # by a thread's number, while it does

    def delay(self, handlers: float, background: float, tasks: float, returns: float) -> None:
        """From now on take so many seconds more to send an event, and before and after a join.

        Those are taken by a handler, or in the background. `tasks` is what a handler takes more to
        start a task, `returns` the background to go on after it has sent. Who is late now, goes on.
        """
        self._handlers, self._background = handlers, background
        self._tasks, self._returns = tasks, returns
        changed, self._changed = self._changed, threading.Event()
        changed.set()

    def pause(self) -> None:
        """Let nobody in the background wake up, until `resume`."""
        self._goes_on.clear()

    def resume(self) -> None:
        """Let the background go on at once, as far as it has slept enough."""
        self._goes_on.set()

    def hasten(self) -> None:
        """Let nobody in the background sleep longer than a moment, from the next time on."""
        self._longest = MOMENT

    def at_leisure(self) -> None:
        """Let the background sleep as long as it wants to, from the next time on."""
        self._longest = math.inf

    def asked(self) -> list[list[float]]:
        """Return for how many seconds each thread in the background has wanted to sleep so far."""
        return [list(seconds) for seconds in list(self._asked.values())]

    def asleep(self, thread: int) -> float | None:
        """Return for how many seconds a thread in the background sleeps now, where that is known.

        0.0 where it is paused: until `resume`, it does not wake up. None for a handler's thread.
        """
        wanted = self._asleep.get(thread)
        if wanted is None:
            return None
        return min(wanted, self._longest) if self._goes_on.is_set() else 0.0

    def watch(self, servers: Iterable[Any]) -> None:
        """Delay what these servers do."""
        for server in servers:
            emit, enter = server.manager.emit, server.manager.enter_room
            server.manager.emit = self._slow(emit, self._usual, self._returning)
            server.manager.enter_room = self._slow(enter, self._usual, self._usual)
            # The server itself starts a task for each event: that is no handler's doing.
            start = server.start_background_task
            server.start_background_task = self._slow(start, lambda: self._tasks * _handles())
            server.sleep = self._wakes_late(server.sleep)

    def watch_threads(self, folder: str) -> None:
        """Pause and hasten who sleeps by Python's own means, too; delay who lets go of a lock.

        That is one which a module in `folder` has made. Notice which threads a handler starts.
        Call it before anybody imports these.
        """
        time.sleep = self._wakes_late(time.sleep, folder)
        usual = threading.Timer.run

        def run(timer: threading.Timer) -> None:
            timer.interval = min(timer.interval, self._longest)
            usual(timer)

        threading.Timer.run = run  # type: ignore[assignment,method-assign]
        start = threading.Thread.start

        def begin(thread: threading.Thread) -> None:
            thread.__dict__[STARTED_BY_A_HANDLER] = _handles()
            start(thread)

        threading.Thread.start = begin  # type: ignore[assignment,method-assign]
        for name in ("Lock", "RLock"):
            setattr(threading, name, SlowLocks(getattr(threading, name), folder, self._let_go))

    def _usual(self) -> float:
        return self._handlers if _handles() else self._background

    def _returning(self) -> float:
        return 0.0 if _handles() else self._returns

    def _slow(
        self,
        usual: Callable[..., Any],
        before: Callable[[], float],
        after: Callable[[], float] = lambda: 0.0,
    ) -> Callable[..., Any]:
        def slow(*args: Any, **kwargs: Any) -> Any:
            self._wait(before())
            done = usual(*args, **kwargs)
            self._wait(after())
            return done

        return slow

    def _wait(self, seconds: float) -> None:
        if seconds:
            self._changed.wait(seconds)

    def _let_go(self) -> None:
        self._wait(self._handlers * _handles())

    def _wakes_late(self, usual: Callable[..., Any], folder: str = "") -> Callable[..., Any]:
        # Only who is called from `folder` is hastened: not the library, between two pings.
        def sleep(*args: Any, **kwargs: Any) -> Any:
            seconds, *_ = [*args, *kwargs.values(), 0]
            is_own = sys._getframe(1).f_code.co_filename.startswith(folder)
            thread = threading.get_ident()
            if is_own and not _handles():
                self._asked[thread].append(seconds)
                self._asleep[thread] = seconds
            try:
                # Who sleeps for no time only lets others go first.
                if not seconds or _handles():
                    usual(*args, **kwargs)
                else:
                    usual(min(seconds, self._longest) if is_own else seconds)
                    self._goes_on.wait()
            finally:
                if is_own:  # what the library sleeps meanwhile is part of that
                    self._asleep.pop(thread, None)

        self.sleep_code = sleep.__code__  # the same for all that are made here
        return sleep


class SlowLocks:
    """Makes what `usual` makes, and slow ones for the modules in `folder`.

    No function: as an attribute of a class, where libraries have it, that would become a method.
    """

    def __init__(self, usual: Callable[[], Any], folder: str, let_go: Callable[[], None]) -> None:
        """Let `let_go` be called after a slow lock was let go."""
        self._usual = usual
        self._folder = folder + os.sep
        self._let_go = let_go

    def __call__(self) -> Any:
        """Return a new lock."""
        lock = self._usual()
        is_own = sys._getframe(1).f_code.co_filename.startswith(self._folder)
        return SlowLock(lock, self._let_go) if is_own else lock


class SlowLock:
    """A lock after which `let_go` is called: what comes in between two that are held, does so."""

    def __init__(self, lock: Any, let_go: Callable[[], None]) -> None:
        """Do what `lock` does, which may be one that lets in the thread that holds it."""
        self._lock = lock
        self._let_go = let_go

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)

    def __enter__(self) -> Any:
        return self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        self._lock.release()
        is_owned = getattr(self._lock, "_is_owned", None)
        if is_owned is None or not is_owned():
            self._let_go()


def _handles() -> bool:
    """Whether this thread is at a handler, rather than in the background.

    A thread that a handler has started is in the background, also where it has the request's
    context with it.
    """
    from flask import has_request_context

    is_its_own = threading.current_thread().__dict__.get(STARTED_BY_A_HANDLER, False)
    return has_request_context() and not is_its_own
