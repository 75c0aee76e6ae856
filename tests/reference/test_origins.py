"""Which websites a browser may let talk to the server."""

import pytest
import requests
import websocket

from kit.running import RunningApp, StartFailed
from tests.reference.conftest import Serve

OPENING = "/socket.io/?EIO=4&transport="
ELSEWHERE = "https://elsewhere.example"


def polling(app: RunningApp, headers: dict[str, str]) -> requests.Response:
    return requests.get(f"{app.url}{OPENING}polling", headers=headers, timeout=20)


def websocket_status(app: RunningApp, headers: dict[str, str]) -> int:
    """Return the status that the opening of a WebSocket is answered with."""
    try:
        opened = websocket.create_connection(
            f"{app.url.replace('http', 'ws', 1)}{OPENING}websocket",
            header=headers,
            suppress_origin=True,
            timeout=20,
        )
    except websocket.WebSocketBadStatusException as refused:
        return int(refused.status_code)
    opened.close()
    return 101


@pytest.mark.parametrize(
    ("origin", "accepted"),
    [
        (None, True),  # a program that is no browser
        ("own", True),
        ("https://a.example", True),
        ("https://b.example:8443", True),
        (ELSEWHERE, False),
        ("http://a.example", False),
        ("https://a.example:8443", False),
        ("https://a.example.elsewhere.example", False),
        ("null", False),
    ],
)
def test_configured_origins_and_its_own_are_accepted(
    serve: Serve, origin: str | None, accepted: bool
) -> None:
    app = serve(ORIGINS="https://a.example, https://b.example:8443")
    headers = {} if origin is None else {"Origin": app.url if origin == "own" else origin}

    answer = polling(app, headers)

    assert answer.status_code == (200 if accepted else 400)
    assert websocket_status(app, headers) == (101 if accepted else 400)
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    assert allowed == (headers.get("Origin") if accepted else None)


def test_a_list_of_origins_will_do(serve: Serve) -> None:
    app = serve(ORIGINS=[ELSEWHERE])
    assert polling(app, {"Origin": ELSEWHERE}).status_code == 200


FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "dashboard.example",
    "Origin": "https://dashboard.example",
}


def test_behind_a_proxy_that_ends_tls_its_own_page_is_accepted(serve: Serve) -> None:
    app = serve(PROXIES=1)
    assert polling(app, FORWARDED).status_code == 200
    assert websocket_status(app, FORWARDED) == 101


def test_without_a_proxy_nobody_can_say_to_have_come_through_one(serve: Serve) -> None:
    app = serve(PROXIES=0)
    assert polling(app, FORWARDED).status_code == 400
    assert websocket_status(app, FORWARDED) == 400


@pytest.mark.parametrize(("said", "scheme"), [("ws", "http"), ("wss", "https")])
def test_a_websocket_has_the_origin_of_its_page(serve: Serve, said: str, scheme: str) -> None:
    app = serve(PROXIES=1)
    asked = {**FORWARDED, "X-Forwarded-Proto": said}
    other = {"http": "https", "https": "http"}[scheme]
    for origin, status in ((scheme, 101), (other, 400), (said, 400)):
        headers = asked | {"Origin": f"{origin}://dashboard.example"}
        assert websocket_status(app, headers) == status, origin


HUB = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"}


@pytest.mark.parametrize("schemes", [("https,http", "wss,ws"), ("https", "wss")])
def test_in_jupyterhub_the_first_proxy_says_the_scheme(
    serve: Serve, schemes: tuple[str, str]
) -> None:
    """What ends TLS may stand in front of the hub's own proxy, which speaks http then."""
    app = serve(variables=HUB)
    page, socket = ({**FORWARDED, "X-Forwarded-Proto": scheme} for scheme in schemes)
    assert polling(app, page).status_code == 200
    assert websocket_status(app, socket) == 101
    other = {"Origin": "http://dashboard.example"}
    assert polling(app, page | other).status_code == 400
    assert websocket_status(app, socket | other) == 400


def test_elsewhere_the_last_of_the_proxies_that_are_known_says_it(serve: Serve) -> None:
    app = serve(PROXIES=1)
    assert polling(app, FORWARDED | {"X-Forwarded-Proto": "https,http"}).status_code == 400


def test_any_origin_is_for_development_and_said_aloud(serve: Serve) -> None:
    app = serve("Development", ORIGINS="*")
    assert polling(app, {"Origin": ELSEWHERE}).status_code == 200
    app.stop()
    assert any("every website may use this server" in line.text for line in app.log)


def test_any_origin_is_refused_in_production(serve: Serve) -> None:
    with pytest.raises(StartFailed, match="for development only"):
        serve("Production", ORIGINS="*")


@pytest.mark.parametrize(
    "origin", ["https://a.example/", "a.example", "https://", "https://a.example/path", "localhost"]
)
def test_what_is_no_origin_is_refused_with_advice(serve: Serve, origin: str) -> None:
    with pytest.raises(StartFailed, match=r"is no origin\. Write scheme, host and port"):
        serve(ORIGINS=origin)
