"""Rooms: who hears about which dashboard."""

from typing import Any

from flask import session
from flask_socketio import emit, join_room, leave_room

from .dashboards import all_dashboards, find
from .extensions import socketio
from .feed import publish, remarks
from .figures import chart
from .refusal import UNKNOWN
from .state import state


# lab 6: let a client into the room of one dashboard
@socketio.on("join_dashboard")
def join_dashboard(payload: object = None) -> dict[str, Any]:
    """Move the client into the room of the dashboard that the payload names, and of no other.

    It is sent the whole figure first, as `update_chart`, and each `update_data` after that.
    The acknowledgement is `{"ok": True, "dashboard": id}`, or `{"ok": False, "error": UNKNOWN}`.
    """
    dashboard = find(payload) if payload is not None else None
    if dashboard is None:
        return {"ok": False, "error": UNKNOWN}
    # Not over `rooms()`: that looks through the rooms of all clients, which change meanwhile.
    for other in all_dashboards().values():
        leave_room(other.room)
    # The feed publishes under the same lock: no update falls between the figure and the room.
    with dashboard.lock:
        publish(dashboard)
        join_room(dashboard.room)
        emit("update_chart", chart(dashboard))

        # lab 13 (given): and what was left out of the data
        emit("remarks", remarks(dashboard))

    state().feed.start()

    # lab 8: note the room, for the log
    session["room"] = dashboard.room

    # lab 9: remember the room, for when the client comes back
    state().sessions.enter(session["session"], dashboard.source.id)

    # lab 11: tell it how many watch
    watching = state().audiences.told.get(dashboard.source.id, 0)
    emit("audience", {"dashboard": dashboard.source.id, "watching": watching or 1})

    return {"ok": True, "dashboard": dashboard.source.id}


# lab 6: let a client out again
@socketio.on("leave_dashboard")
def leave_dashboard(payload: object = None) -> dict[str, Any]:
    """Take the client out of the room of the dashboard that the payload names.

    The acknowledgement is as for `join_dashboard`.
    """
    dashboard = find(payload) if payload is not None else None
    if dashboard is None:
        return {"ok": False, "error": UNKNOWN}
    leave_room(dashboard.room)

    # lab 8: forget the room again, if it was this one
    if session.get("room") == dashboard.room:
        session.pop("room")

        # lab 9: forget the room again: there is none to come back to
        state().sessions.enter(session["session"], None)

    return {"ok": True, "dashboard": dashboard.source.id}
