# lab 7 (given): a module for origins
"""Which websites may let their visitors' browsers talk to this server.

An origin is a scheme, a host and perhaps a port, as in `https://example.org:8443`: no path, and no
slash at the end. A browser says with each request from which origin the page came. A program that
is no browser says nothing and is let in: this protects the visitors of other websites, and
authenticates nobody.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

ANY = "*"


# lab 7 (given): the way that a setting lists texts
def listed(setting: str | Iterable[str]) -> frozenset[str]:
    """Return the texts of a setting that is a list, or one text with commas between them."""
    texts = setting.split(",") if isinstance(setting, str) else setting
    return frozenset(text.strip() for text in texts if text.strip())


# lab 7: read the configured origins, and refuse what is no origin
def configured(app: Flask) -> frozenset[str]:
    """Return the setting `ORIGINS` of `app`: a list, or one text with commas between the origins.

    "*" stands for any origin; it is for development only, and is logged as a warning.
    Raises ValueError, which says what to write, where something is no origin.
    """
    origins = listed(app.config["ORIGINS"])
    for origin in origins - {ANY}:
        parts = urlsplit(origin)
        if not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError(
                f"{origin!r} is no origin. Write scheme, host and port, as in"
                " https://example.org:8443, without a slash at the end."
            )
    if ANY in origins and not app.debug:
        raise ValueError('The origin "*" is for development only. Name each origin.')
    if ANY in origins:
        app.logger.warning("every website may use this server: ORIGINS holds *")
    return origins


# lab 7: accept the configured origins, and always the server's own
def acceptor(app: Flask) -> Callable[[str | None, dict[str, Any]], bool]:
    """Return the function that decides on one request: by its origin and its WSGI environment."""
    origins = configured(app)

    def accepts(origin: str | None, environ: dict[str, Any]) -> bool:
        own = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"
        return origin is None or origin == own or origin in origins or ANY in origins

    return accepts


# lab 7: believe what the proxies in front say of scheme, host, address and prefix
def trust_proxies(app: Flask) -> None:
    """Let `app` take these from the headers that its `PROXIES` proxies add, and from no other.

    Without it, a server behind a proxy that ends TLS would call itself http, and refuse the very
    page that it has sent.
    """
    n = app.config["PROXIES"]
    if n:
        with_scheme = scheme_of_pages(app)
        proxied = ProxyFix(with_scheme, x_for=n, x_proto=n, x_host=n, x_prefix=n)
        app.wsgi_app = proxied  # type: ignore[method-assign]


# lab 7 (given): the scheme of a page, also where it opens a WebSocket
def scheme_of_pages(app: Flask) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """Return what answers in place of `app.wsgi_app`, with `wsgi.url_scheme` http or https.

    Some proxies say `ws` or `wss` of a WebSocket, but no page has such an origin. JupyterHub's adds
    its own scheme to what one in front of it says, and nobody knows how many there are: there, as
    for the hub itself, the first counts. A browser lets no page choose this header.
    """
    behind = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        scheme = environ["wsgi.url_scheme"]
        if app.config["HUB"]:
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", scheme).partition(",")[0].strip()
        environ["wsgi.url_scheme"] = {"ws": "http", "wss": "https"}.get(scheme, scheme)
        return behind(environ, start_response)

    return answer
