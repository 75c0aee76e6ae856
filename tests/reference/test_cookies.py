"""A cookie of its own for each server: a browser sends each to all ports of a host."""

import re

import pytest
import requests

from dashboard import config, create_app
from kit.running import RunningApp
from tests.reference.conftest import Serve

DEMO = {"name": "demo", "password": "demo"}


def sign_in(app: RunningApp, session: requests.Session, **headers: str) -> str:
    """Sign in as the demo's user, and return the cookie that is set."""
    answer = session.post(
        f"{app.url}/auth/login", data=DEMO, headers=headers, allow_redirects=False, timeout=20
    )
    assert answer.status_code == 303
    return str(answer.headers["Set-Cookie"])


def knows(app: RunningApp, session: requests.Session) -> bool:
    return session.get(f"{app.url}/auth/token", timeout=20).status_code == 200


def test_signing_in_at_one_does_not_sign_out_at_another(serve: Serve) -> None:
    one, other = serve("Development", secret="one"), serve("Development", secret="other")
    with requests.Session() as browser:
        for app in (one, other):
            sign_in(app, browser)
        assert knows(one, browser)
        assert knows(other, browser)
        browser.post(f"{one.url}/auth/logout", timeout=20)
        assert not knows(one, browser)
        assert knows(other, browser)


def test_behind_one_proxy_each_has_its_own(serve: Serve) -> None:
    # The proxy gives both the same address: only their ports and their paths tell them apart.
    apps = [serve("Development", PROXIES=1, DEMO=False) for _ in range(2)]
    seen = {
        "X-Forwarded-For": "10.1.1.1",
        "X-Forwarded-Host": "hub.example:443",
        "X-Forwarded-Prefix": "/one",
    }
    names = set()
    for app in apps:
        with requests.Session() as browser:
            cookie = sign_in(app, browser, **seen)
        assert "Path=/one;" in cookie + ";"
        names.add(cookie.partition("=")[0])
    assert names == {f"session_{app.ports[0]}" for app in apps}


def test_a_name_and_a_path_that_are_configured_are_kept(serve: Serve) -> None:
    app = serve("Development", SESSION_COOKIE_NAME="mine", SESSION_COOKIE_PATH="/here")
    with requests.Session() as browser:
        cookie = sign_in(app, browser)
    assert re.match(r"mine=.*Path=/here\b", cookie)


@pytest.mark.parametrize(("server", "host", "name"), [
    ("", "dashboard.example:8443", "session_8443"),  # a Unix socket, behind a proxy
    ("8001", "dashboard.example:8443", "session_8001"),
])  # fmt: skip
def test_the_own_port_goes_before_the_one_that_people_ask_for(
    server: str, host: str, name: str
) -> None:
    app = create_app(type("Behind", (config.Testing,), {"PROXIES": 1, "TRUSTED_HOSTS": ""}))
    answer = app.test_client().post(
        "/auth/login",
        data={"name": "Ana"},
        headers={"X-Forwarded-Host": host},
        environ_overrides={"SERVER_PORT": server},
    )
    assert answer.headers["Set-Cookie"].startswith(f"{name}=")
