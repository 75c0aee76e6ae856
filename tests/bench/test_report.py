"""What a run of the bench makes of its rounds."""

from kit.bench.server.figures import Saturated, Size, Steady
from kit.bench.server.peers import NODE, REFERENCE
from kit.bench.server.report import Plan, Report


def size(*rates: int) -> Size:
    found = Size(500, 100.0, 1_000_000)
    for rate in rates:
        found.add(Saturated(rate, 1.0, {"server": 1.0}, 0.5, [0.1]), Steady([1.0, 2.0]))
    return found


def test_a_slow_minute_of_the_machine_counts_for_both_of_a_round() -> None:
    report = Report(Plan((500,)))
    report.servers[REFERENCE].sizes.append(size(100_000, 50_000, 97_000))
    report.servers[NODE].sizes.append(size(100_000, 50_000, 130_000))
    assert report.ratios()["500"]["rate"] == 1.0
    assert report.servers[NODE].figures()["sizes"][0]["rate"] == 130_000


def test_what_failed_in_a_later_round_is_compared_by_the_earlier_ones() -> None:
    report = Report(Plan((500,)))
    report.servers[REFERENCE].sizes.append(size(90_000, 80_000))
    report.servers[NODE].sizes.append(size(100_000))
    assert report.ratios()["500"]["rate"] == 0.9
