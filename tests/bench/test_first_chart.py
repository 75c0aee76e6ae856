"""The time to the first chart: in a real browser, each visit as somebody new."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kit.bench.server import first_chart
from kit.bench.server.first_chart import FirstChart


@pytest.fixture
def found() -> FirstChart:
    return FirstChart()


def test_something_is_painted_before_the_chart_is_drawn(
    browser: Browser, found: FirstChart
) -> None:
    first_chart.visit(browser, 2, found, print)
    assert found.failed is None
    figures = found.figures()
    assert len(figures["visits"]) == 2
    for visit in (figures, *figures["visits"]):
        assert 0 < visit["first_paint_ms"] < visit["first_chart_ms"]


def test_a_page_without_a_chart_has_failed(
    browser: Browser, found: FirstChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_chart, "LONGEST", 0.0)
    # A page as fast as this one might have drawn it at the first look: wait for what never comes.
    monkeypatch.setattr(first_chart, "MOMENTS", first_chart.MOMENTS.replace("first-chart", "none"))
    first_chart.visit(browser, 1, found, print)
    assert found.failed is not None
    assert "there was no chart after 0 s" in found.failed
    assert found.figures()["first_chart_ms"] is None


def test_a_machine_without_a_browser_is_told(
    found: FirstChart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    first_chart.measure(1, found, print)
    assert str(found.left_out).startswith("there is no browser: none of chromium,")
    assert found.failed is None
