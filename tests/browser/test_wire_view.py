"""The wire view: what passes between the page and the server, decoded."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.charts import wait_for_growth
from tests.browser.counting import COUNTING
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
Serve = Callable[..., Server]


def opened(page: Page) -> Locator:
    """Open the wire view with the keyboard; return its packets."""
    page.locator("#wire > summary").focus()
    page.keyboard.press("Enter")
    return page.locator("#wire li")


def test_packets_are_shown_in_words(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    packets = opened(page)
    wait_for_growth(page)
    update = packets.filter(has_text="update_data").first
    expect(update.locator(".kind")).to_have_text("event")
    expect(update.locator(".bytes")).to_have_text(re.compile(r"^\d+ B$"))
    expect(update.get_by_role("img", name="from the server")).to_be_visible()
    page.get_by_role("tab", name="Stock").click()
    join = packets.filter(has_text="join_dashboard").first
    expect(join.get_by_role("img", name="to the server")).to_be_visible()
    number = re.search(r"#\d+", join.locator(".event").inner_text())
    assert number
    answer = packets.filter(has_text="acknowledgement").first
    expect(answer.locator(".event")).to_have_text(number[0])


def test_a_packet_is_opened_with_the_keyboard(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    packets = opened(page)
    update = packets.filter(has_text="update_data").first
    expect(update).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    update.locator("summary").focus()
    page.keyboard.press("Enter")
    whole = update.locator("pre").inner_text()
    assert json.loads(whole)["dashboard"] == "machine"
    assert "\n  " in whole


def test_a_return_is_seen_on_the_wire(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    packets = opened(page)
    wait_for_growth(page)
    page.get_by_role("button", name="Cut the connection").click()
    expect(packets.filter(has_text="connection closed")).to_be_visible()
    expect(packets.filter(has_text="resume_session")).to_be_visible()
    # The newest stand first; the first connection may have gone over to WebSocket here as well.
    newer = packets.filter(has_text="connection closed").locator("xpath=preceding-sibling::li")
    expect(newer.filter(has_text="goes on over websocket")).to_be_visible()
    assert newer.filter(has_text="opened").count() == 1


def test_it_keeps_the_newest_packets_and_can_be_paused(
    serve: Serve, reference: Server, visit: Open
) -> None:
    page = visit(serve(reference.folder, script=f"{COUNTING}\nConfig.FEED_SECONDS = 0.02").url).page
    packets = opened(page)
    expect(packets).to_have_count(200)
    wait_for_growth(page)
    expect(packets).to_have_count(200)
    pause = page.get_by_role("button", name="Pause")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    first = packets.first.inner_text()
    expect(page.locator("#wire .note")).to_have_text(re.compile(r"Paused; [1-9]\d* passed since"))
    assert packets.first.inner_text() == first
    pause.click()
    expect(packets.first).not_to_have_text(first)


def test_it_costs_nothing_while_it_is_closed(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    wait_for_growth(page)
    packets = opened(page)
    expect(packets.filter(has_text="update_data").first).to_be_attached()
    page.keyboard.press("Enter")
    shown = packets.count()
    wait_for_growth(page)
    assert packets.count() == shown


@pytest.mark.parametrize(
    ("packet", "said"),
    [
        ({"type": "ping"}, {"kind": "ping", "bytes": 1}),
        ({"type": "open", "data": '{"sid":"x"}'}, {"kind": "opened", "payload": '{"sid":"x"}'}),
        ({"type": "message", "data": "0"}, {"kind": "connect", "payload": ""}),
        (
            {"type": "message", "data": '2["a b",{"c":1},2]'},
            {"kind": "event", "event": "a b", "payload": '{"c":1},2', "ack": ""},
        ),
        (
            {"type": "message", "data": '2/admin,17["hör"]'},
            {"event": "hör", "namespace": "/admin", "ack": "17", "bytes": 19, "payload": ""},
        ),
        ({"type": "message", "data": "317[]"}, {"kind": "acknowledgement", "ack": "17"}),
        ({"type": "message", "data": '4{"message":"no"}'}, {"kind": "refused"}),
        (
            {"type": "message", "data": '51-["file",{"_placeholder":true,"num":0}]'},
            {"kind": "event", "event": "file", "ack": ""},
        ),
        ({"type": "message", "data": "not a packet"}, {"kind": "unknown"}),
    ],
)
def test_each_kind_of_packet_is_decoded(
    reference: Server, visit: Open, packet: dict[str, Any], said: dict[str, Any]
) -> None:
    page = visit(f"{reference.url}healthz").page
    found = page.evaluate(
        "async packet => (await import('/static/packets.js')).decoded(packet)", packet
    )
    assert {key: found.get(key) for key in said} == said
