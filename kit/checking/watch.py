"""Checks kept warm: the same lab checked again and again, as files are saved."""

import concurrent.futures
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kit.checking.check import Check, load
from kit.checking.noticing import Noticing
from kit.checking.runner import AT_ONCE, GivenUp, run
from kit.checking.verdict import Result, Verdict
from kit.course import Course, Lab
from kit.running import Launcher


class Watch:
    """The checks of one lab on one submission, with a warm parent that outlives each verdict."""

    def __init__(
        self,
        course: Course,
        lab: Lab,
        folder: Path,
        *,
        so_far: bool = False,
        launcher: Launcher | None = None,
    ) -> None:
        """Check the package in `folder`; with `so_far`, by all earlier labs' checks as well.

        Its servers are started by `launcher`, which its giver closes; without one, by a launcher
        of its own.
        """
        self.lab = lab
        self.folder = folder
        labs = [other for other in course.labs if so_far and other.number < lab.number]
        # A lab about files in the folder itself says nothing about the folder of a later one.
        self.checks: list[Check] = [
            check
            for one in [*labs, lab]
            for check in load(one.checks)
            if one is lab or "folder" not in check.fixtures
        ]
        self._is_own = launcher is None
        self._launcher = launcher or Launcher()
        self._newest: Verdict | None = None

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process that was started here, but not those of a launcher that was given."""
        if self._is_own:
            self._launcher.close()

    def verdict(
        self,
        tell: Callable[[Result], None] = lambda _: None,
        given_up: threading.Event | None = None,
    ) -> Verdict:
        """Return the verdict on the submission as it is now; `tell` hears each result first.

        Raises GivenUp soon after `given_up` is set.
        """
        self._newest = run(
            self.checks,
            self.folder,
            self._launcher,
            ahead=True,
            earlier=self._newest,
            given_up=given_up,
            tell=tell,
        )
        return self._newest

    def verdicts(
        self, stop: threading.Event | None = None, begin: Callable[[], None] = lambda: None
    ) -> Iterator[Verdict]:
        """Yield the verdict now and after each save, until `stop` is set.

        `begin` is called when a save was seen, before the checks are run again. A verdict that is
        still under way then is given up: the code that it is about is no longer there.
        """
        left = threading.Event()  # by who asked for the verdicts
        events: queue.Queue[Saved | Ended | Attempt] = queue.Queue()
        # Watching begins before the first verdict, so that nothing saved meanwhile is missed.
        noticing = Noticing(self.folder, [self.folder], _Either(left, stop or left))
        threading.Thread(target=_tell_saves, args=(noticing, events), daemon=True).start()
        attempt = Attempt(self, events)
        try:
            while not isinstance(event := _next(events), Ended):
                if isinstance(event, Saved):
                    begin()
                    attempt.given_up.set()
                    attempt = Attempt(self, events)
                elif event is attempt:
                    yield attempt.verdict()
                    self._launcher.keep_ready(AT_ONCE)
        finally:
            left.set()
            attempt.given_up.set()


class _Either:
    """An event that is set as soon as one of two is."""

    def __init__(self, one: threading.Event, other: threading.Event) -> None:
        self.events = one, other

    def is_set(self) -> bool:
        return any(event.is_set() for event in self.events)

    def wait(self, timeout: float) -> bool:
        """Wait until one is set, for so many seconds at most; whether one is."""
        return self.events[0].wait(timeout) or self.is_set()


class Saved:
    """A file was saved."""


class Ended:
    """There is nothing to wait for any more."""


class Attempt:
    """A verdict under way, in a thread of its own; it is put among the events when it is done."""

    def __init__(self, watch: Watch, events: "queue.Queue[Any]") -> None:
        self.given_up = threading.Event()
        self._watch = watch
        self._events = events
        self._done: concurrent.futures.Future[Verdict] = concurrent.futures.Future()
        threading.Thread(target=self._run, name="verdict", daemon=True).start()

    def verdict(self) -> Verdict:
        """Return the verdict of an attempt that is done. Raises what went wrong in it."""
        return self._done.result()

    def _run(self) -> None:
        try:
            self._done.set_result(self._watch.verdict(given_up=self.given_up))
        except GivenUp:
            return
        except Exception as error:
            self._done.set_exception(error)
        self._events.put(self)


def _tell_saves(noticing: Noticing, events: "queue.Queue[Any]") -> None:
    for folders in noticing:
        if folders:
            events.put(Saved())
    events.put(Ended())


def _next(events: "queue.Queue[Any]") -> Any:
    while True:
        # Not without an end: on Windows nothing interrupts that, not even Ctrl-C.
        with contextlib.suppress(queue.Empty):
            return events.get(timeout=1)
