"""What the warm parent does once, so that not every child has to do it for the first time.

Libraries load and compile much of themselves only when they are first used: to draw a figure, to
answer a request, to handle an event. A server that is forked after that begins a fifth faster.
"""

import logging
import sys
from typing import Any

from kit.running.sources import Steady


def rehearse() -> None:
    """Use each library that is loaded as an app does, and leave behind what the libraries keep."""
    before = _loggers()
    if {"pandas", "plotly.graph_objects"} <= sys.modules.keys():
        _draw()
    _serve()
    if "pydantic.main" in sys.modules:
        _validate()
    _restore(before)


def _draw() -> None:
    import pandas as pd
    from plotly import data, graph_objects

    Steady("warm", ["warm"], step=1).read()
    weeks = data.stocks().rename(columns={"date": "time"}).astype({"time": "datetime64[ms, UTC]"})
    rows = pd.concat([weeks.iloc[:2].reset_index(drop=True), weeks], ignore_index=True).tail(9)
    rows.to_json(orient="split", date_format="iso", double_precision=15)
    line = graph_objects.Scatter(name="GOOG", x=rows["time"], y=rows["GOOG"], mode="lines")
    figure = graph_objects.Figure(line, {"title": {"text": "warm"}, "template": "none"})
    for number, axis in enumerate(("yaxis", "yaxis2")):
        figure.layout[axis] = {"title": {"text": "%"}, "domain": [number / 2, (number + 1) / 2]}
    figure.layout.xaxis.anchor = "y2"
    figure.to_json()


def _serve() -> None:
    from flask import Flask, session
    from flask_socketio import SocketIO, emit, join_room
    from werkzeug.serving import make_server

    app = Flask(__name__)
    app.secret_key = "of a rehearsal"
    socketio = SocketIO(async_mode="threading")
    socketio.init_app(app)

    @app.get("/")
    def page() -> dict[str, Any]:
        session["name"] = "Ana"
        return {"ok": True}

    @socketio.on("ask")
    def ask(payload: object = None) -> dict[str, Any]:
        join_room("a room")
        emit("answer", payload, to="a room")
        return {"ok": True}

    make_server("127.0.0.1", 0, app).server_close()  # it asks the system for the host's name
    app.test_client().get("/")
    client = socketio.test_client(app)
    client.emit("ask", {"number": 1}, callback=True)
    client.disconnect()


def _validate() -> None:
    from pydantic import BaseModel, ConfigDict

    class Payload(BaseModel):  # the first that asks for docstrings looks at every module there is
        model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

        number: int = 0
        """A number."""

    Payload.model_validate({"number": 1})
    Payload.model_json_schema()


def _loggers() -> dict[str, tuple[int, list[logging.Handler]]]:
    """Return the level and the handlers of each logger, by its name."""
    known = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    return {logger.name: (logger.level, list(logger.handlers)) for logger in known}


def _restore(before: dict[str, tuple[int, list[logging.Handler]]]) -> None:
    """Give each logger its level and handlers back: they are the app's to choose."""
    for name in _loggers():
        logger = logging.getLogger(None if name == "root" else name)
        level, logger.handlers[:] = before.get(name, (logging.NOTSET, []))
        logger.setLevel(level)
