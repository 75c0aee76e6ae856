"""The background feed: it reads every source again and again, and tells the rooms."""

import threading
from typing import Any

import pandas as pd
from flask import Flask

from . import thinning
from .dashboards import Dashboard
from .engine import slow
from .extensions import socketio
from .figures import chart, points
from .state import state_of


# lab 6 (given): the one feed of an app
class Feed:
    """Publishes every dashboard of one app, in the background, once it is started."""

    def __init__(self, app: Flask) -> None:
        """Make the feed of `app`; it does nothing until `start`."""
        self.app = app
        self.starting = threading.Lock()
        self.task: threading.Thread | None = None

    # lab 6: start the feed, and only once
    def start(self) -> None:
        """Start `run` in the background; where it runs already, do nothing."""
        with self.starting:
            if self.task is None:
                self.task = socketio.start_background_task(self.run)

    # lab 6: publish every dashboard, for ever
    def run(self) -> None:
        """Publish every dashboard each `FEED_SECONDS`; log a source that fails, and go on."""
        while True:
            for dashboard in state_of(self.app).dashboards.values():
                try:
                    publish(dashboard)
                except Exception:
                    self.app.logger.exception("cannot publish %s", dashboard.source.id)

            # lab 11: tell the rooms who is there
            try:
                state_of(self.app).audiences.tell(self.app)
            except Exception:
                self.app.logger.exception("cannot tell the rooms who is there")

            # lab 14 (given): let go of who cannot keep up
            try:
                slow.disconnect()
            except Exception:
                self.app.logger.exception("cannot let go of who is behind")

            socketio.sleep(self.app.config["FEED_SECONDS"])


# lab 6: send what is new to the room of one dashboard
def publish(dashboard: Dashboard) -> None:
    """Read the source; send what is kept and its room has not heard as `update_data`."""
    with dashboard.lock:
        dashboard.refresh()

        # lab 14 (given): begin anew where this process has missed some
        if dashboard.since(dashboard.published) is None:
            socketio.emit("update_chart", chart(dashboard), to=dashboard.room)

        for number, rows in dashboard.since(dashboard.published) or []:
            # Outside a request there is no sender: socketio.emit, and always with a room.
            socketio.emit("update_data", update(dashboard, number, rows), to=dashboard.room)
        dashboard.published = dashboard.number

        # lab 13 (given): say what was left out, whenever that changes
        if dashboard.remarks != dashboard.told:
            dashboard.told = dashboard.remarks
            socketio.emit("remarks", remarks(dashboard), to=dashboard.room)


# lab 6: make the payload of update_data
def update(dashboard: Dashboard, number: int, rows: pd.DataFrame) -> dict[str, Any]:
    """Return what is sent of one update: its dashboard, its number, and the points of its rows."""
    return {"dashboard": dashboard.source.id, "number": number, "points": points(rows)}


# lab 13 (given): add how far back the chart goes, and how it is thinned
update = thinning.with_window(update)


# lab 13 (given): make the payload of remarks
def remarks(dashboard: Dashboard) -> dict[str, Any]:
    """Return what is sent of the remarks on a dashboard's data."""
    return {"dashboard": dashboard.source.id, "remarks": dashboard.remarks}
