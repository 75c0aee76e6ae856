# lab 9 (given): a module for coming back
"""Coming back: a client that has lost its connection gets exactly what it has missed."""

from typing import Any

from flask import session
from flask_socketio import emit, join_room, leave_room

from .dashboards import Dashboard, all_dashboards
from .events import current_sid
from .extensions import socketio
from .feed import publish, remarks, update
from .figures import chart
from .refusal import Refused
from .sessions import INVALID
from .state import state


# lab 9 (given): what a client shows, which can be anything
def shown(payload: object) -> tuple[str, int]:
    """Return the token and the number that a payload holds.

    Where there is no text, the token is an empty one, which nobody has signed. Without a number it
    is 0; where that is no whole number, it is -1, which no update has.
    """
    held = payload if isinstance(payload, dict) else {}
    token, number = held.get("session"), held.get("number", 0)
    return token if isinstance(token, str) else "", number if type(number) is int else -1


# lab 9: let a client go on where its connection was lost
@socketio.on("resume_session")
def resume_session(payload: object = None) -> dict[str, Any]:
    """Give this connection the session whose token the payload holds, and its room again.

    The payload is `{"session": token, "number": 41}`: the newest number that the client has heard.
    It is sent each later `update_data`, or the whole figure where some are forgotten, before
    anything new. The acknowledgement is
    `{"ok": True, "dashboard": id or None, "replayed": count, "snapshot": bool}`; `snapshot` is
    true where it was the figure. Where there is no such session it is that of a refusal.
    """
    token, number = shown(payload)
    sessions = state().sessions
    try:
        found = sessions.find(token)
    except Refused as refusal:
        return refusal.answer

    # lab 12: a session belongs to who has begun it
    if found.user != session.get("member"):
        raise Refused(*INVALID)

    sessions.resume(found, session["session"], current_sid())
    session["session"] = found.id
    if "room" in session:  # it may have joined one before it came to this
        leave_room(session.pop("room"))
    dashboard = all_dashboards().get(found.dashboard or "")
    if dashboard is None:
        return {"ok": True, "dashboard": None, "replayed": 0, "snapshot": False}

    # lab 14 (given): no client of this process may have joined before
    state().feed.start()

    return replay(dashboard, number)


# lab 9: send what was missed, and let the client in, with nothing in between
def replay(dashboard: Dashboard, number: int) -> dict[str, Any]:
    """Send the sender what came after update `number`, and let it into the room."""
    with dashboard.lock:
        publish(dashboard)
        join_room(dashboard.room)
        session["room"] = dashboard.room
        missed = dashboard.since(number)
        if missed is None:
            emit("update_chart", chart(dashboard))
        for later, rows in missed or []:
            emit("update_data", update(dashboard, later, rows))

        # lab 13 (given): what was left out may have changed meanwhile
        emit("remarks", remarks(dashboard))

    return {
        "ok": True,
        "dashboard": dashboard.source.id,
        "replayed": len(missed or []),
        "snapshot": missed is None,
    }
