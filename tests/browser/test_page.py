"""The dashboard's page in a real browser, against real servers."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
PHONE = {"width": 360, "height": 780}
# How many points the first line of the chart has: 0 before there is a chart.
POINTS = "document.querySelector('#chart').data?.[0].x.length ?? 0"


def wait_for_growth(page: Page) -> None:
    """Wait until the chart has one point more than it has now."""
    page.wait_for_function(f"{POINTS} > 0")
    page.wait_for_function(f"before => {POINTS} > before", arg=page.evaluate(POINTS))


def lines(page: Page) -> list[str]:
    """Return the names of the lines in the chart."""
    names: list[str] = page.evaluate("document.querySelector('#chart').data.map(line => line.name)")
    return names


def wait_for_lines(page: Page, first: str) -> None:
    """Wait until the chart's first line is that one."""
    page.wait_for_function(
        "name => document.querySelector('#chart').data?.[0].name === name", arg=first
    )


def expect_features(page: Page, **states: str) -> None:
    """Wait until the panel says so of each feature."""
    for name, words in states.items():
        expect(page.locator(f"[data-feature={name}] .how")).to_have_text(words, timeout=8000)


def test_chart_appears_and_grows_by_what_is_pushed(reference: Server, visit: Open) -> None:
    seen = visit(reference.url)
    wait_for_growth(seen.page)
    assert lines(seen.page) == ["cpu", "memory", "network", "disk"]
    pushed = [packet for packet in seen.packets if '"update_data"' in packet]
    assert pushed, seen.packets
    expect(seen.page.locator("#rate")).to_have_text(re.compile(r"\d\.\d"))


def test_other_dashboard_is_shown_and_only_its_updates(reference: Server, visit: Open) -> None:
    seen = visit(reference.url)
    wait_for_growth(seen.page)
    seen.page.get_by_role("tab", name="Stock").click()
    wait_for_lines(seen.page, "GOOG")
    seen.packets.clear()
    wait_for_growth(seen.page)
    wait_for_growth(seen.page)
    pushed = [packet for packet in seen.packets if '"update_data"' in packet]
    assert pushed
    assert not [packet for packet in pushed if '"machine"' in packet]


def test_dashboards_are_chosen_with_the_keyboard(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    machine = page.get_by_role("tab", name="This machine")
    stocks = page.get_by_role("tab", name="Stock")
    machine.focus()
    page.keyboard.press("ArrowRight")
    expect(stocks).to_be_focused()
    expect(stocks).to_have_attribute("aria-selected", "true")
    wait_for_lines(page, "GOOG")
    page.keyboard.press("Home")
    expect(machine).to_be_focused()
    wait_for_lines(page, "cpu")


def test_first_tab_stop_skips_to_the_dashboard(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the dashboard")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#dashboard")).to_be_focused()


def test_choice_outlives_a_reload(reference: Server, visit: Open) -> None:
    page = visit(f"{reference.url}#stocks").page
    wait_for_lines(page, "GOOG")
    page.reload()
    wait_for_lines(page, "GOOG")


def test_tile_hides_its_line(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    wait_for_growth(page)
    page.get_by_role("button", name="memory").click()
    page.wait_for_function("document.querySelector('#chart').data[1].visible === 'legendonly'")
    wait_for_growth(page)


def test_finished_server_offers_everything_without_an_error(reference: Server, visit: Open) -> None:
    seen = visit(reference.url)
    everything = ("pages", "connection", "values", "rows", "chart", "rooms")
    expect_features(seen.page, **dict.fromkeys(everything, "works"))
    wait_for_growth(seen.page)
    assert seen.errors == []
    home = urlsplit(reference.url).netloc
    assert {urlsplit(request.url).netloc for request in seen.requests} == {home}


@pytest.mark.parametrize(
    ("lab", "working"),
    [
        (2, {"pages"}),
        (3, {"pages", "connection", "values"}),
        (4, {"pages", "connection", "values", "rows"}),
        (5, {"pages", "connection", "values", "rows", "chart"}),
    ],
)
def test_panel_says_what_an_earlier_stage_offers(
    serve_stage: Callable[[int], Server], visit: Open, lab: int, working: set[str]
) -> None:
    seen = visit(serve_stage(lab).url)
    everything = ("pages", "connection", "values", "rows", "chart", "rooms")
    states = {name: "works" if name in working else "not offered yet" for name in everything}
    expect_features(seen.page, **states)
    if "connection" in working:
        expect(seen.page.locator("#connection")).to_contain_text("Connected")
        assert seen.errors == []
    else:
        expect(seen.page.locator("#connection")).to_contain_text("not offered yet (lab 3)")
        assert len(seen.errors) <= 2  # the browser's own lines about /socket.io
    if "chart" in working:
        wait_for_growth(seen.page)
    elif "values" in working:
        expect(seen.page.locator("#tiles b").first).to_have_text(re.compile(r"\d"))


def test_page_carries_on_after_the_server_was_killed(
    serve: Callable[..., Server], reference: Server, visit: Open
) -> None:
    server = serve(reference.folder)
    page = visit(server.url).page
    wait_for_growth(page)
    server.kill()
    expect(page.locator("#connection")).to_contain_text("Reconnecting")
    server.start()
    expect(page.locator("#connection")).to_contain_text("Connected", timeout=15_000)
    page.wait_for_function(f"{POINTS} <= 5")
    wait_for_growth(page)


@pytest.mark.parametrize("address", ["#machine", "#stocks", "auth/login"])
def test_phone_needs_no_sideways_scrolling(reference: Server, visit: Open, address: str) -> None:
    page = visit(f"{reference.url}{address}", viewport=PHONE, has_touch=True, is_mobile=True).page
    if address.startswith("#"):
        wait_for_growth(page)
        expect(page.locator("#rows tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_dark_scheme_and_a_remembered_choice(reference: Server, visit: Open) -> None:
    page = visit(reference.url, color_scheme="dark").page
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Use the light theme").click()
    light = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == light


def test_numbers_do_not_move_the_page(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    wait_for_growth(page)
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    page.evaluate(
        """() => { window.moved = 0; new PerformanceObserver(list => {
            for (const shift of list.getEntries()) window.moved += shift.value;
        }).observe({type: "layout-shift"}); }"""
    )
    wait_for_growth(page)
    wait_for_growth(page)
    assert page.evaluate("window.moved") < 0.01


def test_page_obeys_a_strict_content_policy(reference: Server, visit: Open) -> None:
    policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
    seen = visit(reference.url, headers={"content-security-policy": policy})
    wait_for_growth(seen.page)
    assert [error for error in seen.errors if "Content Security Policy" in error] == []


def test_missing_libraries_are_named(reference: Server, visit: Open) -> None:
    seen = visit(f"{reference.url}healthz")
    seen.page.route("**/vendor/*", lambda route: route.fulfill(status=404))
    seen.page.goto(reference.url)
    missing = seen.page.get_by_role("alert")
    expect(missing).to_contain_text("socket.io.min.js and plotly.min.js")
    expect(seen.page.get_by_role("tab")).to_have_count(2)


def test_without_javascript_the_page_points_to_the_api(reference: Server, visit: Open) -> None:
    page = visit(reference.url, java_script_enabled=False).page
    # Chromium keeps this hidden when it is told so late that there are no scripts.
    expect(page.locator("noscript")).to_contain_text("Live charts need JavaScript")
    assert "api/dashboards" in page.locator("noscript").inner_html()


def test_signing_in_shows_the_name(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    page.get_by_label("Your name").fill("  ")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Please give a name.")
    page.get_by_label("Your name").fill("Ada <b>")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Signed in as Ada <b>")).to_be_visible()
