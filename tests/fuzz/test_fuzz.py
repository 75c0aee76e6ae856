"""Bad clients harm neither the server nor the honest clients beside them."""

import dataclasses

import pytest

from kit.bench import fuzz as fuzzing
from kit.bench.fuzz import fuzz


@pytest.mark.parametrize("mode", ["threading", "gevent"])
def test_bad_input_harms_nobody(mode: str) -> None:
    report = fuzz(1500, seed=14, mode=mode)

    assert report.faults == []
    assert report.total >= 1500
    assert min(report.cases.values()) > 20
    assert report.answers > 20
    assert report.updates > 20


def test_it_is_seen_what_a_server_leaves_behind() -> None:
    figures = dict.fromkeys((*fuzzing.LEFT, "memory", "objects", "tasks", "descriptors"), 10)
    report = fuzzing.Report("threading", 1, start=figures, half=figures, end=dict(figures))
    assert fuzzing.left_behind(report) == []

    for name in figures:
        worse = figures | {name: 10 + fuzzing.GROWTH + 1}
        assert len(fuzzing.left_behind(dataclasses.replace(report, end=worse))) == 1, name
