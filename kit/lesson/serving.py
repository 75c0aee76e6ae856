"""The student's server, started from a notebook."""

import html
import json
import re
import threading
from dataclasses import replace
from typing import Any

import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import HTML, DisplayHandle, display

from kit import reachable
from kit.checking.saves import changed, listed, look
from kit.checking.words import why_not_started
from kit.course import Lab
from kit.language import _
from kit.running import App, Launcher, Plan, RunningApp, StartFailed

# Werkzeug colours its lines for a terminal.
LOOK = 1.0  # seconds between two looks whether files were saved
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class ServerDidNotStart(Exception):
    """The student's server did not start. Its text says why and what to do next."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a traceback, which would be one of the kit's.
        return [_("The server did not start. {why}").format(why=self)]


class Served:
    """The student's server while it runs.

    `address` is its address for the student's browser: a path where it goes through this Jupyter's
    host. When files are saved that it has not read, it says so, here and where `url` is asked for.
    """

    def __init__(self, launcher: Launcher, plan: Plan) -> None:
        """Start the server. Raises ServerDidNotStart."""
        self._launcher, self._plan = launcher, plan
        self._notice: DisplayHandle | None = None
        self._told: list[str] = []  # the files that it was said of
        self._app = self._started()
        self._plan = replace(plan, port=self._app.ports[0])  # where it comes back
        self.address = reachable.for_people(self._app.url)

    def __repr__(self) -> str:
        said = _("Your server runs ({address})")
        if not self._app.is_running:
            said = _("Your server has stopped ({address})")
        said = said.format(address=self.address)
        return f"{said}. {_older(names)}" if (names := self.saved_since()) else said

    @property
    def url(self) -> str:
        """Its address for programs on this machine, such as the notebook's own clients."""
        names = self.saved_since()
        if names and names != self._told:
            self._told = names
            print(_older(names))
        return self._app.url

    def saved_since(self) -> list[str]:
        """Return the files that were saved since the server started, if it still runs."""
        return changed(self._plan.folder, self._files) if self._app.is_running else []

    def restart(self) -> "Served":
        """Start it anew at the same address, with the files as they are; clients have to connect.

        Raises ServerDidNotStart.
        """
        self._app.stop()
        self._app = self._started()
        self._told = []
        self._begin_to_watch()
        print(_("Your server runs at {address} again").format(address=self.address))
        return self

    def announce(self) -> None:
        """Say in the running cell where the server can be opened, and later when it is too old."""
        if get_ipython():
            shown = HTML("")  # type: ignore[no-untyped-call]
            self._notice = display(shown, display_id=True)  # type: ignore[no-untyped-call]
            self._begin_to_watch()
        if self.address.startswith("/"):  # the browser knows the host
            link = f'<a href="{html.escape(self.address)}" target="_blank">{self.address}</a>'
            said = _("Your server runs at {address}").format(address=link)
            display(HTML(f"<p>{said}</p>"))  # type: ignore[no-untyped-call]
        else:
            print(_("Your server runs at {address}").format(address=self.address))

    def _started(self) -> RunningApp:
        self._files = look(self._plan.folder)  # first: what is saved meanwhile it may have read
        app = self._launcher.start(self._plan)
        try:
            app.wait_until_listening()
        except StartFailed as failure:
            app.stop()
            raise ServerDidNotStart(why_not_started(failure, self._plan.folder)) from None
        return app

    def _begin_to_watch(self) -> None:
        if self._notice:
            watch = threading.Thread(target=self._watch, args=(self._app,), daemon=True)
            watch.start()

    def _watch(self, app: RunningApp) -> None:
        """Renew the notice in the cell as long as `app` runs: what has ended is not too old."""
        shown: list[str] | None = None
        while not app.ended.wait(0 if shown is None else LOOK):
            if (names := self.saved_since()) != shown:
                self._show(_older(names) if names else "")
                shown = names
        if app is self._app:
            self._show("")

    def _show(self, notice: str) -> None:
        if self._notice:
            text = f"<p>{html.escape(notice)}</p>" if notice else ""
            self._notice.update(HTML(text))  # type: ignore[no-untyped-call]

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

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._app.is_running

    @property
    def pid(self) -> int:
        """The number that the system gives its process."""
        return self._app.pid

    def stop(self) -> None:
        """Stop the server, and everything that it started."""
        self._app.stop()


def serve(
    launcher: Launcher, lab: Lab, settings: dict[str, Any], config: str | None = None
) -> Served:
    """Start the student's copy of `lab` and return it. Raises ServerDidNotStart.

    `settings` are laid over the class `config` of their configuration, which is `Development` where
    it is not named. With neither, `create_app` is called without an argument.
    """
    app = App(config or "Development", settings) if config or settings else App(None)
    return Served(launcher, Plan(lab.folder, (app,)))


def _older(names: list[str]) -> str:
    """Return what to do about files that were saved since the server started."""
    return _(
        "You saved {files} since this server started, so it still runs the older code."
        " To start it again: server.restart()"
    ).format(files=listed(names))


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
