"""What Socket.IO does about origins by itself: what lab 7 says of it, on the installed versions."""

from typing import Any

import pytest
from flask import Flask, Response
from flask_socketio import SocketIO
from werkzeug.test import Client, TestResponse

OPENING = "/socket.io/?EIO=4&transport=polling"
OWN, FRIEND, STRANGER = "http://localhost", "https://friend.example", "https://stranger.example"
ALLOWS, WITH_COOKIES = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"


def polled(app: Flask, origin: str, **headers: str) -> TestResponse:
    return Client(app.wsgi_app).get(OPENING, headers={"Origin": origin, **headers})


def told(accepted: Any) -> Flask:
    """Return an app whose Socket.IO is told to accept these origins."""
    app = Flask("told")
    SocketIO(app, async_mode="threading", cors_allowed_origins=accepted, monitor_clients=False)
    return app


@pytest.mark.parametrize("origin", [STRANGER, "null"])
def test_a_star_names_whoever_asks_and_lets_cookies_come_along(origin: str) -> None:
    answer = polled(told("*"), origin)
    assert answer.status_code == 200
    assert (answer.headers[ALLOWS], answer.headers[WITH_COOKIES]) == (origin, "true")


def test_an_empty_list_switches_the_look_off() -> None:
    answer = polled(told([]), STRANGER)
    assert answer.status_code == 200
    assert ALLOWS not in answer.headers


def test_naming_an_origin_drops_the_servers_own() -> None:
    assert polled(told(None), OWN).status_code == 200
    assert polled(told([FRIEND]), FRIEND).status_code == 200
    assert polled(told([FRIEND]), OWN).status_code == 400


def test_told_nothing_it_believes_what_a_client_says_of_a_proxy() -> None:
    headers = {"X-Forwarded-Host": "stranger.example", "X-Forwarded-Proto": "https"}
    assert polled(told(None), STRANGER).status_code == 400
    assert polled(told(None), STRANGER, **headers).status_code == 200


def test_a_header_of_flasks_does_not_open_it() -> None:
    app = Flask("old")

    @app.after_request
    def allow(response: Response) -> Response:  # as Flask-CORS does
        response.headers[ALLOWS] = FRIEND
        return response

    SocketIO(app, async_mode="threading", monitor_clients=False)
    assert polled(app, FRIEND).status_code == 400
    assert Client(app.wsgi_app).get("/").headers[ALLOWS] == FRIEND


def test_what_it_was_told_it_keeps_for_the_next_app() -> None:
    socketio = SocketIO(async_mode="threading", monitor_clients=False)
    first, second = Flask("first"), Flask("second")
    socketio.init_app(first, cors_allowed_origins=[FRIEND])
    socketio.init_app(second)
    assert polled(second, FRIEND).status_code == 200
