"""Members: who has signed in is known to the live connection too, by a token."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.charts import wait_for_growth, wait_for_lines
from tests.browser.dashboard_server import Server
from tests.browser.visit import Visit

Open = Callable[..., Visit]
Serve = Callable[..., Server]
PRIVATE = "from dashboard.config import Config\nConfig.PRIVATE = ('stocks',)"


def sign_in(page: Page, name: str, password: str = "") -> None:
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()


def test_a_member_sees_what_is_private(serve: Serve, reference: Server, visit: Open) -> None:
    seen = visit(serve(reference.folder, script=PRIVATE).url)
    wait_for_growth(seen.page)
    expect(seen.page.get_by_role("tab", name="Stock")).to_be_hidden()
    assert not any("auth/token" in request.url for request in seen.requests)
    sign_in(seen.page, "demo", "demo")
    seen.page.get_by_role("tab", name="Stock").click()
    wait_for_lines(seen.page, "GOOG")
    wait_for_growth(seen.page)
    assert any("auth/token" in request.url for request in seen.requests)
    assert seen.errors == []
    seen.page.get_by_role("button", name="Sign out").click()
    wait_for_lines(seen.page, "cpu")
    expect(seen.page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_member_comes_back_as_one(serve: Serve, reference: Server, visit: Open) -> None:
    page = visit(serve(reference.folder, script=PRIVATE).url).page
    sign_in(page, "demo", "demo")
    page.get_by_role("tab", name="Stock").click()
    wait_for_growth(page)
    page.get_by_role("button", name="Cut the connection").click()
    expect(page.locator("#gap")).to_contain_text("none lost")
    wait_for_growth(page)


def test_a_token_that_is_refused_is_fetched_anew(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    bad = '{"token": "forged", "expires_in": 60}'

    def answer(route: Route) -> None:
        route.fulfill(body=bad, content_type="application/json")

    page.route("**/auth/token", answer, times=1)
    sign_in(page, "demo", "demo")
    expect(page.locator("#connection")).to_contain_text("Connected")
    wait_for_growth(page)


def test_tokens_that_stay_bad_are_told(serve: Serve, reference: Server, visit: Open) -> None:
    script = "from dashboard.config import Config\nConfig.TOKEN_SECONDS = -1"
    page = visit(serve(reference.folder, script=script).url).page
    sign_in(page, "demo", "demo")
    expect(page.locator("#connection")).to_contain_text(
        "The server refused the connection (token_expired, reference "
    )


def test_a_visitor_by_name_alone_is_a_guest(reference: Server, visit: Open) -> None:
    page = visit(reference.url).page
    sign_in(page, "Ada")
    wait_for_growth(page)
