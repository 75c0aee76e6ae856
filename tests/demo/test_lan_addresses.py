"""Where a server can be reached: by this machine, and by the phones in the room."""

import socket
from types import SimpleNamespace

import psutil
import pytest

from kit.demo import addresses

CARDS = {
    "lo": [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")],
    "docker0": [(socket.AF_INET, "172.17.0.1")],
    "wlan0": [
        (socket.AF_INET, "192.168.7.5"),
        (socket.AF_INET6, "fe80::1%wlan0"),
        (socket.AF_INET6, "fd00::5"),
    ],
    "wwan0": [(socket.AF_INET, "169.254.3.4")],
    "eth9": [(socket.AF_INET, "10.9.9.9")],
}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose way out is wlan0, and whose eth9 is down."""
    entries = {
        name: [SimpleNamespace(family=family, address=address) for family, address in card]
        for name, card in CARDS.items()
    }
    states = {name: SimpleNamespace(isup=name != "eth9") for name in CARDS}
    way_out = {socket.AF_INET: "192.168.7.5", socket.AF_INET6: None}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: entries)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: states)
    monkeypatch.setattr(addresses, "_on_the_way_out", way_out.get)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_a_server_for_this_machine_is_not_nearby(host: str) -> None:
    assert addresses.nearby(host, 8000, []) == []


def test_the_way_out_comes_first_and_what_cannot_be_reached_is_left_out() -> None:
    assert addresses.nearby("0.0.0.0", 8000, []) == [
        "http://192.168.7.5:8000",
        "http://172.17.0.1:8000",
    ]


def test_both_protocols_are_told_where_both_are_served() -> None:
    assert addresses.nearby("::", 8000, []) == [
        "http://192.168.7.5:8000",
        "http://172.17.0.1:8000",
        "http://[fd00::5]:8000",
    ]


def test_an_address_that_was_asked_for_is_the_only_one() -> None:
    assert addresses.nearby("fd00::5", 8000, []) == ["http://[fd00::5]:8000"]
    assert addresses.nearby("192.168.7.5", 8000, []) == ["http://192.168.7.5:8000"]


def test_only_names_that_are_answered_are_told() -> None:
    trusted = ["localhost", "box.example", ".example.org", "[fd00::5]"]
    assert addresses.nearby("::", 8000, trusted) == [
        "http://box.example:8000",
        "http://[fd00::5]:8000",
    ]
    assert addresses.nearby("192.168.7.5", 8000, trusted) == []
    assert addresses.nearby("127.0.0.1", 8000, trusted) == []


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("127.0.0.1", "http://127.0.0.1:8000"),
    ],
)
def test_this_machines_browser_has_an_address_that_it_can_open(host: str, shown: str) -> None:
    assert addresses.here(host, 8000) == shown


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("a.example, b.example", ["a.example", "b.example"]),
        ('["a.example", "[::1]"]', ["a.example", "[::1]"]),
        ('"a.example"', ["a.example"]),
        ("192.168.7.5", ["192.168.7.5"]),
    ],
)
def test_the_variable_is_read_as_the_server_reads_it(
    monkeypatch: pytest.MonkeyPatch, text: str, names: list[str]
) -> None:
    monkeypatch.setenv("DASHBOARD_TRUSTED_HOSTS", text)
    assert addresses.trusted_hosts() == names
