"""What a test sees of the chart, and of the list of features beside it."""

from typing import Any

from playwright.sync_api import Page, expect

# How many points the first line of the chart has: 0 before there is a chart.
POINTS = "(document.querySelector('#chart').data?.[0].x.length ?? 0)"
# When the newest point of the chart's first line was: nothing before there is a chart.
NEWEST = "document.querySelector('#chart').data?.[0].x.at(-1)"


def wait_for_growth(page: Page) -> None:
    """Wait until the chart has a newer point than it has now."""
    page.wait_for_function(f"() => {NEWEST}")
    page.wait_for_function(f"before => {NEWEST} > before", arg=page.evaluate(NEWEST))


def lines(page: Page) -> list[str]:
    """Return the names of the lines in the chart."""
    names: list[str] = page.evaluate("document.querySelector('#chart').data.map(line => line.name)")
    return names


def wait_for_lines(page: Page, first: str) -> None:
    """Wait until the chart's first line is that one."""
    page.wait_for_function(
        "name => document.querySelector('#chart')?.data?.[0].name === name", arg=first
    )


def expect_features(page: Page, **states: str) -> None:
    """Wait until the panel says so of each feature."""
    for name, words in states.items():
        expect(page.locator(f"[data-feature={name}] .how")).to_have_text(words)


def values(page: Page) -> list[Any]:
    """Return the values of the chart's first line."""
    found: list[Any] = page.evaluate("document.querySelector('#chart').data[0].y")
    return found
