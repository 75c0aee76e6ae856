# lab 7 (given): a module for what other websites may fetch
"""Lets pages of the configured origins `fetch` what is for programs, as they may use the socket.

A browser hands a page what another server answers only where that server says so, in these headers.
With credentials, it asks for the page's own origin by name.
"""

from flask import Flask, Response, request

from ..origins import ANY, configured

ADDRESSES = ("/api/", "/auth/token")
ASKED_HEADERS = "Content-Type"  # what a page may add to its request
KEPT = "600"  # seconds that a browser remembers what it may do


def init_app(app: Flask) -> None:
    """Let pages of the setting `ORIGINS` read what is at `ADDRESSES`, as who has signed in.

    "*" stands for any origin, and for visitors only: no cookie goes with it.
    """
    origins = configured(app)

    @app.after_request
    def say(response: Response) -> Response:
        if not request.path.startswith(ADDRESSES):
            return response
        # Also where nothing is allowed: a cache must not give that to everybody.
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin in origins - {ANY}:
            response.access_control_allow_origin = origin
            response.access_control_allow_credentials = True
        elif origin is not None and ANY in origins:
            response.access_control_allow_origin = ANY
        else:
            return response
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            response.headers["Access-Control-Allow-Headers"] = ASKED_HEADERS
            response.headers["Access-Control-Max-Age"] = KEPT
        return response
