# lab 7 (given): a module for the path that a proxy serves this server below
"""Whatever path a proxy serves this server below, such as `/user/ada/proxy/8000` in JupyterHub.

Most proxies take it away from the address before they ask us, and some tell what it was, in
`X-Forwarded-Prefix`. Others leave it. Relative addresses are right in every case: those that a page
names are, and here redirects become so.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, request


def init_app(app: Flask) -> None:
    """Let `app` work below any path. What trusts the proxies in front has to be there already."""
    app.after_request(redirect_relatively)
    if app.config["PATH_PREFIX"]:
        take_away(app, app.config["PATH_PREFIX"])


def known() -> str:
    """Return our path as a proxy has told it, with a `/` at its end, or "" where none has.

    From a page at `…/proxy/8000`, without the `/`, relative addresses lead astray. Its script adds
    the `/`; for who runs no scripts, the address of the page without them begins with this.
    """
    return f"{request.script_root}/" if request.script_root else ""


def redirect_relatively(response: Response) -> Response:
    """Make the address of a redirect relative where it leads to this server.

    A proxy that takes our path away may put it before an address that begins with `/`, also where
    the address has it already.
    """
    here, location = f"{request.script_root}/", response.headers.get("Location", "")
    there = location.removeprefix(request.host_url.removesuffix("/"))
    inside = there.removeprefix(here)
    if there.startswith(here) and not inside.startswith("/"):
        up = "../" * (request.path.count("/") - 1) or "./"
        response.headers["Location"] = up + inside
    return response


def take_away(app: Flask, prefix: str) -> None:
    """Let `app` answer below the path `prefix`, percent-encoded, as well as without it.

    `{port}` in it stands for the number of any port.
    """
    prefix = prefix.rstrip("/")
    plain = unquote_to_bytes(prefix).decode("latin-1")  # as WSGI has it
    pattern = re.compile(re.escape(plain).replace(r"\{port\}", r"(?P<port>\d+)") + "(?=/|$)")
    behind = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if found := pattern.match(environ["PATH_INFO"]):
            # As in X-Forwarded-Prefix: the cookie's path is compared letter by letter.
            environ["SCRIPT_NAME"] = prefix.replace("{port}", found.groupdict().get("port", ""))
            environ["PATH_INFO"] = environ["PATH_INFO"][found.end() :] or "/"
        return behind(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]
