"""The panel's process: `python -m kit.panel.process SECONDS`, which `keeper` runs.

There is one a course, by a lock. It ends by itself when it has had no page for so many seconds.
"""

import os
import secrets
import sys
import threading

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from kit import ending, folder_lock, loopback, ports
from kit.course import Course
from kit.panel import address
from kit.panel.address import HOST, Address
from kit.panel.app import create_app
from kit.panel.extensions import socketio
from kit.panel.state import EXTENSION, State

BEAT = 0.5  # seconds; a page that hears nothing for three of these shows no verdict any more
LOOK = 0.5  # seconds between two looks whether anybody needs it
RELEASED = 1.0  # seconds without a page, once who has started it needs it no more


class OtherIsThere(Exception):
    """Another process is the panel of this course already."""


class Silent(WSGIRequestHandler):
    """Logs no requests, nor what a browser sends after a WebSocket is closed; errors are logged."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        pass


def main(lingers: float) -> int:
    """Be the panel until nobody looks any more; return at once where there is one already."""
    loopback.spare()
    course = Course()
    try:
        with folder_lock.held(address.folder(course.root) / "lock", _other), ending.tidily():
            _serve(course, lingers)
    except (OtherIsThere, KeyboardInterrupt):
        pass
    return 0


def _other() -> None:
    raise OtherIsThere


def _serve(course: Course, lingers: float) -> None:
    own = _address(course)
    app = create_app(course, own, secrets.token_hex(8))
    state: State = app.extensions[EXTENSION]
    # Before it listens: whoever finds it by the address of the one before is told another one's id.
    address.write(course.root, own)
    server = make_server(HOST, own.port, app, threaded=True, request_handler=Silent)
    try:
        state.decider.start()
        state.watching.start()
        threading.Thread(target=_beat, args=(state,), daemon=True).start()
        threading.Thread(target=_end, args=(state, server, lingers), daemon=True).start()
        server.serve_forever()
    finally:
        state.ended.set()
        state.decider.close()
        server.server_close()


def _address(course: Course) -> Address:
    """Return where to answer: where the one before did, if possible, for its pages come back."""
    before = address.read(course.root)
    port = before.port if before and ports.why_not(HOST, before.port) is None else None
    key = before.key if before else secrets.token_urlsafe(24)
    return Address(port or ports.spare_port(HOST), key, os.getpid())


def _beat(state: State) -> None:
    """Let every page know that what it shows is true, as long as that is so."""
    while not state.ended.wait(BEAT):
        if state.goes_on:
            socketio.emit("alive")


def _end(state: State, server: BaseWSGIServer, lingers: float) -> None:
    """End the server when it is told so, or when there was no page for long enough."""
    while not state.ended.wait(min(LOOK, lingers / 4)):
        if state.views.unused() > (RELEASED if state.released.is_set() else lingers):
            break
    server.shutdown()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
