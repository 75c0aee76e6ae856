"""The panel's page for everybody: by keyboard, in dark and in light, wide and narrow."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.axe import barriers
from tests.panel.conftest import Kept

# Forty requests, and then one that is answered otherwise than the check expects.
CHECKS = '''
from kit.checking import App, Cause, Failure, check

WRONG = Cause("wrong", "It says something else.", "Say hello, in `hello`.")


@check
def starts(start):
    """It starts."""
    start(App(config=None))


@check
def says_hello(start):
    """It says `hello`."""
    server = start(App(config=None))
    for number in range(20):
        server.get(f"/?number={number}")
    server.expect("GET", "/missing")
'''


def test_nothing_keeps_anybody_out(kept: Kept, browser: Browser) -> None:
    (kept.root / "checks" / "lab_01_hello.py").write_text(CHECKS)
    kept.course.lab(1).rubric.write_text("# To be judged by people\n\n- **Words.** A `name` is.\n")
    context = browser.new_context()
    page = context.new_page()
    page.goto(kept.link(1))
    card = page.locator("li.failed")
    expect(card).to_contain_text("404")

    expect(page.get_by_role("heading", name="To be judged by people", level=2)).to_be_visible()
    expect(page.locator("#rubric li")).to_have_text("Words. A name is.")
    _shows_what_happened(page)
    _opens_by_keyboard(page, "Try it yourself")
    expect(card.get_by_text("python3 -m kit serve 1 --as says_hello")).to_be_visible()
    _opens_by_keyboard(page, "Hint")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (900, 320):
            page.set_viewport_size({"width": width, "height": 700})
            assert barriers(page) == [], (scheme, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name=re.compile("Copied|Selected"))).to_be_visible()
    context.close()


def _opens_by_keyboard(page: Page, name: str) -> None:
    summary = page.locator("li.failed summary", has_text=name).first
    summary.focus()
    page.keyboard.press("Enter")
    expect(summary.locator("..")).to_have_attribute("open", "")


def _shows_what_happened(page: Page) -> None:
    """The message that is wrong is in view, and so are the names, however far it is down."""
    picture = page.get_by_role("group", name="What was sent, in order")
    assert _within(picture, picture.get_by_text("wrong", exact=True))
    assert _ends(picture)[1] - _ends(picture)[0] < 500
    for position in (0, 1_000_000):
        picture.evaluate(f"picture => {{ picture.scrollTop = {position} }}")
        assert _within(picture, picture.locator(".rt-names"))


def _within(outer: Locator, inner: Locator) -> bool:
    """Whether the one is in sight in the other, from top to bottom."""
    (top, bottom), (first, last) = _ends(outer), _ends(inner)
    return top <= first and last <= bottom


def _ends(one: Locator) -> tuple[float, float]:
    box = one.bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]
