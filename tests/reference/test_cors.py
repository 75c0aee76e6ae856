"""What pages of other websites may fetch: headers for the configured origins, and for no other."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import config, create_app

OURS = "https://ours.example"
OTHERS = "https://others.example"
ALLOWS = "Access-Control-Allow-Origin"


def client(origins: Any = (OURS,), **settings: Any) -> FlaskClient:
    return create_app(type("T", (config.Testing,), {"ORIGINS": origins} | settings)).test_client()


def allowed(answer: Any) -> dict[str, str]:
    return {name: text for name, text in answer.headers if name.startswith("Access-Control-")}


@pytest.mark.parametrize("path", ["/api/dashboards", "/api/asyncapi.json", "/api/x", "/auth/token"])
def test_a_configured_origin_may_read_with_credentials(path: str) -> None:
    answer = client().get(path, headers={"Origin": OURS})
    assert allowed(answer) == {ALLOWS: OURS, "Access-Control-Allow-Credentials": "true"}
    assert "Origin" in answer.vary


@pytest.mark.parametrize("origin", [OTHERS, "null", "https://ours.example.evil.example", ""])
def test_any_other_is_told_nothing(origin: str) -> None:
    answer = client().get("/api/dashboards", headers={"Origin": origin})
    assert allowed(answer) == {}
    assert "Origin" in answer.vary  # a cache must not give this to ours


def test_without_an_origin_nothing_is_said_and_caches_are_told() -> None:
    answer = client().get("/api/dashboards")
    assert allowed(answer) == {}
    assert "Origin" in answer.vary


def test_a_preflight_is_answered() -> None:
    asks = {"Origin": OURS, "Access-Control-Request-Method": "GET"}
    answer = client().options("/auth/token", headers=asks)
    assert answer.status_code == 200
    found = allowed(answer)
    assert found[ALLOWS] == OURS
    assert found["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert found["Access-Control-Allow-Headers"] == "Content-Type"
    assert "Origin" in answer.vary
    assert allowed(client().options("/auth/token", headers=asks | {"Origin": OTHERS})) == {}


@pytest.mark.parametrize("path", ["/", "/auth/login", "/still", "/healthz", "/metrics"])
def test_pages_are_for_nobody_else(path: str) -> None:
    assert allowed(client().get(path, headers={"Origin": OURS})) == {}


def test_any_origin_is_never_with_credentials() -> None:
    everybody = client("*", DEBUG=True)
    for origin in (OURS, OTHERS):
        answer = everybody.get("/api/dashboards", headers={"Origin": origin})
        assert allowed(answer) == {ALLOWS: "*"}
    both = client(["*", OURS], DEBUG=True)
    answer = both.get("/api/dashboards", headers={"Origin": OURS})
    assert allowed(answer) == {ALLOWS: OURS, "Access-Control-Allow-Credentials": "true"}
