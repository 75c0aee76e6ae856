"""A QR code in a terminal: the right squares, and only where they can be shown."""

import io
import locale
import sys

import click
import pytest
import segno

from kit.demo import qr

ADDRESS = "http://192.168.7.5:8000"
SQUARES = {block: squares for squares, block in qr.BLOCKS.items()}


class Terminal(io.StringIO):
    """A stream that says of itself what a terminal would."""

    def __init__(self, encoding: str | None = "utf-8", is_one: bool = True) -> None:
        super().__init__()
        self._encoding = encoding
        self.is_one = is_one

    @property
    def encoding(self) -> str | None:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self.is_one


@pytest.fixture(autouse=True)
def a_usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(locale, "getencoding", lambda: "UTF-8")


def test_the_squares_are_those_of_the_code() -> None:
    rows = []
    for line in click.unstyle(qr.drawn(ADDRESS)).splitlines():
        pairs = [SQUARES[block] for block in line]
        rows += [[upper for upper, _ in pairs], [lower for _, lower in pairs]]
    right = [list(row) for row in segno.make_qr(ADDRESS).matrix_iter()]
    assert rows[: len(right)] == right
    assert not any(map(any, rows[len(right) :]))


def test_it_is_dark_on_light_in_every_theme() -> None:
    for line in qr.drawn(ADDRESS).splitlines():
        assert line.startswith("\x1b[38;5;16m\x1b[48;5;231m")
        assert line.endswith("\x1b[0m")


def test_a_terminal_that_shows_the_blocks_is_drawn_to() -> None:
    assert qr.can_be_drawn(Terminal())
    assert qr.can_be_drawn(Terminal("utf-16"))


def test_no_terminal_is_not_drawn_to() -> None:
    assert not qr.can_be_drawn(Terminal(is_one=False))


def test_a_terminal_without_the_blocks_is_not_drawn_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not qr.can_be_drawn(Terminal("iso8859-1"))
    assert not qr.can_be_drawn(Terminal("no such encoding"))
    monkeypatch.setenv("TERM", "dumb")
    assert not qr.can_be_drawn(Terminal())


@pytest.mark.skipif(sys.platform == "win32", reason="a console there has its own encoding")
def test_a_locale_without_the_blocks_is_not_drawn_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: "ANSI_X3.4-1968")  # LC_ALL=C
    assert not qr.can_be_drawn(Terminal())
