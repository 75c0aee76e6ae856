"""The Socket.IO Admin UI may watch, where the configuration says so, and administrators only."""

import socketio
from werkzeug.security import generate_password_hash

from kit.running import RunningApp
from tests.reference.conftest import Serve

PEOPLE = {
    "USERS": {name: generate_password_hash(f"{name}'s password") for name in ("ana", "ben")},
    "ADMINISTRATORS": ["ana"],
}
DEMO = {"username": "demo", "password": "demo"}


def may_watch(app: RunningApp, auth: object, headers: dict[str, str] | None = None) -> bool:
    """Whether a client that shows `auth` is let into the Admin UI's namespace."""
    client = socketio.SimpleClient(reconnection=False)
    try:
        client.connect(
            app.url,
            namespace="/admin/ui",
            auth=auth,
            headers=headers or {},
            # Over WebSocket the client adds an origin of its own.
            transports=["polling" if headers else "websocket"],
        )
    except socketio.exceptions.ConnectionError:
        return False
    else:
        return True
    finally:
        app.stop()  # a threaded server is slow to end a connection
        client.disconnect()


def test_an_administrator_may_watch(serve: Serve) -> None:
    app = serve(ADMIN_UI=True, **PEOPLE)
    assert may_watch(app, {"username": "ana", "password": "ana's password"})


def test_a_wrong_password_is_refused(serve: Serve) -> None:
    app = serve(ADMIN_UI=True, **PEOPLE)
    assert not may_watch(app, {"username": "ana", "password": "ben's password"})


def test_who_is_no_administrator_is_refused(serve: Serve) -> None:
    app = serve(ADMIN_UI=True, **PEOPLE)
    assert not may_watch(app, {"username": "ben", "password": "ben's password"})


def test_where_it_is_not_configured_it_is_not_there(serve: Serve) -> None:
    app = serve(**PEOPLE)
    assert not may_watch(app, {"username": "ana", "password": "ana's password"})


def test_the_demos_user_may_watch_on_this_machine(serve: Serve) -> None:
    assert may_watch(serve("Development", ADMIN_UI=True), DEMO)


def test_its_page_may_connect_where_its_origin_is_configured(serve: Serve) -> None:
    page = "https://admin.socket.io"
    for origins, welcome in (([page], True), ([], False)):
        app = serve("Development", ADMIN_UI=True, ORIGINS=origins)
        assert may_watch(app, DEMO, headers={"Origin": page}) is welcome


def test_the_demos_user_may_not_watch_from_elsewhere(serve: Serve) -> None:
    # It comes through a proxy, and so from who knows where.
    app = serve("Development", ADMIN_UI=True)
    assert not may_watch(app, DEMO, headers={"X-Forwarded-For": "10.1.1.1"})


def test_the_demos_user_needs_its_password_and_a_demo(serve: Serve) -> None:
    assert not may_watch(serve("Development", ADMIN_UI=True), DEMO | {"password": "wrong"})
    assert not may_watch(serve("Development", ADMIN_UI=True, DEMO=False), DEMO)
