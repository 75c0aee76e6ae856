"""The bench's report in a terminal that is 80 columns wide."""

from io import StringIO

import pytest
from rich.console import Console

from kit.bench.server import table
from kit.bench.server.figures import Saturated, Size, Steady
from kit.bench.server.report import Plan, Report


def size(clients: int, *parts: str) -> Size:
    """Return figures as wide as any."""
    busy = dict.fromkeys(parts, 3.21)
    full = Saturated(262_810, 1.0, busy, 0.987, [12.345])
    latencies = [123.456, 765.432]
    return Size(clients, 1234.0, 1_234_000_000, [full], [Steady(latencies)])


@pytest.fixture
def report() -> Report:
    report = Report(Plan((100, 2000)))
    for server in report.servers.values():
        server.sizes += [size(100, "server"), size(2000, "server")]
    report.by_workers.sizes = {n: size(500, "workers", "nginx", "redis") for n in (1, 2)}
    report.first_chart.visits = [{"first_paint_ms": 151.6, "first_chart_ms": 498.2}]
    return report


def shown(report: Report) -> list[str]:
    output = StringIO()
    table.show(report, Console(file=output, width=80, highlight=False))
    return output.getvalue().splitlines()


def test_nothing_is_cut_at_80_columns(report: Report) -> None:
    lines = shown(report)
    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)
    rows = [line.split() for line in lines]
    assert ["reference", "2,000", "262,810", "765.43", "765.43", "12.21"] in [r[:6] for r in rows]
    assert ["2", "262,810", "765.43", "765.43", "36.64", "12.21", "12.21"] in [r[:7] for r in rows]


def test_the_first_chart_is_told(report: Report) -> None:
    text = " ".join(" ".join(shown(report)).split())
    assert "first paint after 152 ms, first chart after 498 ms (median of 1 visits" in text


def test_what_was_left_out_is_told(report: Report) -> None:
    report.by_workers.sizes.clear()
    report.by_workers.left_out = "nginx is missing"
    assert "Left out: nginx is missing" in shown(report)
    assert report.is_complete


def test_what_has_failed_is_told(report: Report) -> None:
    assert report.is_complete
    report.by_workers.failed = "ended a connection"
    assert "The deployed server: ended a connection" in shown(report)
    assert not report.is_complete
