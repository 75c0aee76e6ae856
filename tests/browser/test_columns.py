"""Many columns, many units, odd names, many rows: the page stays quick, and whole names at hand."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.axe import barriers
from tests.browser.charts import POINTS, lines, wait_for_growth
from tests.browser.conftest import REFERENCE
from tests.browser.dashboard_server import Server
from tests.browser.test_access import LAPTOP, PHONE
from tests.browser.toys import TOYS
from tests.browser.visit import Visit

Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with `TOYS`."""
    server = Server(REFERENCE, tmp_path_factory.mktemp("toys") / "server.log", script=TOYS)
    server.start()
    yield server
    server.kill()


def drawn(page: Page, *names: str) -> None:
    """Wait until the chart has lines of these names and no others."""
    page.wait_for_function(
        "names => document.querySelector('#chart').data?.map(one => one.name).join() === names",
        arg=",".join(names),
    )


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_chart_of_a_thousand_columns_is_in_sight(
    toys: Server, visit: Open, size: dict[str, int]
) -> None:
    seen = visit(f"{toys.url}?dashboard=wide", viewport=size)
    wait_for_growth(seen.page)
    drawn(seen.page, *(f"sensor {index}" for index in range(8)))
    expect(seen.page.locator(".tile")).to_have_count(12)
    expect(seen.page.locator("#find [role=status]")).to_have_text("1,000 columns; 8 drawn")
    above = seen.page.locator("#tiles").bounding_box()
    assert above is not None
    assert above["height"] < size["height"] / 3
    figure = seen.wait_for_packet('"update_chart"')
    assert len(figure) < 50_000
    assert seen.errors == []


def test_a_column_is_searched_for_and_drawn_with_the_keyboard(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=wide").page
    drawn(page, *(f"sensor {index}" for index in range(8)))
    page.get_by_role("button", name="sensor 3").press("Enter")
    page.get_by_role("searchbox", name="Find a column").fill("SENSOR 99")
    said = page.locator("#find [role=status]")
    expect(said).to_have_text("11 found; 7 drawn")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="sensor 990")).to_be_focused()
    page.keyboard.press("Enter")
    chosen = [f"sensor {index}" for index in (0, 1, 2, 4, 5, 6, 7, 990)]
    drawn(page, *chosen)
    expect(page.get_by_role("button", name="sensor 990")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("8 lines fit one chart")
    expect(page.get_by_role("button", name="sensor 991")).to_have_attribute("aria-pressed", "false")
    wait_for_growth(page)
    expect(page.locator("#rows thead th")).to_have_count(9)
    expect(page.locator("#rows thead")).to_contain_text("sensor 990")
    page.reload()
    drawn(page, *chosen)
    expect(page.locator(".tile").nth(7)).to_contain_text("sensor 990")


def test_the_chosen_columns_are_there_after_a_return(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=wide").page
    drawn(page, *(f"sensor {index}" for index in range(8)))
    page.get_by_role("button", name="sensor 3").click()
    chosen = [f"sensor {index}" for index in (0, 1, 2, 4, 5, 6, 7)]
    drawn(page, *chosen)
    page.get_by_role("button", name="Cut the connection").click()
    expect(page.locator("#gap")).to_contain_text("none lost")
    wait_for_growth(page)
    drawn(page, *chosen)
    values: list[float] = page.evaluate("document.querySelector('#chart').data[0].y")
    steps = {round((second - first) * 1000) for first, second in pairwise(values)}
    assert steps == {1}


def test_many_units_are_not_as_many_strips(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=units").page
    drawn(page, "c0", "c1", "c2", "c3")
    page.get_by_role("button", name=re.compile("^c7 ")).click()
    expect(page.locator("#find [role=status]")).to_contain_text("4 units fit one chart")
    page.get_by_role("button", name=re.compile("^c1 ")).click()
    page.get_by_role("button", name=re.compile("^c7 ")).click()
    drawn(page, "c0", "c2", "c3", "c7")


def test_odd_names_are_text_and_whole_names_are_at_hand(toys: Server, visit: Open) -> None:
    seen = visit(f"{toys.url}?dashboard=odd", viewport=PHONE)
    page = seen.page
    wait_for_growth(page)
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(7)
    expect(page.get_by_role("button", name="x" * 300)).to_be_visible()
    expect(tiles.first.locator("bdi")).to_have_text("x" * 11 + "…" + "x" * 11)
    expect(tiles.first.locator("bdi")).to_have_attribute("title", "x" * 300)
    assert tiles.nth(3).inner_text() != tiles.nth(4).inner_text()  # the ends tell them apart
    expect(page.get_by_role("button", name="(no name)")).to_be_visible()
    expect(page.locator("main img, main b b")).to_have_count(0)
    assert "&lt;b&gt;bold&lt;/b&gt;&lt;img src=x&gt;" in lines(page)
    for tile in tiles.all():
        box = tile.bounding_box()
        assert box is not None
        assert box["height"] < 160
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert seen.errors == []


def test_tiny_and_huge_values_can_be_read(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=tiny").page
    wait_for_growth(page)
    expect(page.locator(".tile b")).to_have_text(["1.60e-19", "1.23e12", "\N{EN DASH}"])
    expect(page.locator("#rows tbody tr").first.locator("td").nth(1)).to_have_text("1.60e-19")
    said = re.compile("charge 1.60e-19 C, far 1.23e12 m, none \N{EN DASH}")
    expect(page.locator("#chart")).to_have_attribute("aria-label", said)
    assert page.evaluate("document.querySelector('#chart').data[0].text[0]") == "1.60e-19"
    page.goto(f"{toys.url}still?dashboard=tiny&renew=no")
    expect(page.locator("tbody td").first).to_have_text("1.60e-19")


def test_a_thousand_rows_an_update_are_few_points_and_each_spike_is_there(
    toys: Server, visit: Open
) -> None:
    seen = visit(f"{toys.url}?dashboard=fast")
    page = seen.page
    page.wait_for_function("() => document.querySelector('#number').textContent > 12")
    wait_for_growth(page)
    assert page.evaluate(POINTS) <= 1300
    values: list[float] = page.evaluate("document.querySelector('#chart').data[0].y")
    spikes = sorted({round(value) for value in values if value > 40})
    assert spikes == list(range(spikes[0], spikes[-1] + 1))
    updates = [packet for packet in seen.packets if '"update_data"' in packet]
    assert max(len(packet) for packet in updates[-3:]) < 30_000
    expect(page.locator("#window")).to_contain_text("The last 2 h; of every")
    # A page that comes now has the same points as one that has stayed.
    both = """() => {
        const line = document.querySelector('#chart').data[0];
        return line.x.map((time, index) => [time, line.y[index]]);
    }"""
    other = visit(f"{toys.url}?dashboard=fast").page
    wait_for_growth(other)
    stayed, came = page.evaluate(both), other.evaluate(both)
    first, last = max(stayed[0][0], came[0][0]), min(stayed[-10][0], came[-10][0])
    stayed, came = ([at for at in one if first <= at[0] < last] for one in (stayed, came))
    assert len(stayed) > 100
    assert stayed == came


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["wide", "odd", "zoned"])
def test_these_pages_have_no_barrier(toys: Server, visit: Open, scheme: str, name: str) -> None:
    page = visit(f"{toys.url}?dashboard={name}", color_scheme=scheme).page
    wait_for_growth(page)
    assert barriers(page) == []
    page.goto(f"{toys.url}still?dashboard={name}&renew=no")
    expect(page.get_by_role("table")).to_be_visible()
    assert barriers(page) == []


def test_columns_are_searched_for_without_scripts(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}still?dashboard=wide&renew=no", java_script_enabled=False).page
    expect(page.get_by_text("8 of 1,000 columns are shown")).to_be_visible()
    page.get_by_role("searchbox", name="Find columns").fill("sensor 77")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("img", name="sensor 770")).to_be_visible()  # the next page is here
    heads: list[Any] = page.get_by_role("columnheader").all_inner_texts()
    assert [head.split("\n")[0].removesuffix("bar").strip() for head in heads[1:3]] == [
        "sensor 77",
        "sensor 770",
    ]
    picture = page.get_by_role("img", name="sensor 770")
    expect(picture).to_have_attribute("src", re.compile("find=sensor"))


def test_the_wire_view_cuts_long_payloads(toys: Server, visit: Open) -> None:
    page = visit(f"{toys.url}?dashboard=wide").page
    wait_for_growth(page)
    page.locator("#wire > summary").click()
    packet = page.locator("#wire li").filter(has_text="update_data").first
    expect(packet).to_be_visible()
    page.get_by_role("button", name="Pause").click()  # or the first one is another by then
    packet.locator("summary").click()
    shown = packet.locator("pre")
    expect(shown).to_contain_text('"sensor 3": [')
    expect(shown).to_contain_text("more")
    assert shown.inner_text().count("\n") < 60
