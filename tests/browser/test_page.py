"""The dashboard's page in a real browser, against real servers."""

import re
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.charts import (
    POINTS,
    expect_features,
    lines,
    values,
    wait_for_growth,
    wait_for_lines,
)
from tests.browser.counting import COUNTING
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
PHONE = {"width": 360, "height": 780}


def test_chart_appears_and_grows_by_what_is_pushed(reference: Server, visit: Open) -> None:
    seen = visit(reference.url)
    wait_for_growth(seen.page)
    assert lines(seen.page) == ["cpu", "memory", "network", "disk"]
    seen.wait_for_packet('"update_data"')
    expect(seen.page.locator("#rate")).to_have_text(re.compile(r"\d\.\d"))


def test_other_dashboard_is_shown_and_only_its_updates(reference: Server, visit: Open) -> None:
    seen = visit(reference.url)
    wait_for_growth(seen.page)
    seen.page.get_by_role("tab", name="Stock").click()
    wait_for_lines(seen.page, "GOOG")
    seen.packets.clear()
    for _ in range(3):
        wait_for_growth(seen.page)
    seen.wait_for_packet('"update_data",{"dashboard":"stocks"')
    assert '"machine"' not in "".join(seen.packets)


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
    page.wait_for_function(
        "() => document.querySelector('#chart').data[1].visible === 'legendonly'"
    )
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
    expect(page.locator("#chart")).to_be_visible()
    expect(page.locator("#chart-note")).to_be_hidden()
    server.start()
    expect(page.locator("#connection")).to_contain_text("Connected")
    expect(page.locator("#gap")).to_contain_text("the chart was sent anew")
    page.wait_for_function(f"() => {POINTS} <= 5")
    wait_for_growth(page)


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be frozen there")
def test_a_server_that_hangs_is_told(
    serve: Callable[..., Server], reference: Server, visit: Open
) -> None:
    server = serve(reference.folder)
    page = visit(server.url).page
    wait_for_growth(page)
    server.freeze()
    state = page.locator("#connection")
    expect(state).to_contain_text("the server does not answer")
    server.thaw()
    expect(state).to_contain_text("Connected (websocket)")
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


def test_page_obeys_its_own_content_policy(reference: Server, visit: Open) -> None:
    seen = visit(reference.url)
    wait_for_growth(seen.page)
    assert [error for error in seen.errors if "Content Security Policy" in error] == []


# A server that repeats an update and leaves one out. The value of a point is its number.
REPEATS_AND_SKIPS = """
import dashboard
from dashboard.extensions import socketio
from flask_socketio import emit

def message(number, **more):
    return {"dashboard": "machine", "number": number, **more}

def points(*numbers):
    return {"time": [f"2026-01-01T00:00:0{n}.000Z" for n in numbers], "cpu": list(numbers)}

def snapshot(number):
    drawn = points(*range(1, number + 1))
    line = {"name": "cpu", "type": "scatter", "x": drawn["time"], "y": drawn["cpu"]}
    emit("update_chart", message(number, keep=9, figure={"data": [line], "layout": {}}))

@socketio.on("join_dashboard")
def join(payload):
    snapshot(2)
    for number in (1, 2, 3, 3, 5):
        emit("update_data", message(number, points=points(number)))
    return {"ok": True, "dashboard": "machine"}

@socketio.on("update_chart")
def chart(payload):
    snapshot(5)
    emit("update_data", message(6, points=points(6)))
"""


def test_repeated_and_missing_updates_are_mended(
    serve: Callable[..., Server], reference: Server, visit: Open
) -> None:
    seen = visit(serve(reference.folder, script=REPEATS_AND_SKIPS).url)
    seen.page.wait_for_function(f"() => {POINTS} === 6")
    assert values(seen.page) == [1, 2, 3, 4, 5, 6]


# What a student's server does before its handler is written.
FAILS_TO_GREET = """
import dashboard
from dashboard.extensions import socketio

@socketio.on("connect")
def connect(auth=None):
    raise NotImplementedError("lab 3: greet each client that connects")
"""


# Answers later than the page waits: it has asked once more when the first answer comes.
SLOW = """
import threading
from dashboard import events
at_once = events.chart

def slow(*arguments):
    threading.Event().wait(2.5)
    return at_once(*arguments)

events.chart = slow
"""


def test_answers_that_come_late_are_not_shown_twice(
    serve_stage: Callable[..., Server], visit: Open
) -> None:
    page = visit(serve_stage(5, script=COUNTING + SLOW).url).page
    page.wait_for_function("document.querySelector('#chart').data?.[0].y.at(-1) >= 8")
    shown = values(page)
    assert shown == list(range(1, len(shown) + 1))


def test_connection_that_is_never_confirmed_is_told(
    serve_stage: Callable[..., Server], visit: Open
) -> None:
    page = visit(serve_stage(3, script=FAILS_TO_GREET).url).page
    expect(page.locator("#connection")).to_contain_text("never confirmed")
    expect_features(page, pages="works", connection="not offered yet")


def test_a_refused_connection_names_the_reference(
    serve: Callable[..., Server], reference: Server, visit: Open
) -> None:
    page = visit(serve(reference.folder, script=FAILS_TO_GREET).url).page
    said = re.compile(r"The server refused the connection \(internal_error, reference \w+\)")
    expect(page.locator("#connection")).to_have_text(said)


def test_page_works_under_a_path_prefix(
    serve: Callable[..., Server], reference: Server, visit: Open
) -> None:
    seen = visit(serve(reference.folder, prefix="/some/where").url)
    wait_for_growth(seen.page)
    assert seen.errors == []
    seen.page.get_by_role("link", name="Sign in").click()
    seen.page.get_by_label("Your name").fill("Ada")
    seen.page.get_by_role("button", name="Sign in").click()
    expect(seen.page.get_by_text("Signed in as Ada")).to_be_visible()


def test_missing_libraries_are_named(reference: Server, visit: Open) -> None:
    seen = visit(f"{reference.url}healthz")
    seen.page.route("**/vendor/*", lambda route: route.fulfill(status=404))
    seen.page.goto(reference.url)
    missing = seen.page.get_by_role("alert")
    expect(missing).to_contain_text("socket.io.min.js and plotly.min.js")
    expect(seen.page.get_by_role("tab")).to_have_count(2)
    expect_features(seen.page, pages="works", connection="cannot be tried")


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
