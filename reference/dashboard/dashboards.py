# lab 2 (given): the state behind each dashboard
"""The state behind each dashboard: its source, and the newest rows of it."""

import json
import threading
import time
from collections import deque
from itertools import chain, count
from typing import Any

import pandas as pd
from flask import Config, current_app

from . import people, thinning
from .engine.aside import Aside
from .refusal import UNKNOWN, Refused
from .sources import Source, SourceError
from .sources.csvfile.opening import open_files
from .state import state


class Dashboard:
    """One source and its newest rows, safe to use from several threads.

    `rows` has the columns that the source's `read` describes, oldest first.
    """

    def __init__(self, source: Source, keep: int, pace: float) -> None:
        """Keep the last `keep` rows; ask the source at most once in `pace` seconds."""
        self.source = source
        self.keep = keep
        self.pace = pace
        self.lock = threading.RLock()
        self.parts: deque[pd.DataFrame] = deque(maxlen=keep)  # of one row at least
        self.read_at = float("-inf")

        # lab 13 (given): what its chart shows; the app's configuration may give it another length
        self.window = thinning.Window(None, keep)
        self.told: list[str] = []  # the remarks that the room has heard

        # lab 5: remember the latest updates, and the number of the newest
        self.number = 0
        self.updates: deque[tuple[int, pd.DataFrame]] = deque(maxlen=keep)

        # lab 6 (given): the number of the newest update that the room has heard
        self.published = 0

        # lab 14 (given): the figure, and the number at which it was drawn
        self.drawn: tuple[int, dict[str, Any]] | None = None

    def describe(self) -> dict[str, Any]:
        """Return what the API says of this dashboard."""
        columns = [{"name": column.name, "unit": column.unit} for column in self.source.columns]
        return {
            "id": self.source.id,
            "title": self.source.title,
            "columns": columns,
            # lab 13 (given): the zone that its times were written in, and what was left out of it
            "timezone": getattr(self.source, "timezone", None),
            "remarks": self.remarks,
        }

    # lab 13 (given): what people should know of the data
    @property
    def remarks(self) -> list[str]:
        """Sentences of the source on what it left out or assumed; they may change."""
        return list(getattr(self.source, "remarks", ()))

    def refresh(self) -> None:
        """Add what is new at the source to `rows`, and drop the oldest beyond `keep`."""
        with self.lock:
            if time.monotonic() - self.read_at < self.pace:
                return
            self.read_at = time.monotonic()
            read = self.source.read()
            new = read.tail(self.keep)
            if new.empty:
                return
            self.parts.append(new)

            # lab 13 (given): draw and send as many of all rows as people can see
            new = self.window.take(read)

            # lab 5: give what is new the next number, and remember it
            self.number += 1
            self.updates.append((self.number, new))

            # lab 13 (given): who missed a large update is sent the figure, which is smaller
            if new.size > thinning.MOST_CELLS:
                self.updates.clear()

    @property
    def rows(self) -> pd.DataFrame:
        """The newest rows. They are put together only when somebody looks: that takes its time."""
        with self.lock:
            if len(self.parts) > 1:
                whole = pd.concat(self.parts, ignore_index=True).tail(self.keep)
                self.parts.clear()

                # lab 13 (given): put rows that came late in their place
                whole = whole.sort_values("time", kind="stable", ignore_index=True)

                self.parts.append(whole)
            return self.parts[0] if self.parts else pd.DataFrame()

    def latest(self) -> dict[str, Any]:
        """Return the newest row as strict JSON: its `time`, and each column's number or None."""
        with self.lock:
            newest = self.rows.tail(1).to_json(
                orient="records", date_format="iso", double_precision=15
            )
        records: list[dict[str, Any]] = json.loads(newest)
        return records[0] if records else {}

    # lab 5: hand out what came after an update
    def since(self, number: int) -> list[tuple[int, pd.DataFrame]] | None:
        """Return the updates after `number`, oldest first, or None where some are forgotten.

        A number that this dashboard has not reached yet is treated as forgotten too.
        """
        with self.lock:
            oldest = self.updates[0][0] if self.updates else self.number + 1
            if not oldest - 1 <= number <= self.number:
                return None
            return [update for update in self.updates if update[0] > number]

    # lab 6: name the dashboard's room
    @property
    def room(self) -> str:
        """The name of this dashboard's room, such as `dashboard_machine`."""
        return f"dashboard_{self.source.id}"


def open_all(config: Config) -> dict[str, Dashboard]:
    """Return a dashboard for each source of the configuration, by id. Raises SourceError."""
    return {
        source.id: Dashboard(source, config["KEEP_ROWS"], pace=config["FEED_SECONDS"] / 2)
        for source in open_sources(config)
    }


def open_sources(config: Config) -> list[Source]:
    """Return a source for each of the configuration's `CSV` files and `SOURCES`, in this order.

    A file whose id another source has is given a number after it: `stocks-2`. Raises SourceError
    where a file cannot be followed, or two other sources have the same id.
    """
    sources = [open_source() for open_source in config["SOURCES"]]
    ids = [source.id for source in sources]
    if len(set(ids)) < len(ids):
        raise SourceError(f"Two sources have the same id: {', '.join(ids)}. Give each its own.")
    files = open_files(config["CSV"], config["CSV_TIME"], config["CSV_TIMEZONE"])
    for file in files:
        numbered = (f"{file.id}-{number}" for number in count(2))
        file.id = next(name for name in chain([file.id], numbered) if name not in ids)
        ids.append(file.id)

    # lab 14 (given): read them where nobody has to wait for them
    if config["ASYNC_MODE"] == "gevent":
        return [Aside(source) for source in (*files, *sources)]

    return [*files, *sources]


def all_dashboards() -> dict[str, Dashboard]:
    """Return the current app's dashboards that are for who asks, by id: files come first."""
    # lab 12: leave out what is not for who asks
    if current_app.config["PRIVATE"]:
        return {name: one for name, one in state().dashboards.items() if people.may_see(name)}

    return state().dashboards


def find(payload: object) -> Dashboard | None:
    """Return the dashboard that a payload like `{"dashboard": "machine"}` names.

    No payload at all means the first one. An unknown name, and a payload that names none, give
    None, until lab 10 lets them raise Refused.
    """
    dashboards = all_dashboards()
    if payload is None and dashboards:
        return next(iter(dashboards.values()))
    name = payload.get("dashboard") if isinstance(payload, dict) else None

    # lab 10: say so where there is none
    if not isinstance(name, str) or name not in dashboards:
        raise Refused(**UNKNOWN)

    return dashboards.get(name) if isinstance(name, str) else None
