"""How old something is, whatever the clocks do."""

import time

import pytest

from kit.panel.board import Moment


def test_a_clock_that_jumps_makes_nothing_younger(monkeypatch: pytest.MonkeyPatch) -> None:
    since, clock = time.monotonic(), time.time()
    moment = Moment()
    # The machine has slept for an hour, and one of its clocks has stood still.
    monkeypatch.setattr(time, "time", lambda: clock + 3600)
    monkeypatch.setattr(time, "monotonic", lambda: since + 1)
    assert moment.age() >= 3590
    # Somebody has set the clock back, and ten seconds have gone by.
    monkeypatch.setattr(time, "time", lambda: clock - 86_400)
    monkeypatch.setattr(time, "monotonic", lambda: since + 10)
    assert 9 <= moment.age() <= 11
