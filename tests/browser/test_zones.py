"""Times in local time, the data's zone or UTC; and what the page says of its data."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charts import wait_for_growth
from tests.browser.dashboard_server import Server
from tests.browser.test_columns import toys
from tests.browser.visit import Visit

__all__ = ["toys"]
Open = Callable[..., Visit]
FIRST = "document.querySelector('#chart').data[0].x[0]"


def shown(page: Page, words: str, first: str, clock: str) -> None:
    """Wait until the axis, the chart and the table show that zone."""
    expect(page.locator("#zone-words")).to_have_text(words)
    page.wait_for_function(f"first => {FIRST}.startsWith(first)", arg=first)
    expect(page.locator("#rows tbody td").first).to_have_text(re.compile(clock))
    zone = words.removeprefix("Times are in ").split(" ")[0].rstrip(".")
    expect(page.locator("#rows thead th span").first).to_have_text(zone)


BERLIN = ("Times are in Europe/Berlin (the zone of the data, UTC+2).", "2026-07-02T00:30", "^00:")
DUBAI = ("Times are in Asia/Dubai (local time, UTC+4).", "2026-07-02T02:30", "^02:")
UTC = ("Times are in UTC.", "2026-07-01T22:30", "^22:")


def test_one_click_changes_the_zone_and_it_is_remembered(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=zoned", timezone_id="Asia/Dubai").page
    wait_for_growth(page)
    shown(page, *BERLIN)
    button = page.locator("#zone")
    expect(button).to_have_text("Show local time")
    button.press("Enter")
    shown(page, *DUBAI)
    expect(page.locator("#chart")).to_have_attribute("aria-label", re.compile("Asia/Dubai"))
    expect(button).to_have_text("Show UTC")
    button.click()
    shown(page, *UTC)
    page.reload()
    wait_for_growth(page)
    shown(page, *UTC)
    expect(button).to_have_text("Show the zone of the data")


def test_data_without_a_zone_are_in_local_time(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=tiny", timezone_id="Asia/Dubai").page
    wait_for_growth(page)
    shown(page, *DUBAI)
    page.locator("#zone").click()
    shown(page, *UTC)


def test_where_all_zones_are_one_there_is_nothing_to_choose(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=tiny").page
    wait_for_growth(page)
    shown(page, *UTC)
    expect(page.locator("#zone")).to_be_hidden()


def test_the_page_without_scripts_says_its_zone(toys: Server, visit: Open) -> None:
    for name, zone in (("zoned", "Europe/Berlin"), ("tiny", "UTC")):
        url = f"{toys.url}still?dashboard={name}&renew=no"
        page = visit(url, java_script_enabled=False).page
        expect(page.get_by_role("columnheader", name="time")).to_contain_text(zone)
        picture = page.request.get(f"{toys.url}picture/{name}.svg").text()
        assert f">{zone}</text>" in picture
        assert ("00:30:0" if name == "zoned" else "22:30:0") in picture


@pytest.mark.parametrize(
    ("zone", "times", "places"),
    [
        # Clocks in Berlin go back from 3 to 2 on 2026-10-25 at 01:00 UTC: a line must not.
        (
            "Europe/Berlin",
            ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"],
            ["2026-10-25T01:30:00.000", "2026-10-25T02:30:00.000"],
        ),
        # Days are whole days, before the clocks were changed and after.
        (
            "Europe/Berlin",
            ["2026-06-30T22:00:00Z", "2026-11-30T23:00:00Z"],
            ["2026-07-01T00:00:00.000", "2026-12-01T00:00:00.000"],
        ),
        ("America/St_Johns", ["1969-12-31T23:30:00Z"], ["1969-12-31T20:00:00.000"]),
    ],
)
def test_times_on_the_axis(
    toys: Server, visit: Open, zone: str, times: list[str], places: list[str]
) -> None:
    page = visit(f"{toys.url}healthz", timezone_id=zone).page
    found = page.evaluate(
        """async times => {
            const { Zones, instant } = await import('/static/zones.js');
            const zones = new Zones(document.createElement('button'), document.body, () => {});
            const moments = times.map(instant);
            return moments.map(zones.axis(moments[0], moments.at(-1)));
        }""",
        times,
    )
    assert found == places


def test_remarks_are_shown_and_stay_up_to_date(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=zoned").page
    remarks = page.get_by_role("list", name="About this data")
    expect(remarks).to_contain_text("rows left out, such as '<b>31.12.'.")
    before = remarks.inner_text()
    expect(remarks).not_to_have_text(before)
    page.get_by_role("tab", name="Tiny").click()
    wait_for_growth(page)
    expect(remarks).to_be_hidden()
    page = visit(f"{toys.url}still?dashboard=zoned", java_script_enabled=False).page
    expect(page.get_by_role("list", name="About this data")).to_contain_text("rows left out")
