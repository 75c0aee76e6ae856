"""A slow line: the page says that the chart is on its way, until it is there."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.charts import wait_for_growth
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit


def test_the_card_says_loading_until_the_chart_is_there(
    reference: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit("about:blank")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    seen.page.route("**/plotly.min.js", hold)
    seen.page.goto(reference.url, wait_until="commit")
    note = seen.page.locator("#chart-note")
    expect(note).to_be_visible()
    seen.wait_for_packet("update_chart")  # all is there but plotly.js
    expect(note).to_have_text("Loading the chart…")
    expect(note).to_be_visible()
    held.pop().continue_()
    wait_for_growth(seen.page)
    expect(note).to_be_hidden()
