"""Chaos at a small size: whatever breaks, every client's numbers stay complete and in order."""

import pytest

from kit.bench.harm.chaos import GREATER, chaos

CLIENTS = 16


@pytest.mark.usefixtures("nginx", "redis_program")
def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    report = chaos(200, clients=CLIENTS, workers=2, cuts_between=15)

    assert report.faults == []
    assert report.disconnects >= 200
    assert report.breaks.keys() >= GREATER.keys()
    assert report.resumed > 50
    assert report.updates > 50
    # A session that the server knows goes on without a figure. Only one that was begun while Redis
    # was away can end with its worker: how many are, depends on how long Redis takes to start.
    assert report.snapshots <= report.expired <= CLIENTS * report.breaks["Redis restarted"]
