"""Sees which labs' files are saved: told by the system's events, and by a slow look beside them.

Not every disk has events (network mounts, containers' bind mounts), and there may be none left.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

from kit.checking.saves import is_work, look
from kit.checking.watch import LOOK, SETTLE
from kit.course import Course, Lab

EVERY = 2.0  # seconds between two looks beside the events
WITHOUT_EVENTS = 0.3  # the same, where there are none


class Watching:
    """Calls `saved` with the labs of which a file was saved, until `ended` is set."""

    def __init__(
        self, course: Course, saved: Callable[[list[Lab]], None], ended: threading.Event
    ) -> None:
        self._labs = course.labs
        self._above = course.root / "labs"
        self._saved = saved
        self._ended = ended
        self._looks = {lab: look(lab.folder) for lab in self._labs}
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self._looked = 0.0

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._looked = time.monotonic()
        self._thread.start()

    @property
    def goes_on(self) -> bool:
        """Whether it has looked lately; where not, nobody knows what was saved."""
        return self._thread.is_alive() and time.monotonic() - self._looked < 5 * EVERY

    def _run(self) -> None:
        for paths in self._events():
            told = {lab for path in paths for lab in self._labs if path.is_relative_to(lab.folder)}
            is_time = not paths or time.monotonic() - self._looked >= EVERY
            # An event counts in any case: two saves within one tick of the clock look the same.
            labs = [
                lab
                for lab in self._labs
                if (is_time or lab in told) and (self._looks_new(lab) or lab in told)
            ]
            if is_time:
                self._looked = time.monotonic()
            if labs:
                self._saved(labs)

    def _looks_new(self, lab: Lab) -> bool:
        """Look at a lab's files; whether they look otherwise than at the last time."""
        before, self._looks[lab] = self._looks[lab], look(lab.folder)
        return before != self._looks[lab]

    def _events(self) -> Iterator[list[Path]]:
        """Yield the files that events tell of, and an empty list each time to look by oneself."""
        try:
            for changes in watchfiles.watch(
                self._above,
                watch_filter=self._is_work,
                debounce=SETTLE,
                step=LOOK,
                stop_event=self._ended,
                yield_on_timeout=True,
                rust_timeout=int(EVERY * 1000),
            ):
                yield [Path(path) for _, path in changes]
        except (OSError, RuntimeError):  # no events here, or none any more
            while not self._ended.wait(WITHOUT_EVENTS):
                yield []

    def _is_work(self, _: object, path: str) -> bool:
        inside = Path(path).relative_to(self._above)
        return len(inside.parts) > 1 and is_work(Path(*inside.parts[1:]))
