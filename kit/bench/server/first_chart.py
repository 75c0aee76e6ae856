"""How soon a browser has drawn the dashboard: a real one, with nothing in its cache."""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from kit.bench.server import peers
from kit.bench.server.peers import Peer, PeerFailed
from kit.running import browser
from kit.running.browser import BrowserMissing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROWS = 300  # in the chart: as many as the server keeps
PUBLISH_SECONDS = 30.0
LONGEST = 30.0  # seconds until the chart is there
STEP = 50.0  # ms between two looks
# The page itself marks the moment at which Plotly has drawn the first chart.
MOMENTS = """() => {
  const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? null;
  return {first_paint_ms: at("first-paint"), first_chart_ms: at("first-chart")};
}"""


class NoChart(Exception):
    """The page has not drawn a chart. The text says what is there."""


@dataclass
class FirstChart:
    """The visits, each with its moments in ms. `left_out` and `failed` say why there are none."""

    visits: list[dict[str, float]] = field(default_factory=list)
    left_out: str | None = None
    failed: str | None = None

    def figures(self) -> dict[str, Any]:
        """Return it as JSON; each figure is the median of the visits, or None without any."""
        return {
            **{
                name: round(median(one[name] for one in self.visits)) if self.visits else None
                for name in ("first_paint_ms", "first_chart_ms")
            },
            "visits": [{name: round(ms) for name, ms in one.items()} for one in self.visits],
            "left_out": self.left_out,
            "failed": self.failed,
        }


def measure(visits: int, into: FirstChart, say: Callable[[str], None]) -> None:
    """Start a browser and visit a server of its own so many times; add that to `into`."""
    try:
        program = browser.program()
    except BrowserMissing as missing:
        into.left_out = str(missing)
        return
    from playwright.sync_api import Error, sync_playwright  # it takes a moment, only used here

    say("The first chart")
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=program, args=browser.FLAGS)
            visit(chromium, visits, into, say)
            chromium.close()
    except Error as error:
        into.failed = str(error)


def visit(chromium: "Browser", visits: int, into: FirstChart, say: Callable[[str], None]) -> None:
    """Start a server and visit it so many times, each time as somebody new; add it to `into`."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        try:
            peer = peers.start(peers.REFERENCE, Path(folder), say)
            stack.callback(peer.end)
            _publish(peer, ROWS)
            for _ in range(visits):
                into.visits.append(_visit(chromium, f"http://127.0.0.1:{peer.port}/"))
        except (NoChart, PeerFailed) as error:
            into.failed = str(error)


def _publish(peer: Peer, updates: int) -> None:
    for _ in range(updates):
        peer.publish()
    ends = time.monotonic() + PUBLISH_SECONDS
    while len(peer.sent) < updates:
        peer.listen(0.1)
        if time.monotonic() > ends:
            raise NoChart(f"the server published {len(peer.sent)} of {updates} updates")


def _visit(chromium: "Browser", address: str) -> dict[str, float]:
    """Return the moments of one visit with a fresh profile, in ms. Raises NoChart."""
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(address)
        ends = time.monotonic() + LONGEST
        while True:
            moments: dict[str, float | None] = page.evaluate(MOMENTS)
            if None not in moments.values():
                return {name: ms for name, ms in moments.items() if ms is not None}
            if time.monotonic() > ends:
                seen = page.inner_text("body")[:300]
                raise NoChart(f"there was no chart after {LONGEST:g} s, but this: {seen}")
            page.wait_for_timeout(STEP)
    finally:
        context.close()
