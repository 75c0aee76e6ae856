"""Socket.IO events: what a client says, and what it is told.

The factory imports this module. That alone registers the handlers.
"""

from datetime import UTC, datetime
from typing import Any, cast

from flask import current_app, request, session
from flask_socketio import emit

from . import frames, tokens
from .dashboards import find
from .extensions import socketio
from .figures import chart, chosen
from .refusal import Refused
from .state import state


# lab 3 (given): the id of the connection whose event is being handled
def current_sid() -> str:
    """Return the sid of the client whose event this is."""
    # Flask-SocketIO adds `sid` to the request; Flask's own type does not know it.
    sid: str = cast("Any", request).sid
    return sid


# lab 3: greet each client that connects
@socketio.on("connect")
# lab 12: look at the token first
@tokens.checked
def connect() -> None:
    """Send `welcome` to the client that connects: its `sid`, the `time` in UTC, its `user`."""
    state().clients.add(current_sid())
    current_app.logger.info("%s has come", current_sid())
    now = datetime.now(UTC).isoformat()
    emit(
        "welcome",
        {
            "sid": current_sid(),
            "time": now,
            "user": session.get("user"),
            # lab 9: give the client the session that it can come back with
            "session": begin_session(),
        },
    )


# lab 9 (given): begin a session for each connection
def begin_session() -> str:
    """Begin the session of the client that connects, and return its token."""
    sessions = state().sessions
    begun = sessions.begin(current_sid(), session.get("member"))
    session["session"] = begun.id
    return sessions.token(begun)


# lab 3: forget a client that has gone
@socketio.on("disconnect")
def disconnect(reason: str) -> None:
    """Take the client off the list of those who are connected, whatever the `reason`."""
    state().clients.discard(current_sid())
    current_app.logger.info("%s has gone: %s", current_sid(), reason)

    # lab 9: tell the sessions: its own goes on for a while
    state().sessions.leave(session["session"], current_sid())


# lab 3: answer refresh_data with data_updated
@socketio.on("refresh_data")
def refresh_data(payload: object = None) -> None:
    """Send the sender, and nobody else, `data_updated` with the newest values of a dashboard.

    The payload names it, `{"dashboard": "machine"}`; without a payload it is the first one.
    """
    dashboard = find(payload)
    if dashboard is None:
        return
    dashboard.refresh()
    values = dashboard.latest()
    answer = {
        "dashboard": dashboard.source.id,
        "time": values.pop("time", None),
        "values": values,
        "clients": len(state().clients),
    }

    # lab 4: add the rows that were asked for
    if isinstance(payload, dict) and payload.get("last"):
        answer["rows"] = frames.rows(dashboard, payload)

    emit("data_updated", answer)


# lab 5: answer update_chart with the figure, or with what is new
@socketio.on("update_chart")
def update_chart(payload: object = None) -> None:
    """Send the sender the whole figure, or only the points that came `after` a number.

    The payload is `{"dashboard": "machine", "after": 41}`, without `after` for the whole figure.
    """
    dashboard = find(payload)
    if dashboard is None:
        return
    dashboard.refresh()

    # lab 13 (given): draw the columns that were chosen
    if isinstance(payload, dict) and payload.get("columns"):
        emit("update_chart", chosen(dashboard, payload["columns"]))
        return

    after = payload.get("after") if isinstance(payload, dict) else None
    emit("update_chart", chart(dashboard, after))


# lab 10: answer an event that there is not
@socketio.on("*")
def unknown_event(*_: object) -> None:
    """Raise Refused: the client is told, where otherwise it would wait for an answer in vain."""
    raise Refused("unknown_event", "This server has no such event.")
