"""Chaos at a small size: whatever breaks, every client's numbers stay complete and in order."""

import pytest

from kit.bench.harm.chaos import GREATER, chaos


@pytest.mark.usefixtures("nginx", "redis_program")
def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    report = chaos(200, clients=16, workers=2, cuts_between=15)

    assert report.faults == []
    assert report.disconnects >= 200
    assert report.breaks.keys() >= GREATER.keys()
    assert report.resumed > 50
    assert report.updates > 50
    # Only a session that was begun while Redis was away can end with its worker.
    assert report.snapshots < report.resumed / 20
