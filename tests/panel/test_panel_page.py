"""The panel's page in a real browser: it follows each save, and shows only what is live."""

import os
import re
import signal
from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kit import language
from kit.panel import finding
from kit.student.progress import outcomes
from tests import waiting
from tests.panel.conftest import LINGERS, RIGHT, WRONG, Kept

PASSES, FAILS = "✓ All 2 checks pass", "1 of 2 checks passed; 1 failed"
SOON = 2000  # ms within which a page says that it has lost the process


@pytest.fixture
def opened(browser: Browser, kept: Kept) -> Iterator[Callable[..., Page]]:
    """A function that opens the panel of a lab in a window of its own."""
    kept.save(RIGHT)
    kept.ensure()
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(lab: int = 1) -> Page:
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(kept.link(lab))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def headline(page: Page, text: str) -> None:
    """Wait until the page says this of the newest files, and shows it."""
    shown = page.locator("#verdict[data-phase=decided] #headline")
    expect(shown).to_have_text(text)
    expect(shown).to_be_visible()


def panel_process(kept: Kept) -> psutil.Process:
    return psutil.Process(kept.ensure().pid)


def test_the_verdict_follows_each_save_in_every_window(
    kept: Kept, opened: Callable[..., Page]
) -> None:
    one, other = opened(), opened()
    for page in (one, other):
        headline(page, PASSES)
        expect(page).to_have_title("✓ Lab 1: hello")
        expect(page.locator("#age")).to_have_text(re.compile("checked .+ in [0-9.]+ s"))
    kept.save(WRONG)
    for page in (one, other):
        headline(page, FAILS)
        expect(page).to_have_title("✗ Lab 1: hello")
        failed = page.locator("li.failed")
        expect(failed).to_contain_text("it said <b>bye</b>")
        expect(failed).to_contain_text("Say hello.")
    waiting.until(
        lambda: outcomes(kept.course.lab(1)).get("says_hello") == "failed", what="the progress"
    )
    kept.save(RIGHT)
    for page in (one, other):
        headline(page, PASSES)
        expect(page.get_by_role("link", name="Lab 2: again").last).to_be_visible()


def test_a_hint_that_was_opened_stays_open_and_keeps_the_focus(
    kept: Kept, opened: Callable[..., Page]
) -> None:
    kept.save(WRONG)
    page = opened()
    headline(page, FAILS)
    page.locator("summary", has_text="1 of 3").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    second = page.get_by_text("What does it say?")
    expect(second).to_be_visible()

    kept.save(WRONG.replace("bye", "good day"))

    expect(page.locator("li.failed")).to_contain_text("good day")
    expect(second).to_be_visible()
    expect(page.locator("summary:focus")).to_contain_text("2 of 3")
    page.reload()
    expect(second).to_be_visible()
    kept.save(RIGHT)
    headline(page, PASSES)
    kept.save(WRONG)
    headline(page, FAILS)
    expect(second).to_be_visible()
    expect(page.get_by_text('return "hello"')).to_be_hidden()


def test_a_server_that_does_not_start_is_one_card(kept: Kept, opened: Callable[..., Page]) -> None:
    kept.save("def x(:\n")
    page = opened()
    headline(page, "0 of 2 checks passed; 2 failed")
    card = page.locator("#checks > li")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Your server does not start")
    card.get_by_text("Stops 2 checks").click()
    expect(card.get_by_text("It says hello.")).to_be_visible()
    kept.save(WRONG)
    headline(page, FAILS)
    expect(card).to_have_count(2)


@pytest.mark.parametrize(
    "gone",
    [
        "killed",
        pytest.param(
            "stopped", marks=pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
        ),
    ],
)
def test_without_the_process_there_is_no_verdict_and_then_there_is_again(
    kept: Kept, opened: Callable[..., Page], gone: str
) -> None:
    page = opened()
    headline(page, PASSES)
    process = panel_process(kept)
    if gone == "killed":
        process.kill()
    else:
        process.send_signal(signal.SIGSTOP)
    try:
        expect(page.get_by_role("heading", name="No verdict")).to_be_visible(timeout=SOON)
        expect(page.locator("#verdict")).to_be_hidden(timeout=1)
        assert page.title() == "? Lab 1: hello"
        kept.save(WRONG)  # while nobody watches
    finally:
        if gone == "stopped":
            process.send_signal(signal.SIGCONT)
    headline(page, FAILS)
    expect(page.locator("#lost")).to_be_hidden()


def test_a_page_of_another_language_is_made_anew(
    kept: Kept, opened: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.save(WRONG)
    page = opened()
    headline(page, FAILS)
    page.locator("summary", has_text="1 of 3").click()
    try:
        monkeypatch.setenv(language.OWN, "es")
        finding.ensure(kept.root, lingers=LINGERS, speaks="es")
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page.locator("h1")).to_have_text("Laboratorio 1: hello")
        expect(page.get_by_text("Look at it.")).to_be_visible()  # what was opened is open
    finally:
        monkeypatch.undo()
        finding.ensure(kept.root, lingers=LINGERS, speaks="en")
    headline(page, FAILS)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_clock_that_jumps_makes_no_verdict_younger(
    kept: Kept, opened: Callable[..., Page]
) -> None:
    page = opened()
    headline(page, PASSES)
    age = page.locator("#age")
    # As where the machine has slept for a minute, and no other clock has gone on.
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 60_000; }")
    expect(age).to_have_text(re.compile("checked 1 min ago"))
    headline(page, PASSES)
    page.evaluate("() => { const now = Date.now; Date.now = () => now() - 7_200_000; }")
    expect(age).to_have_text(re.compile("checked (just now|[0-9]+ s ago|1 min ago)"))
    kept.save(WRONG)
    headline(page, FAILS)
    expect(age).to_have_text(re.compile("checked just now"))


def test_where_no_websocket_comes_through_it_is_live_by_polling(
    kept: Kept, opened: Callable[..., Page]
) -> None:
    page = opened()
    page.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    page.reload()
    headline(page, PASSES)
    kept.save(WRONG)
    headline(page, FAILS)


def test_after_a_burst_of_saves_no_older_verdict_is_shown_as_the_newest(
    kept: Kept, opened: Callable[..., Page]
) -> None:
    page = opened()
    headline(page, PASSES)
    for number in range(100):
        kept.save((WRONG if number % 2 else RIGHT) + f"# {number}\n")
    headline(page, FAILS)
    # Whatever is shown from now on is about that save, or about the next.
    page.evaluate(
        """() => {
          window.seen = [];
          const note = () => window.seen.push(document.getElementById("headline").textContent);
          const told = { subtree: true, childList: true, characterData: true };
          new MutationObserver(note).observe(document.getElementById("headline"), told);
        }"""
    )
    kept.save(WRONG.replace("bye", "the last"))
    expect(page.locator("li.failed")).to_contain_text("the last")
    headline(page, FAILS)
    seen = page.evaluate("window.seen")
    assert seen
    assert PASSES not in seen


def test_the_lab_that_is_looked_at_is_decided_though_another_is_saved(
    kept: Kept, opened: Callable[..., Page]
) -> None:
    kept.save(RIGHT, lab=2)
    first, second = opened(1), opened(2)
    headline(first, PASSES)
    headline(second, PASSES)
    kept.save(WRONG, lab=2)
    headline(second, FAILS)
    headline(first, PASSES)
    kept.save(WRONG, lab=1)
    headline(first, FAILS)
    kept.save(RIGHT, lab=2)
    headline(second, PASSES)
    headline(first, FAILS)


def test_without_a_copy_it_says_how_to_make_one(kept: Kept, opened: Callable[..., Page]) -> None:
    page = opened()
    headline(page, PASSES)
    package = kept.course.lab(1).package
    package.rename(package.with_name("kept"))
    try:
        expect(page.locator("#headline")).to_have_text("You have no copy of this lab yet")
        expect(page.get_by_text("python3 -m kit start 1")).to_be_visible()
    finally:
        package.with_name("kept").rename(package)
    headline(page, PASSES)


def test_one_that_is_released_ends_with_its_last_page(
    kept: Kept, opened: Callable[..., Page]
) -> None:
    page = opened()
    headline(page, PASSES)
    pid = panel_process(kept).pid
    finding.release(kept.root)  # as JupyterLab does when it ends
    for text, shown in ((WRONG, FAILS), (RIGHT, PASSES), (WRONG, FAILS)):
        kept.save(text)
        headline(page, shown)
    assert panel_process(kept).pid == pid
    page.context.close()
    waiting.until(lambda: not kept.processes("kit.panel.process"), what="its end")
    assert not finding.log_file(kept.root).read_text()
