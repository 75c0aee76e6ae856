"""A real browser, and real servers for it: the reference, or one of its stages."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from kit import cut
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit, add_headers, watch

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "reference"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """A function that makes and starts a `Server`; it takes the folder, and `script` or `prefix`.

    The server is gone after the test.
    """
    servers: list[Server] = []

    def start(folder: Path, **options: str) -> Server:
        server = Server(folder, tmp_path / f"server-{len(servers)}.log", **options)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The finished server, shared by the tests that leave it running."""
    server = Server(REFERENCE, tmp_path_factory.mktemp("reference") / "server.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def serve_stage(serve: Callable[..., Server], tmp_path: Path) -> Callable[..., Server]:
    """A function that serves the reference as it is after a given lab, with `serve`'s options."""

    def start(lab: int, **options: str) -> Server:
        folder = tmp_path / f"stage-{lab}"
        cut.write(cut.stage(REFERENCE / "dashboard", lab), folder / "dashboard")
        vendor = Path("dashboard", "static", "vendor")
        shutil.copytree(REFERENCE / vendor, folder / vendor)
        return serve(folder, **options)

    return start


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """A function that opens an address in a fresh browser profile.

    What it is given beside the address goes to Playwright's `new_context`, but for `headers`,
    which are added to the server's answer. Its clock shows UTC unless a `timezone_id` is given.
    """
    contexts: list[BrowserContext] = []

    def open_page(url: str, headers: dict[str, str] | None = None, **options: Any) -> Visit:
        contexts.append(browser.new_context(**{"timezone_id": "UTC"} | options))
        seen = watch(contexts[-1])
        if headers:
            add_headers(seen.page, url, headers)
        seen.page.goto(url)
        return seen

    yield open_page
    for context in contexts:
        context.close()
