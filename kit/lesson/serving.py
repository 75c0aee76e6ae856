"""The student's server, started from a notebook."""

import html
import json
import re
from typing import Any

import pandas as pd
from IPython.display import HTML, display

from kit import reachable
from kit.checking.words import why_not_started
from kit.course import Lab
from kit.running import App, Launcher, Plan, RunningApp, StartFailed

# Werkzeug colours its lines for a terminal.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class ServerDidNotStart(Exception):
    """The student's server did not start. Its text says why and what to do next."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a traceback, which would be one of the kit's.
        return [f"The server did not start. {self}"]


class Served:
    """The student's server while it runs.

    `url` is its address for programs on this machine, such as the notebook's own clients, and
    `address` that for the student's browser: a path where it goes through this Jupyter's host.
    """

    def __init__(self, app: RunningApp) -> None:
        self._app = app
        self.url = app.url
        self.address = reachable.for_people(app.url)

    def __repr__(self) -> str:
        state = "runs" if self._app.is_running else "has stopped"
        return f"Your server {state} ({self.address})"

    def announce(self) -> None:
        """Say in the running cell where the server can be opened."""
        if self.address.startswith("/"):  # the browser knows the host
            link = f'<a href="{html.escape(self.address)}" target="_blank">{self.address}</a>'
            display(HTML(f"<p>Your server runs at {link}</p>"))  # type: ignore[no-untyped-call]
        else:
            print(f"Your server runs at {self.address}")

    def log(self) -> pd.DataFrame:
        """Return what the server has printed and logged: a row a line, oldest first.

        The columns are `time` (when the line arrived, UTC) and `text`; the fields of a line that
        is a JSON object become columns of their own; its own time is in `logged_time`.
        """
        lines = [(line.at, COLOUR.sub("", line.text)) for line in list(self._app.log)]
        rows = [{"time": at, "text": text} | _fields(text) for at, text in lines]
        frame = pd.DataFrame(rows, columns=None if rows else ["time", "text"])
        arrived = pd.to_datetime(frame["time"].astype(float), unit="s", utc=True)
        return frame.assign(time=arrived.dt.as_unit("ms"))

    def stop(self) -> None:
        """Stop the server, and everything that it started."""
        self._app.stop()


def serve(launcher: Launcher, lab: Lab, settings: dict[str, Any]) -> Served:
    """Start the student's copy of `lab` and return it. Raises ServerDidNotStart."""
    app = App("Development", settings) if settings else App(None)
    running = launcher.start(Plan(lab.folder, (app,)))
    try:
        running.wait_until_listening()
    except StartFailed as failure:
        running.stop()
        raise ServerDidNotStart(why_not_started(failure, lab.folder)) from None
    return Served(running)


def _fields(text: str) -> dict[str, Any]:
    if not text.startswith("{"):
        return {}
    try:
        fields = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(fields, dict):
        return {}
    return {f"logged_{name}" if name in {"time", "text"} else name: fields[name] for name in fields}
