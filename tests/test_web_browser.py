"""A browser with a window is used, and one that would take the terminal is not."""

import webbrowser

import pytest

from kit import web_browser


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("xdg-open", True),
        ("/snap/bin/firefox", True),
        ("w3m", False),
        ("/usr/bin/www-browser", False),
        ("lynx", False),
        ("links", False),
    ],
)
def test_only_a_browser_with_a_window_counts(
    monkeypatch: pytest.MonkeyPatch, name: str, there: bool
) -> None:
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser(name))
    shown = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address) or True)
    assert web_browser.is_there() is there
    assert web_browser.show("http://127.0.0.1:1/") is there
    assert shown == (["http://127.0.0.1:1/"] if there else [])


def test_a_machine_without_any_browser_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    assert not web_browser.is_there()
