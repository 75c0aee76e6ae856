"""The page for everybody: no barrier that axe-core finds, every size, text for what is drawn."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.axe import barriers
from tests.browser.charts import wait_for_growth
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 780}
PROJECTORS = [{"width": 1024, "height": 768}, {"width": 1920, "height": 1080}]
HUGE = {"width": 3840, "height": 2160}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_dashboard_has_no_barrier(
    reference: Server, visit: Open, scheme: str, size: dict[str, int]
) -> None:
    page = visit(reference.url, color_scheme=scheme, viewport=size).page
    wait_for_growth(page)  # first: what is clicked while the page still grows may be missed
    page.locator("#wire > summary").click()
    expect(page.locator("#wire li").first).to_be_attached()
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Cut the connection").click()
    expect(page.locator("#gap")).to_contain_text("Connection lost")
    assert barriers(page) == []
    expect(page.locator("#gap")).to_contain_text("Back after")
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_pointer_is_on_can_be_read(reference: Server, visit: Open, scheme: str) -> None:
    page = visit(reference.url, color_scheme=scheme, reduced_motion="reduce").page
    wait_for_growth(page)
    tabs, buttons = page.get_by_role("tab").all(), page.get_by_role("button").all()
    assert len(tabs) > 1
    assert len(buttons) > 1
    for one in [*tabs, *buttons]:
        if one.is_visible():
            one.hover()
            assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_has_no_barrier(reference: Server, visit: Open, scheme: str) -> None:
    page = visit(f"{reference.url}auth/login", color_scheme=scheme).page
    assert barriers(page) == []
    page.get_by_label("Your name").fill("  ")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?renew=no"])
def test_the_page_without_scripts_has_no_barrier(
    reference: Server, visit: Open, query: str, scheme: str
) -> None:
    page = visit(f"{reference.url}still{query}", color_scheme=scheme).page
    expect(page.get_by_role("table")).to_be_visible()
    assert barriers(page) == []


def test_the_way_to_it_has_none_either(reference: Server, visit: Open) -> None:
    page = visit("about:blank").page
    # As a browser without scripts sees it, in one that can run axe's.
    answer = page.request.get(reference.url).text()
    body = re.sub("<script.*?</script>|</?noscript>", "", answer, flags=re.S)
    assert "http-equiv" in body
    page.route(reference.url, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.route("**/still*", lambda route: route.fulfill(status=204))  # so that it stays
    page.goto(reference.url)
    assert barriers(page) == []


@pytest.mark.parametrize("size", [PHONE, *PROJECTORS, HUGE], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_no_size_needs_sideways_scrolling(
    reference: Server, visit: Open, size: dict[str, int], scripts: bool
) -> None:
    url = reference.url if scripts else f"{reference.url}still?renew=no"
    page = visit(url, viewport=size, java_script_enabled=scripts).page
    if scripts:
        wait_for_growth(page)
        page.locator("#wire > summary").click()
        expect(page.locator("#wire li").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_chart_is_told_in_words(reference: Server, visit: Open) -> None:
    page = visit(f"{reference.url}?dashboard=stocks").page
    wait_for_growth(page)
    words = (
        r"Chart of Stock prices, replayed\. Newest values at \d{4}-.* UTC: GOOG \d.* times start"
    )
    chart = page.locator("#chart")
    expect(chart).to_have_attribute("aria-label", re.compile(words))
    first = chart.get_attribute("aria-label") or ""
    wait_for_growth(page)
    expect(chart).not_to_have_attribute("aria-label", first)
