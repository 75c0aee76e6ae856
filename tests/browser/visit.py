"""A page in the browser, and what it did that nobody sees."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page, Request, Route


@dataclass
class Visit:
    """A page, its console's errors, its requests and the Socket.IO packets it was sent."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    packets: list[str] = field(default_factory=list)

    def wait_for_packet(self, text: str) -> str:
        """Return the first packet that contains `text`; wait for it, 10 seconds at most."""
        for _ in range(200):
            for packet in self.packets:
                if text in packet:
                    return packet
            # Playwright hands over what the browser has noted while it waits.
            self.page.wait_for_timeout(50)
        raise AssertionError(f"No packet with {text!r} came, but these: {self.packets}")


def watch(context: BrowserContext) -> Visit:
    """Open an empty page in `context` and note from now on what it does."""
    page = context.new_page()
    visit = Visit(page)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on(
        "console",
        lambda line: visit.errors.append(line.text) if line.type == "error" else None,
    )
    page.on("request", lambda request: visit.requests.append(request))  # noqa: PLW0108 - Playwright marks it
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda text: visit.packets.append(str(text))),
    )
    return visit


def add_headers(page: Page, url: str, headers: dict[str, str]) -> None:
    """Add `headers` to the server's answers for `url`."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers=response.headers | headers)

    page.route(url, answer)
