"""A page of another website: `fetch` works for it as the socket does, if its origin is named."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.browser.dashboard_server import Server
from tests.browser.test_members import sign_in
from tests.browser.visit import Visit

VENDOR = "dashboard/static/vendor/socket.io.min.js"
# Fetches a token as who has signed in there, and connects with it; or says what went wrong.
CONNECT = """async (server) => {
  try {
    const options = { credentials: "include" };
    const { dashboards } = await (await fetch(server + "api/dashboards", options)).json();
    const { token } = await (await fetch(server + "auth/token", options)).json();
    const socket = io(server, { auth: { token }, forceNew: true });
    const user = await new Promise((resolve, reject) => {
      socket.on("welcome", (message) => resolve(message.user));
      socket.on("connect_error", reject);
    });
    socket.close();
    return { user, dashboards: dashboards.length };
  } catch (error) {
    return { error: String(error) };
  }
}"""


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Another website</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def website() -> Iterator[str]:
    """The origin of another website, on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("is_named", [True, False])
def test_it_fetches_and_connects_if_it_is_named(
    serve: Callable[..., Server],
    reference: Server,
    visit: Callable[..., Visit],
    website: str,
    is_named: bool,
) -> None:
    origins = website if is_named else "https://another.example"
    script = f"from dashboard.config import Config\nConfig.ORIGINS = ({origins!r},)"
    server = serve(reference.folder, script=script)
    page = visit(server.url).page
    sign_in(page, "demo", "demo")
    page.goto(website)
    page.add_script_tag(content=(reference.folder / VENDOR).read_text())
    found: dict[str, Any] = page.evaluate(CONNECT, server.url)
    if is_named:
        assert found == {"user": "demo", "dashboards": 2}
    else:
        assert "Failed to fetch" in found["error"]
