"""What the panel's page says over Socket.IO: which lab it shows."""

from typing import Any

from flask import request
from flask_socketio import join_room

from kit.language import _
from kit.panel.board import room
from kit.panel.extensions import socketio
from kit.panel.state import state


@socketio.on("join_lab")
def join_lab(payload: object = None) -> dict[str, Any]:
    """Let a page into the room of the lab that the payload names: `{"lab": 6}`.

    The answer is `{"ok": True, "edition": …, "verdict": …}`. A page that comes back names the last
    it has seen as well, `{"lab": 6, "run": …, "number": 17}`: where it has missed nothing, the
    answer has no `verdict`. From then on it is sent each `verdict`, and each `result` on the way to
    one. A page of another `edition` does not know how to show them.
    """
    asked = payload if isinstance(payload, dict) else {}
    lab = next((one for one in state().course.labs if one.number == asked.get("lab")), None)
    if lab is None:
        return {"ok": False, "error": _("There is no such lab.")}
    board = state().board
    state().views.look_at(request.sid, lab)  # type: ignore[attr-defined]
    state().decider.look()
    # Whoever changes the board tells the room under the same lock: nothing falls in between.
    with board.lock:
        join_room(room(lab))
        newest = board.verdict(lab)
    answer: dict[str, Any] = {"ok": True, "edition": state().page_edition}
    if (asked.get("run"), asked.get("number")) == (newest["run"], newest["number"]):
        return answer
    return answer | {"verdict": newest}


@socketio.on("disconnect")
def disconnect(reason: str) -> None:  # noqa: ARG001 - Flask-SocketIO gives it
    """Take note that a page has gone."""
    state().views.leave(request.sid)  # type: ignore[attr-defined]
