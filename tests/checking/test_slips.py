"""The likeliest slips are named by the errors that this very Python raises."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from kit.checking.causes import of_a_slip
from kit.running.misspelt import meant


class Board:
    room = "machine"

    def latest(self) -> dict[str, float] | None:
        return None


BOARD: Any = Board()
SLIPS: list[tuple[Callable[[], Any], str]] = [
    (lambda: BOARD.latst, "misspelt"),
    (lambda: BOARD.latest.pop("time"), "not-called"),
    (lambda: BOARD.latest["time"], "not-called"),
    (lambda: "time" in BOARD.latest, "not-called"),
    (lambda: list(BOARD.latest), "not-called"),
    (lambda: sorted.source, "not-called"),  # type: ignore[attr-defined]
    (lambda: BOARD.room().title, "not-callable"),
    (lambda: [one.refresh() for one in {"machine": BOARD}], "text-for-object"),  # type: ignore[attr-defined]
    (lambda: BOARD.latest().pop("time"), "none-for-object"),
    (lambda: BOARD.latest()["time"], "none-for-object"),
    (lambda: {"user": 1}["usr"], "no-such-key"),
]


@pytest.mark.parametrize(("slips", "cause"), SLIPS, ids=[str(n) for n in range(len(SLIPS))])
def test_an_error_names_the_slip(slips: Callable[[], Any], cause: str) -> None:
    with pytest.raises((AttributeError, TypeError, KeyError)) as raised:
        slips()
    error = raised.value
    found = of_a_slip(type(error).__name__, f"{error}{meant(error)}")
    assert found
    assert found.name == cause


@pytest.mark.parametrize("wrong", [ValueError("no"), TypeError("f() takes 1"), OSError("gone")])
def test_any_other_error_names_none(wrong: Exception) -> None:
    assert of_a_slip(type(wrong).__name__, str(wrong)) is None


def test_an_object_without_such_names_is_no_slip() -> None:
    with pytest.raises(AttributeError) as raised:
        _ = SimpleNamespace().anything
    assert of_a_slip("AttributeError", f"{raised.value}{meant(raised.value)}") is None
