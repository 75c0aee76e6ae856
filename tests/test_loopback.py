"""No proxy stands between this machine and itself."""

import urllib.request

import pytest
import requests

from kit import loopback


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "all_proxy"])
def test_where_there_is_a_proxy_this_machine_is_an_exception(name: str) -> None:
    variables = {name: "http://proxy.example:8080"}
    loopback.spare(variables)
    assert variables["NO_PROXY"] == variables["no_proxy"] == "127.0.0.1,localhost,::1,[::1]"


@pytest.mark.parametrize("variables", [{}, {"HTTP_PROXY": ""}, {"NO_PROXY": "example.org"}])
def test_without_a_proxy_nothing_is_set(variables: dict[str, str]) -> None:
    before = dict(variables)
    loopback.spare(variables, system=dict)
    assert variables == before


@pytest.mark.parametrize(
    ("exceptions", "after"),
    [
        ({"NO_PROXY": "a.example"}, "a.example,127.0.0.1,localhost,::1,[::1]"),
        ({"no_proxy": "localhost, b.example"}, "localhost,b.example,127.0.0.1,::1,[::1]"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_exceptions_that_are_there_stay(exceptions: dict[str, str], after: str) -> None:
    variables = {"HTTP_PROXY": "http://proxy.example", **exceptions}
    for _ in range(2):
        loopback.spare(variables)
        assert variables["NO_PROXY"] == variables["no_proxy"] == after


def test_the_system_s_proxies_are_named_with_the_exceptions() -> None:
    # Libraries that find NO_PROXY look no further, and would forget the system's own.
    variables: dict[str, str] = {}
    loopback.spare(variables, system=lambda: {"https": "http://proxy.example:8080"})
    assert variables["HTTPS_PROXY"] == "http://proxy.example:8080"
    assert "127.0.0.1" in variables["NO_PROXY"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_libraries_heed_it(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:8080")
    loopback.spare()
    assert urllib.request.proxy_bypass(f"{host}:8000")
    assert requests.utils.should_bypass_proxies(f"http://{host}:8000/", None)
    assert not urllib.request.proxy_bypass("example.org")
