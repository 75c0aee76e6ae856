"""Checks kept warm: the same lab checked again and again, as files are saved."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

from kit.checking.check import Check, load
from kit.checking.runner import run
from kit.checking.verdict import Result, Verdict
from kit.course import Course, Lab
from kit.running import Launcher

# Milliseconds. Editors write a file in several steps; people should not have to wait for more.
SETTLE, LOOK = 60, 20
# An environment that a student makes in a lab's folder is work like any other.
NO_WORK = set(watchfiles.DefaultFilter.ignore_dirs) - {".venv"}
# What a server writes while it is checked must not have it checked once more.
WRITTEN_BY_SERVERS = r"\.(log|jsonl|db|sqlite3?)(-\w+|\.\d+)?$"
NO_SAVES = [*watchfiles.DefaultFilter.ignore_entity_patterns, WRITTEN_BY_SERVERS]


class Session:
    """The checks of one lab on one submission, with a warm parent that outlives each verdict."""

    def __init__(self, course: Course, lab: Lab, folder: Path, *, so_far: bool = False) -> None:
        """Check the package in `folder`; with `so_far`, by all earlier labs' checks as well."""
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
        self._launcher = Launcher()
        self._newest: Verdict | None = None

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process that was started here."""
        self._launcher.close()

    def verdict(self, tell: Callable[[Result], None] = lambda _: None) -> Verdict:
        """Return the verdict on the submission as it is now; `tell` hears each result first."""
        self._newest = run(
            self.checks,
            self.folder,
            self._launcher,
            ahead=True,
            earlier=self._newest,
            tell=tell,
        )
        return self._newest

    def verdicts(
        self, stop: threading.Event | None = None, begin: Callable[[], None] = lambda: None
    ) -> Iterator[Verdict]:
        """Yield the verdict now and after each save, until `stop` is set.

        `begin` is called when a save was seen, before the checks are run again.
        """
        # Watching begins before the first verdict, so that nothing saved meanwhile is missed.
        saves = watchfiles.watch(
            self.folder,
            watch_filter=watchfiles.DefaultFilter(
                ignore_dirs=sorted(NO_WORK), ignore_entity_patterns=NO_SAVES
            ),
            debounce=SETTLE,
            step=LOOK,
            stop_event=stop,
            yield_on_timeout=True,
            rust_timeout=100,
        )
        next(saves)
        yield self.verdict()
        for changes in saves:
            if changes:
                begin()
                yield self.verdict()
