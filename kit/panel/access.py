"""Who may ask the panel: programs and pages of this machine that show its key.

A link brings the key into the browser, or a ticket, which holds for a while in its place. The
browser keeps the key as a cookie: the page needs neither any more.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest, Forbidden

from kit import reachable
from kit.language import N_, _
from kit.panel.address import Address

OPEN = "/alive"  # tells nothing but that it is there
FOREIGN = N_("This panel answers only to pages of its own.")
NO_KEY = N_(
    "To open the panel, run  python3 -m kit panel  and use the link that it prints."
    " In a notebook, run the cell again."
)


def init_app(app: Flask) -> None:
    """Let `app`, with all that is attached to it already, answer to nobody else."""
    address: Address = app.config["ADDRESS"]
    behind = app.wsgi_app
    # Behind a hub's proxy and in a codespace people ask for other names: the key alone decides.
    any_name = reachable.is_codespace() or reachable.jupyter() is not None

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = Request(environ)
        is_own = is_own_origin(asked.headers.get("Origin"), environ)
        if not is_own or not (any_name or _is_this_machine(asked)):
            return BadRequest(_(FOREIGN))(environ, start_response)
        if asked.path == "/" and _comes_by_link(asked, address):
            return _entered(asked, address)(environ, start_response)
        if asked.path == OPEN or _shows_key(asked, address):
            return behind(environ, start_response)
        return Forbidden(_(NO_KEY))(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]


def is_own_origin(origin: str | None, environ: dict[str, Any]) -> bool:
    """Whether a page of `origin` is one of this server's own, as the browser sees it.

    So is what names none: the key alone lets it in.
    """
    if origin is None:
        return True
    if reachable.is_codespace():
        return origin in reachable.codespace_origins(int(environ["SERVER_PORT"]))
    scheme, _, host = origin.partition("://")
    return scheme in {"http", "https"} and host == environ.get("HTTP_HOST")


def cookie(address: Address) -> str:
    """Return the name of the cookie: browsers keep those of all ports of a host together."""
    return f"panel-{sha256(address.key.encode()).hexdigest()[:8]}"


def _is_this_machine(asked: Request) -> bool:
    """Whether it is asked for by a name of this machine.

    A website can let its own name stand for this machine (DNS rebinding).
    """
    name = urlsplit(f"//{asked.headers.get('Host', '')}").hostname
    return reachable.is_loopback(name or "")


def _shows_key(asked: Request, address: Address) -> bool:
    shown = asked.headers.get("Authorization", "").removeprefix("Bearer ")
    return _is(asked.cookies.get(cookie(address)), address.key) or _is(shown, address.key)


def _comes_by_link(asked: Request, address: Address) -> bool:
    """Whether a link has led here that lets its browser in, or one whose ticket has done so once.

    A notebook that is opened again shows the same link, in the browser that has the cookie.
    """
    if _is(asked.args.get("key"), address.key):
        return True
    ticket = asked.args.get("ticket")
    return ticket is not None and (address.admits(ticket) or _shows_key(asked, address))


def _entered(asked: Request, address: Address) -> Response:
    """Return the answer to such a link: the cookie, and the way to an address without the key."""
    lab = asked.args.get("lab", type=int)
    # Relative, so that it holds under the prefix of a proxy as well.
    where = "./" if lab is None else f"labs/{lab}"
    if shown_in := asked.args.get("in"):
        where += f"?{urlencode({'in': shown_in})}"
    response = Response(status=302, headers={"Location": where})
    # Without a path it is for this folder, and not for the other servers behind the same proxy.
    response.set_cookie(cookie(address), address.key, path=None, httponly=True, samesite="Lax")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _is(shown: str | None, key: str) -> bool:
    return shown is not None and hmac.compare_digest(shown.encode(), key.encode())
