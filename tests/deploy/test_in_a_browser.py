"""A real browser at the deployed server: what the page shows is complete, whatever ends meanwhile.

The dashboard counts: each row of its CSV file holds the number of the row.
"""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from kit.running.redis_server import RedisServer
from tests.browser.charts import values, wait_for_growth
from tests.browser.visit import Visit, watch
from tests.deploy.deployment import Deployment
from tests.deploy.proxy_in_front import proxy_in_front
from tests.waiting import until

Open = Callable[..., Visit]
POLLING = "?transport=polling"
of_each_kind = pytest.mark.parametrize("transport", ["", POLLING], ids=["websocket", "polling"])
SECONDS_EACH = 0.1  # from one row of the file to the next


class Counting:
    """A CSV file that gains a row again and again, with the next number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.path.write_text("time,count\n")
        self.add()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(SECONDS_EACH):
            self.add()

    def add(self) -> None:
        time = pd.Timestamp("2026-01-01", tz="UTC") + self.count * pd.Timedelta(milliseconds=100)
        self.count += 1
        with self.path.open("a") as file:
            file.write(f"{time.isoformat()},{self.count}\n")

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counting]:
    file = Counting(tmp_path_factory.mktemp("counting") / "counter.csv")
    yield file
    file.stop()


@pytest.fixture(scope="module")
def serving(
    counting: Counting,
    redis: RedisServer,
    nginx: str,  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployment]:
    """Two workers that serve the counting file, for tests that leave two workers behind."""
    output = tmp_path_factory.mktemp("serving") / "output.txt"
    settings = {"DASHBOARD_CSV": str(counting.path), "DASHBOARD_KEEP_ROWS": "20000"}
    deployment = Deployment(output, redis=redis, **settings)
    with deployment.while_it_runs():
        yield deployment


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """A function that opens an address in a fresh browser profile, and waits for a live chart."""
    contexts: list[BrowserContext] = []

    def open_page(url: str) -> Visit:
        contexts.append(browser.new_context())
        seen = watch(contexts[-1])
        seen.page.goto(url)
        wait_for_growth(seen.page)
        return seen

    yield open_page
    for context in contexts:
        context.close()


def worker_of(seen: Visit) -> str:
    """Return the name of the worker to which the page is connected."""
    names = [re.search(r"[?&]sid=(w\d+)_", request.url) for request in seen.requests]
    return [name[1] for name in names if name][-1]


def wait_for_more(seen: Visit, counting: Counting, rows: int = 10) -> None:
    """Wait until the page shows a row that is written only after so many more."""
    seen.page.wait_for_function(
        "count => document.querySelector('#chart').data[0].y.at(-1) >= count",
        arg=counting.count + rows,
    )


def assert_complete(seen: Visit) -> None:
    """Every number is in the chart once, in order, from the first on."""
    shown = values(seen.page)
    assert shown == list(range(1, len(shown) + 1))


def assert_resumed(seen: Visit) -> None:
    """The page has come back with its session, and says so."""
    said = seen.page.locator("[data-feature=sessions]")
    expect(said).to_contain_text("replayed at the last return")


@of_each_kind
def test_the_chart_grows(
    serving: Deployment, counting: Counting, visit: Open, transport: str
) -> None:
    seen = visit(f"{serving.url}/{transport}")
    wait_for_more(seen, counting)
    assert_complete(seen)
    shown = "Connected (polling)" if transport else "Connected (websocket)"
    expect(seen.page.locator("#connection")).to_have_text(shown)
    assert seen.errors == []


@of_each_kind
def test_a_page_whose_worker_is_killed_misses_nothing(
    serving: Deployment, counting: Counting, visit: Open, transport: str
) -> None:
    seen = visit(f"{serving.url}/{transport}")
    serving.workers_now()[worker_of(seen)].kill()
    wait_for_more(seen, counting)
    assert_resumed(seen)
    assert_complete(seen)
    serving.wait_until_whole()


def test_pages_miss_nothing_when_all_workers_are_renewed(
    serving: Deployment, counting: Counting, visit: Open
) -> None:
    pages = [visit(f"{serving.url}/{transport}") for transport in ("", POLLING)]
    serving.renew()
    for seen in pages:
        wait_for_more(seen, counting)
        assert_resumed(seen)
        assert_complete(seen)


def test_pages_at_different_workers_show_the_same(
    serving: Deployment, counting: Counting, visit: Open
) -> None:
    pages: dict[str, Visit] = {}

    def are_both() -> bool:
        seen = visit(f"{serving.url}/")
        pages.setdefault(worker_of(seen), seen)
        return len(pages) == 2

    until(are_both, seconds=60, what="a page at each worker")
    one, other = pages.values()
    for seen in pages.values():
        wait_for_more(seen, counting)
        assert_complete(seen)
    times = "document.querySelector('#chart').data[0].x"
    for look in (lambda page: page.evaluate(times), values):
        pairs = list(zip(look(one.page), look(other.page), strict=False))
        assert len(pairs) > 10
        assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_a_page_below_a_path_misses_nothing_either(
    serving: Deployment, counting: Counting, visit: Open, nginx: str, tmp_path: Path
) -> None:
    # It says nothing of the path: so does jupyter-server-proxy.
    headers = {"Host": "$http_host"}
    path = "/user/ada/proxy/8000/"
    with proxy_in_front(nginx, tmp_path, serving.port, path, headers) as url:
        seen = visit(url)
        serving.workers_now()[worker_of(seen)].kill()
        wait_for_more(seen, counting)
        assert_resumed(seen)
        assert_complete(seen)
        serving.wait_until_whole()
