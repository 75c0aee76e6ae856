"""By which names a server may be asked for: a website may give its name this machine's address."""

import http.client

import pytest
import requests

from kit.running import RunningApp, StartFailed
from tests import waiting
from tests.reference.conftest import Serve
from tests.reference.lines import line_with
from tests.reference.test_origins import polling, websocket_status

EVIL = "evil.example"
KEY = "MDEyMzQ1Njc4OWFiY2RlZg=="


def statuses(app: RunningApp, host: str, origin: str | None = None) -> set[int]:
    """Return how a page, polling and a WebSocket are answered; a WebSocket with 200 for 101."""
    headers = {name: value for name, value in (("Host", host), ("Origin", origin)) if value}
    return {
        status(app, "/", headers),
        status(app, "/socket.io/?EIO=4&transport=polling", headers),
        status(app, "/socket.io/?EIO=4&transport=websocket", headers | upgrading()),
    }


def upgrading() -> dict[str, str]:
    return {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": KEY,
    }


def status(app: RunningApp, path: str, headers: dict[str, str]) -> int:
    """Send these headers and no others, not even `Host`."""
    connection = http.client.HTTPConnection("127.0.0.1", app.ports[0], timeout=20)
    try:
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answered = connection.getresponse().status
    finally:
        connection.close()
    return 200 if answered == 101 else answered


@pytest.mark.parametrize("origin", [None, "own"])
def test_a_website_that_says_to_be_at_this_machine_is_refused(
    serve: Serve, origin: str | None
) -> None:
    """Browsers say the origin with a POST and a WebSocket, but with no GET of the same origin."""
    app = serve("Development")
    host = f"{EVIL}:{app.ports[0]}"
    assert statuses(app, host, origin and f"http://{host}") == {400}
    line_with(app, lambda line: EVIL in line["message"] and line["log.level"] == "warning")


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "localhost", "LocalHost"]
)
def test_this_machine_is_let_in(serve: Serve, host: str) -> None:
    app = serve("Development")
    assert statuses(app, host.format(port=app.ports[0])) == {200}


def test_a_program_that_names_no_host_is_let_in(serve: Serve) -> None:
    assert status(serve(), "/healthz", {}) == 200


@pytest.mark.parametrize(
    "host", ["localhost.evil.example", "127.0.0.1.evil.example", "x@localhost"]
)
def test_what_only_looks_like_this_machine_is_refused(serve: Serve, host: str) -> None:
    assert statuses(serve(), host) == {400}


def test_programs_are_refused_in_the_form_of_all_errors(serve: Serve) -> None:
    app = serve("Development")
    headers, most = {"Host": EVIL}, waiting.LONGEST
    for path in ("/api/dashboards", "/api/nothing"):
        answer = requests.get(f"{app.url}{path}", headers=headers, timeout=most)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    page = requests.get(f"{app.url}/apiary", headers=headers, timeout=most)
    assert (page.status_code, page.headers["Content-Type"][:9]) == (400, "text/html")


@pytest.mark.parametrize("setting", ["Dashboard.example, .lab.example", ["[2001:db8::1]"]])
def test_configured_names_are_let_in_and_no_others(serve: Serve, setting: str | list[str]) -> None:
    app = serve("Production", TRUSTED_HOSTS=setting, PROXIES=1)
    names = {"dashboard.example", "lab.example", "a.b.lab.example:8443"}
    let_in, refused = (names, {"[2001:db8::1]"})
    if isinstance(setting, list):
        let_in, refused = refused, let_in
    for host in let_in | {"localhost"}:
        assert statuses(app, host) == {200}, host
    for host in refused | {EVIL, "notlab.example", "x.dashboard.example"}:
        assert statuses(app, host) == {400}, host


def test_the_name_counts_that_a_proxy_was_asked_for(serve: Serve) -> None:
    app = serve(TRUSTED_HOSTS="dashboard.example", PROXIES=1)
    asked = {"Host": "inner", "X-Forwarded-Host": "dashboard.example"}
    assert polling(app, asked).status_code == 200
    assert websocket_status(app, {"X-Forwarded-Host": EVIL}) == 400


def test_behind_a_proxy_any_name_will_do_unless_some_are_configured(serve: Serve) -> None:
    assert statuses(serve(PROXIES=1), "dashboard.example") == {200}


def test_the_host_of_a_configured_origin_is_let_in(serve: Serve) -> None:
    app = serve(ORIGINS="https://hub.example:8443")
    assert statuses(app, "hub.example:8443", "https://hub.example:8443") == {200}
    assert statuses(app, EVIL) == {400}


@pytest.mark.parametrize("host", ["https://dashboard.example", "::1", "*", "a b"])
def test_what_is_no_host_is_refused_with_advice(serve: Serve, host: str) -> None:
    with pytest.raises(StartFailed, match=r"is no host\. Write it as in dashboard\.example"):
        serve(TRUSTED_HOSTS=[host])


def test_in_jupyterhub_it_is_asked_for_by_the_hub_s_name(serve: Serve) -> None:
    app = serve("Development", variables={"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"})
    assert statuses(app, "hub.example") == {200}
