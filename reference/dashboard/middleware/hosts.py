# lab 7 (given): a module for the names of this server
"""The names by which this server may be asked for.

A website can give its own name the address of your machine (DNS rebinding). Browsers then take your
server for a part of that website: they say no origin, or one that is the server's own. Only the
name that they ask for, in the header `Host`, is still the website's.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, json
from werkzeug import Response
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.utils import host_is_trusted

from ..origins import ANY, listed

OWN = frozenset({"localhost", "127.0.0.1", "::1"})  # what only this machine itself can ask for
REFUSED = "This host name is not allowed. Use another one, or add it to DASHBOARD_TRUSTED_HOSTS."


def init_app(app: Flask) -> None:
    """Let `app`, to which Socket.IO is attached already, answer to its own names alone.

    They are `OWN`, the hosts of the setting `ORIGINS`, and those of `TRUSTED_HOSTS`, of which one
    that begins with a dot stands for all that end so. Without `TRUSTED_HOSTS` any other will do as
    well where the server listens to more than this machine, or is behind proxies.
    Raises ValueError, which says what to write, where something is no host.
    """
    trusted = listed(app.config["TRUSTED_HOSTS"])
    for host in trusted:
        if not host_is_trusted(host.removeprefix(".")):
            raise ValueError(f"{host!r} is no host. Write it as in dashboard.example, or [::1].")
    origins = listed(app.config["ORIGINS"])
    names = OWN | {bare(host) for host in trusted | {urlsplit(one).netloc for one in origins}}
    is_open = bool(app.config["PROXIES"]) or ANY in origins
    # Flask's own look at this setting sees no request of Socket.IO's, and knows no IPv6 address.
    app.config["TRUSTED_HOSTS"] = None
    behind = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("HTTP_HOST")
        any_will_do = not trusted and (is_open or environ["SERVER_NAME"] not in OWN)
        # Every browser says what it asks for; who does not is none.
        if any_will_do or not asked or is_one_of(asked, names):
            return behind(environ, start_response)
        app.logger.warning("refused: asked for as %r", asked)
        return refusal(environ["PATH_INFO"])(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]


def refusal(path: str) -> Response:
    """Return the answer, with status 400: under /api in the form of all errors there."""
    error = BadRequest(REFUSED)
    if not path.startswith("/api/"):
        return error.get_response()
    told = json.dumps({"error": {"code": "bad_request", "message": REFUSED}})
    return Response(told, error.code, content_type="application/json")


def is_one_of(host: str, names: Iterable[str]) -> bool:
    """Whether the header `Host` holds one of these names, with whatever port."""
    if not host_is_trusted(host):  # it is no name at all
        return False
    name = bare(host)
    return any(name == one or (one[:1] == "." and f".{name}".endswith(one)) for one in names)


def bare(host: str) -> str:
    """Return the name of a host in small letters, without a port and an address's brackets."""
    return urlsplit(f"//{host}").hostname or ""
