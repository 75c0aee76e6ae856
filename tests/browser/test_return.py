"""A page that loses its connection and comes back, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charts import values, wait_for_growth, wait_for_lines
from tests.browser.counting import COUNTING
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
Serve = Callable[..., Server]
MARKS = "() => document.querySelector('#chart').layout.shapes.map(shape => shape.type)"


def cut(page: Page) -> None:
    """Press the button that cuts the connection, and wait until the page says that it is lost."""
    page.get_by_role("button", name="Cut the connection").click()
    expect(page.locator("#gap")).to_contain_text("Connection lost: nothing arrives")


def assert_complete(page: Page) -> None:
    """Every number is in the chart once, in order, from the first on."""
    seen = values(page)
    assert seen == list(range(int(seen[0]), int(seen[0]) + len(seen)))
    assert seen[0] == 1


@pytest.mark.parametrize(
    ("transport", "cuts"), [("", 2), ("?transport=polling", 1), ("?transport=websocket", 1)]
)
def test_what_was_missed_is_replayed_once_and_in_order(
    serve: Serve, reference: Server, visit: Open, transport: str, cuts: int
) -> None:
    page = visit(f"{serve(reference.folder, script=COUNTING).url}{transport}").page
    wait_for_growth(page)
    for _ in range(cuts):
        cut(page)
        assert page.evaluate(MARKS) == ["line"]
        before = values(page)
        gap = page.locator("#gap")
        expect(gap).to_contain_text("updates replayed, none lost")
        page.wait_for_function(MARKS.replace("shapes.map(shape => shape.type)", "shapes[0].x1"))
        assert page.evaluate(MARKS) == ["rect"]
        wait_for_growth(page)
        assert len(values(page)) > len(before) + 10
        assert values(page)[: len(before)] == before
        assert_complete(page)
    expect(page.locator("[data-feature=sessions]")).to_contain_text("replayed at the last return")
    expect(page.locator("#gap")).to_be_empty()


def test_too_long_a_gap_brings_the_whole_chart(
    serve: Serve, reference: Server, visit: Open
) -> None:
    script = f"{COUNTING}\nConfig.KEEP_ROWS = 5\nConfig.WINDOW = '5s'"
    page = visit(serve(reference.folder, script=script).url).page
    wait_for_growth(page)
    cut(page)
    said = "too much was missed, so the whole chart was sent"
    expect(page.locator("#gap")).to_contain_text(said)
    page.wait_for_function("() => document.querySelector('#chart').data[0].y.at(-1) > 30")
    seen = values(page)
    assert seen == list(range(int(seen[0]), int(seen[0]) + 5))


def test_a_session_that_the_server_does_not_know_starts_anew(
    serve: Serve, reference: Server, visit: Open
) -> None:
    script = f"{COUNTING}\nConfig.SESSION_SECONDS = 0"
    page = visit(serve(reference.folder, script=script).url).page
    wait_for_growth(page)
    cut(page)
    expect(page.locator("#gap")).to_contain_text("the chart was sent anew")
    wait_for_growth(page)
    assert_complete(page)


def test_a_dashboard_chosen_while_offline_is_joined_on_return(
    serve: Serve, reference: Server, visit: Open
) -> None:
    page = visit(serve(reference.folder).url).page
    wait_for_growth(page)
    cut(page)
    page.get_by_role("tab", name="Stock").click()
    expect(page.locator("#connection")).to_contain_text("Connected")
    wait_for_lines(page, "GOOG")
    wait_for_growth(page)
    cut(page)
    expect(page.locator("#gap")).to_contain_text("none lost")
    wait_for_growth(page)


# A server that can be asked to send everybody away, as one that stops does.
SENDS_AWAY = f"""{COUNTING}
from dashboard import pages
from dashboard.extensions import socketio
from dashboard.state import state

@pages.blueprint.get("/stop")
def stop():
    socketio.emit("goodbye", {{"reconnect_in": 1}})
    for sid in list(state().clients):
        socketio.server.disconnect(sid)
    return "stopped"
"""


def test_a_page_that_is_sent_away_says_so_and_comes_back(
    serve: Serve, reference: Server, visit: Open
) -> None:
    server = serve(reference.folder, script=SENDS_AWAY)
    page = visit(server.url).page
    wait_for_growth(page)
    page.request.get(f"{server.url}stop")
    state = page.locator("#connection")
    expect(state).to_have_text("The server restarts; back in a moment")
    expect(state).to_contain_text("Connected")
    expect(page.locator("#gap")).to_contain_text("none lost")
    wait_for_growth(page)
    assert_complete(page)


def test_polling_alone_is_enough(reference: Server, visit: Open) -> None:
    seen = visit(f"{reference.url}?transport=polling")
    wait_for_growth(seen.page)
    expect(seen.page.locator("#connection")).to_have_text("Connected (polling)")
    asked = [request.url for request in seen.requests if "/socket.io/" in request.url]
    assert asked
    assert all("transport=polling" in url for url in asked)
    assert seen.packets == []  # those of WebSockets


def test_an_earlier_stage_offers_none_of_it(
    serve_stage: Callable[[int], Server], visit: Open
) -> None:
    page = visit(serve_stage(6).url).page
    wait_for_growth(page)
    expect(page.get_by_role("button", name="Cut the connection")).to_be_hidden()
    for later in ("sessions", "audience"):
        expect(page.locator(f"[data-feature={later}]")).to_be_hidden()
