# lab 12 (given): a module for the session's cookie
"""A cookie of its own for each server, also where several have one address.

A browser sends a cookie to all ports of a host. Two servers on one machine would take each other's
for their own, could not read it, and signing in at one would sign out at the other.
"""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


def init_app(app: Flask) -> None:
    """Let `app` keep its visitors' sessions in such a cookie."""
    app.session_interface = OwnCookie()


class OwnCookie(SecureCookieSessionInterface):
    """Keeps the session in a cookie named after the port, for the path that the server is below."""

    def get_cookie_name(self, app: Flask) -> str:
        """Return `session_8000`, say, or what the configuration says instead of `session`."""
        name = str(app.config["SESSION_COOKIE_NAME"])
        return name if name != Flask.default_config["SESSION_COOKIE_NAME"] else f"{name}_{port()}"

    def get_cookie_path(self, app: Flask) -> str:
        """Return the path that a proxy serves this below, or what the configuration says."""
        return app.config["SESSION_COOKIE_PATH"] or request.root_path or "/"


def port() -> str:
    """Return the port at which this server listens; behind a Unix socket the one people ask for.

    What a proxy says counts only where nothing else is known: behind one proxy, under one address,
    there may be several servers.
    """
    own = request.environ.get("werkzeug.proxy_fix.orig", {}).get("SERVER_PORT")
    return own or request.environ["SERVER_PORT"] or "0"
