# lab 10 (given): a module for errors
"""Errors: every failing event is answered, in one form, and tells nothing that is not for clients.

The form is `{"ok": False, "error": {"code", "message", "reference"}}`: a code for programs, a
message for people, and a reference that finds the line in the log.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import request, session
from socketio.exceptions import ConnectionRefusedError as NotLetIn

from . import logs, payloads
from .refusal import Refused
from .state import state

OURS = ("internal_error", "Something went wrong here. It has been noted.")


# lab 10: the one form of an answer that says no
def envelope(code: str, message: str, is_bug: bool = False) -> dict[str, Any]:
    """Return the answer for a client, and log its reference; with a traceback if it `is_bug`."""
    reference = secrets.token_hex(4)
    extra = {"fields": {"error.id": reference, "error.code": code}}
    if is_bug:
        logs.log.exception("a handler failed", extra=extra)
    else:
        logs.log.warning("refused: %s", message, extra=extra)
    return {"ok": False, "error": {"code": code, "message": message, "reference": reference}}


# lab 10: log what nobody expected, and tell the client only where to find it
def unexpected() -> dict[str, Any]:
    """Return the answer for a client whose event has met a bug of ours, and log the bug."""
    return envelope(*OURS, is_bug=True)


# lab 10: answer every event, whatever its handler does
def contained(message: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return `handler` with its payload checked, and with an answer to whatever it raises."""
    if message == "connect":
        return admitted(handler)

    @wraps(handler)
    def answered(*payload: Any) -> Any:
        try:
            if message in payloads.PAYLOADS:
                payloads.check(message, payload)
            answer = handler(*payload)
        except Refused as refusal:
            return envelope(refusal.code, refusal.message)
        except Exception:
            return unexpected()
        if isinstance(answer, dict) and answer.get("ok") is False:
            return envelope(answer["error"]["code"], answer["error"]["message"])
        return answer

    return answered


# lab 10: let nobody in whose greeting failed
def admitted(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return the handler of `connect` as one that refuses the client whatever it raises.

    Flask-SocketIO lets a client in unless the handler returns False or raises this very error; it
    is none of Python's, and only this one tells the client why. A handler that raises it itself
    has said so already.
    """

    @wraps(handler)
    def refusing(auth: object = None) -> Any:
        try:
            return handler(auth)
        except NotLetIn:  # it says itself what the client is told
            forget()
            raise
        except Refused as refusal:
            refused = envelope(refusal.code, refusal.message)
        except BaseException:  # the end of a thread as well: nobody may slip in through it
            refused = unexpected()
        forget()
        raise NotLetIn(refused["error"]["code"], refused["error"])

    return refusing


# lab 10 (given): no `disconnect` comes for a client that was not let in
def forget() -> None:
    """Take back what `connect` may have noted of the client before it failed."""
    sid: str = request.sid  # type: ignore[attr-defined]
    state().clients.discard(sid)
    if "session" in session:
        with suppress(Exception):  # whatever fails here, the client has to be refused
            state().sessions.leave(session["session"], sid)
