"""The page without JavaScript: a table and a picture from the server, which renew themselves."""

from collections.abc import Callable
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
Serve = Callable[..., Server]
SVG = "{http://www.w3.org/2000/svg}"

# A source and a column with names that are no names.
ODD = """
import numpy as np
import pandas as pd
from dashboard.config import Config
from dashboard.sources import Column

class Odd:
    id, title = "odd", "<b>Odd</b> & \\x01worse"
    columns = (Column('"<script>alert(1)</script>', "%"), Column("none", ""))

    def read(self):
        times = pd.date_range("2026-01-01", periods=5, freq="s", tz="UTC").as_unit("ms")
        numbers = [1.0, 2.0, np.nan, 3.0, np.nan]
        first, second = (column.name for column in self.columns)
        return pd.DataFrame({"time": times, first: numbers, second: [np.nan] * 5})

Config.SOURCES = (Odd,)
"""


def open_still(visit: Open, url: str) -> Page:
    return visit(url, java_script_enabled=False).page


def test_values_are_shown_as_a_table_and_a_picture(reference: Server, visit: Open) -> None:
    seen = visit(f"{reference.url}?dashboard=stocks", java_script_enabled=False)
    table = seen.page.get_by_role("table", name="Newest rows")
    expect(table.get_by_role("columnheader")).to_contain_text(["time", "GOOG", "AAPL"])
    expect(table.get_by_role("row").nth(1)).to_contain_text("2018-")
    picture = seen.page.get_by_role("img", name="Chart of Stock prices, replayed. Newest values: ")
    expect(picture).to_be_visible()
    drawn = next(one for one in seen.requests if one.url.endswith("/picture/stocks.svg"))
    answer = drawn.response()
    assert answer is not None
    assert answer.headers["content-type"].startswith("image/svg+xml")
    expect(seen.page.locator("#chart")).to_be_hidden()


def test_another_dashboard_is_a_link_away(reference: Server, visit: Open) -> None:
    page = open_still(visit, reference.url)
    expect(page.get_by_role("heading", name="This machine")).to_be_visible()
    page.get_by_role("link", name="Stock prices, replayed").click()
    expect(page.get_by_role("heading", name="Stock prices, replayed")).to_be_visible()
    current = page.get_by_role("link", name="Stock prices, replayed")
    expect(current).to_have_attribute("aria-current", "page")


def test_the_page_renews_itself_until_it_is_told_not_to(reference: Server, visit: Open) -> None:
    page = open_still(visit, f"{reference.url}?dashboard=stocks")
    row = page.get_by_role("row").nth(1)
    before = row.inner_text()
    expect(row).not_to_have_text(before)
    assert page.url == f"{reference.url}still?dashboard=stocks"
    page.get_by_role("link", name="stop that").click()
    expect(page.get_by_role("link", name="renew it by itself")).to_be_visible()
    for renew, header in (("", "5"), ("&renew=no", None)):
        answer = page.request.get(f"{reference.url}still?dashboard=stocks{renew}")
        assert answer.headers.get("refresh") == header
    page.get_by_role("link", name="This machine").click()
    expect(page.get_by_role("link", name="renew it by itself")).to_be_visible()
    page.get_by_role("link", name="renew it by itself").click()
    expect(page.get_by_role("link", name="stop that")).to_be_visible()


def test_a_server_without_dashboards_has_no_such_page(
    serve: Serve, reference: Server, visit: Open
) -> None:
    server = serve(
        reference.folder, script="from dashboard.config import Config\nConfig.SOURCES = ()"
    )
    page = open_still(visit, server.url)
    expect(page.locator("body noscript a")).to_have_attribute("href", "api/dashboards")
    assert page.request.get(f"{server.url}still").status == 404


def test_names_from_outside_are_only_ever_text(
    serve: Serve, reference: Server, visit: Open
) -> None:
    server = serve(reference.folder, script=ODD)
    seen = visit(server.url, java_script_enabled=False)
    expect(seen.page.get_by_role("columnheader", name="<script>alert(1)</script>")).to_be_visible()
    expect(seen.page.get_by_role("heading", name="<b>Odd</b>")).to_be_visible()
    drawn = ElementTree.fromstring(seen.page.request.get(f"{server.url}picture/odd.svg").body())
    assert drawn.findtext(f"{SVG}title") == "<b>Odd</b> & worse"
    assert (
        drawn.findtext(f"{SVG}desc") == '"<script>alert(1)</script> \N{EN DASH} %, none \N{EN DASH}'
    )
    assert [part.tag for part in drawn.iter() if "script" in part.tag] == []


def test_a_missing_value_is_a_gap_in_the_picture(
    serve: Serve, reference: Server, visit: Open
) -> None:
    # The source gives its five rows at each look: it is read once.
    server = serve(reference.folder, script=f"{ODD}\nConfig.FEED_SECONDS = 3600")
    page = open_still(visit, server.url)
    drawn = ElementTree.fromstring(page.request.get(f"{server.url}picture/odd.svg").body())
    assert len([part for part in drawn.iter(f"{SVG}path") if part.get("class") == "l c0"]) == 1
    assert len(list(drawn.iter(f"{SVG}circle"))) == 1


def test_no_picture_of_what_is_not_there(reference: Server, visit: Open) -> None:
    page = open_still(visit, reference.url)
    assert page.request.get(f"{reference.url}picture/nothing.svg").status == 404
    for width in ("0", "-5", "x", "1e99", "99999999"):
        answer = page.request.get(f"{reference.url}picture/machine.svg?width={width}")
        assert answer.status == 200
        ElementTree.fromstring(answer.body())


# A source that fails whenever it is read.
FAILS = """
from dashboard.config import Config
from dashboard.sources.replay import Replay

class Fails(Replay):
    def read(self):
        raise OSError("the disk is gone")

Config.SOURCES = (Fails,)
"""


def test_a_source_that_fails_costs_nobody_the_page(
    serve: Serve, reference: Server, visit: Open
) -> None:
    page = open_still(visit, serve(reference.folder, script=FAILS).url)
    expect(page.get_by_role("cell", name="There are no rows yet.")).to_be_visible()


def test_an_earlier_stage_points_to_the_api(
    serve_stage: Callable[[int], Server], visit: Open
) -> None:
    page = open_still(visit, serve_stage(2).url)
    expect(page.locator("body noscript a")).to_have_attribute("href", "api/dashboards")
