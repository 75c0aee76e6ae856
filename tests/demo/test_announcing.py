"""What people are told when the dashboard is there."""

import sys

import pytest

from kit import web_browser
from kit.demo import addresses, qr
from kit.demo.announcing import Announcement


@pytest.fixture(autouse=True)
def lan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "lan", lambda: ["192.168.7.5", "fd00::5"])
    monkeypatch.delenv("DASHBOARD_TRUSTED_HOSTS", raising=False)
    monkeypatch.setattr(qr, "can_be_drawn", lambda stream: stream is sys.stdout)


def said(host: str, capsys: pytest.CaptureFixture[str]) -> str:
    Announcement(host, opens_browser=False).make(8000)
    return capsys.readouterr().out


def test_for_this_machine_there_is_an_address_and_no_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = said("::1", capsys)
    assert "The dashboard is at http://[::1]:8000  (ready in " in text
    assert "phone" not in text
    assert "█" not in text


def test_for_the_room_there_are_addresses_and_a_code_of_the_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qr, "drawn", lambda text: f"the code of {text}")
    text = said("::", capsys)
    assert "    http://192.168.7.5:8000\n    http://[fd00::5]:8000\n" in text
    assert "the code of http://192.168.7.5:8000" in text
    assert "It answers to any name. Set DASHBOARD_TRUSTED_HOSTS" in text
    assert "(192.168.7.5)" in text
    assert text.endswith("Ctrl-C stops it.\n")


def test_names_that_were_set_are_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_TRUSTED_HOSTS", "box.example")
    text = said("0.0.0.0", capsys)
    assert "    http://box.example:8000\n" in text
    assert "192.168.7.5" not in text
    assert "the names in DASHBOARD_TRUSTED_HOSTS alone: box.example." in text


def test_a_machine_without_a_network_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "lan", list)
    assert "No phone can reach it" in said("0.0.0.0", capsys)


def test_the_browser_opens_the_address_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(web_browser, "show", opened.append)
    Announcement("0.0.0.0", opens_browser=True).make(8000)
    assert opened == ["http://127.0.0.1:8000"]
