# lab 12 (given): a module for tokens
"""Short-lived tokens: a page that somebody has signed in on shows one when it connects.

The cookie alone will not do: a browser sends it along with requests that other websites make, and
a program has none.
"""

from collections.abc import Callable
from functools import wraps

from flask import current_app, session
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from . import people
from .refusal import Refused

EXPIRED = ("token_expired", "This token has expired. Fetch a new one, and connect again.")
INVALID = ("token_invalid", "This is no token of this server.")


def signer() -> URLSafeTimedSerializer:
    """Return what signs the current app's tokens."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="token")


# lab 12: make a token for who has signed in
def make(user: str) -> str:
    """Return a token that says who its holder is, from now on for `TOKEN_SECONDS`."""
    return str(signer().dumps(user))


# lab 12: read a token
def user_of(token: object) -> str:
    """Return who the holder of `token` is: a member.

    Raises Refused if the token has expired or is not ours, or if the user is no longer a member.
    """
    if not isinstance(token, str):
        raise Refused(*INVALID)
    try:
        user = str(signer().loads(token, max_age=current_app.config["TOKEN_SECONDS"]))
    except SignatureExpired:
        raise Refused(*EXPIRED) from None
    except (BadData, UnicodeError):
        raise Refused(*INVALID) from None
    if not people.is_member(user):
        raise Refused(*INVALID)
    return user


# lab 12: look at the token before anybody is let in
def checked(handler: Callable[[], None]) -> Callable[[object], None]:
    """Return the handler of `connect`, for a client whose token has been looked at.

    A client without one is a guest, also where its cookie says otherwise. Raises Refused.
    """

    @wraps(handler)
    def admitted(auth: object = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        session["member"] = None
        if token is not None:
            session["member"] = session["user"] = user_of(token)
        handler()

    return admitted


# lab 12: let only administrators in
def administrators_only(handler: Callable[[], None]) -> Callable[[object], None]:
    """Return the handler of `connect`, for administrators. Raises Refused for anybody else."""

    @wraps(handler)
    def admitted(auth: object = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        if token is None or not people.is_administrator(user_of(token)):
            raise Refused("forbidden", "This is for administrators.")
        handler()

    return admitted
