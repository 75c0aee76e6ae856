"""Notices which files are saved: told by the system's events, and by a slow look beside them.

Not every disk has events (network mounts, containers' bind mounts), and there may be none left.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import watchfiles

from kit.checking.saves import is_work, look

# Milliseconds. Editors write a file in several steps; people should not have to wait for more.
SETTLE, STEP = 60, 20
# Seconds between two looks: beside the events, and where there are none.
EVERY, WITHOUT_EVENTS = 2.0, 0.3
MOST_COST = 0.01  # of a processor, for looks where there are no events
AGAIN = 60.0  # seconds without events after which they are tried again: others may have ended


class End(Protocol):
    """What tells that nobody wants to know any more; `threading.Event` does."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float) -> bool: ...


class Noticing:
    """Notices in which of some `folders`, all below `above`, work is saved, until `ended` is set.

    What is saved after this was made is noticed, however much later it is iterated.
    """

    def __init__(self, above: Path, folders: Sequence[Path], ended: End) -> None:
        self._above = above
        self._ended = ended
        self._looks = {folder: look(folder) for folder in folders}
        self._looked = 0.0
        self._cost = 0.0  # of the last look at all of them, in seconds of processor time

    def __iter__(self) -> Iterator[list[Path]]:
        """Yield the folders of each save, and at least every few seconds: none, where none was."""
        for paths in self._events():
            told = {folder for path in paths for folder in self._looks if _is_saved(path, folder)}
            is_time = paths is NOTHING_TOLD or time.monotonic() - self._looked >= EVERY
            began = time.thread_time()
            # An event counts in any case: two saves within one tick of the clock look the same.
            found = [
                folder
                for folder in self._looks
                if (is_time or folder in told) and (self._looks_new(folder) or folder in told)
            ]
            if is_time:
                self._looked = time.monotonic()
                self._cost = time.thread_time() - began
            if found or is_time:
                yield found

    def _looks_new(self, folder: Path) -> bool:
        """Look at a folder's files; whether they look otherwise than at the last time."""
        before, self._looks[folder] = self._looks[folder], look(folder)
        return before != self._looks[folder]

    def _events(self) -> Iterator[list[Path]]:
        """Yield the files that events tell of; NOTHING_TOLD each time to look by oneself."""
        while not self._ended.is_set():
            try:
                watched = self._above.stat().st_ino
                # Nothing is left out here: among many events that count for nothing it would be
                # silent, and no look would be taken.
                for changes in watchfiles.watch(
                    self._above,
                    watch_filter=None,
                    debounce=SETTLE,
                    step=STEP,
                    stop_event=self._ended,
                    yield_on_timeout=True,
                    rust_timeout=int(EVERY * 1000),
                ):
                    yield [Path(path) for _, path in changes] or NOTHING_TOLD
                    if self._above.stat().st_ino != watched:  # events are about the one before
                        break
            except (OSError, RuntimeError):  # no events here, or none any more
                ends = time.monotonic() + AGAIN
                while time.monotonic() < ends and not self._ended.wait(self._pause()):
                    yield NOTHING_TOLD

    def _pause(self) -> float:
        """Return the seconds until the next look where there are no events."""
        return min(EVERY, max(WITHOUT_EVENTS, self._cost / MOST_COST))


NOTHING_TOLD: list[Path] = []


def _is_saved(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) and is_work(path.relative_to(folder))
