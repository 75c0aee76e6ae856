"""Several windows at once: each in its room, and each knows how many are in it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.charts import wait_for_growth, wait_for_lines
from tests.browser.counting import COUNTING
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
Serve = Callable[..., Server]


def test_two_windows_hear_only_their_own(reference: Server, visit: Open) -> None:
    windows = {name: visit(f"{reference.url}?dashboard={name}") for name in ("machine", "stocks")}
    for name, seen in windows.items():
        seen.wait_for_packet(f'"update_data",{{"dashboard":"{name}"')
    for seen in windows.values():
        wait_for_growth(seen.page)
    pushed = {
        name: [packet for packet in seen.packets if '"update_data"' in packet]
        for name, seen in windows.items()
    }
    for name, packets in pushed.items():
        assert [packet for packet in packets if f'"dashboard":"{name}"' not in packet] == []


def test_the_link_opens_another_dashboard_beside(reference: Server, visit: Open) -> None:
    page = visit(f"{reference.url}?dashboard=machine").page
    wait_for_lines(page, "cpu")
    link = page.get_by_role("link", name="beside this one")
    expect(link).to_have_text("Open “Stock prices, replayed” beside this one")
    with page.expect_popup() as opened:
        link.click()
    wait_for_lines(opened.value, "GOOG")
    assert opened.value.url == f"{reference.url}?dashboard=stocks"
    wait_for_growth(page)
    wait_for_lines(page, "cpu")


def test_the_address_names_the_dashboard_that_is_shown(reference: Server, visit: Open) -> None:
    page = visit(f"{reference.url}?dashboard=stocks&transport=polling#chart").page
    wait_for_lines(page, "GOOG")
    page.get_by_role("tab", name="This machine").click()
    assert page.url == f"{reference.url}?dashboard=machine&transport=polling"
    page.reload()
    wait_for_lines(page, "cpu")


def test_tabs_say_how_many_are_watching(serve: Serve, reference: Server, visit: Open) -> None:
    url = serve(reference.folder).url
    one, other = visit(f"{url}?dashboard=stocks").page, visit(f"{url}?dashboard=stocks").page
    stocks = one.get_by_role("tab", name="Stock")
    machine = one.get_by_role("tab", name="This machine")
    expect(stocks).to_contain_text("watching: 2")
    expect(machine).to_have_text("This machine")
    other.get_by_role("tab", name="This machine").click()
    expect(stocks).to_contain_text("watching: 1")
    one.get_by_role("tab", name="This machine").click()
    expect(machine).to_contain_text("watching: 2")
    expect(stocks).to_have_text("Stock prices, replayed")
    other.close()
    expect(machine).to_contain_text("watching: 1")


def test_a_single_dashboard_says_it_under_its_name(
    serve: Serve, reference: Server, visit: Open
) -> None:
    page = visit(serve(reference.folder, script=COUNTING).url).page
    expect(page.get_by_role("heading", name="A counter")).to_be_visible()
    expect(page.locator("#watching")).to_have_text("watching: 1")
