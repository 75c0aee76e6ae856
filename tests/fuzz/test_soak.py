"""A long day leaves nothing behind."""

import pytest

from kit.bench.harm.soak import soak


@pytest.mark.parametrize("mode", ["threading", "gevent"])
def test_clients_that_come_and_go_leave_nothing(mode: str) -> None:
    report = soak(clients=10, seconds=12, mode=mode)

    assert report.faults == []
    assert {"cut", "resume", "move", "leave", "page"} <= report.done.keys()
    assert report.updates > 100
