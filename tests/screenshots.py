"""Remake the pictures in docs/: `python -m tests.screenshots`. Look at them before you commit."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from kit.course import ROOT
from kit.ports import spare_port
from kit.proving.proof import load
from kit.running import App, Launcher, Plan
from kit.running.browser import FLAGS, program
from kit.student import workspace
from tests import course_copy
from tests.command import Command

DOCS = ROOT / "docs"
# A known-wrong submission that shows what a failed check looks like.
LAB = "06_rooms"
MISTAKE = "join_dashboard: without `for other in all_dashboards().values()`"


def main() -> None:
    """Take every picture, of real servers in a real browser."""
    DOCS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        dashboard(browser)
        with tempfile.TemporaryDirectory() as temporary:
            lab(browser, Path(temporary))
        browser.close()


def dashboard(browser: Browser) -> None:
    """The dashboard, when its chart has grown a little."""
    settings = {"FEED_SECONDS": 0.25}
    key = {"DASHBOARD_SECRET_KEY": '"for a picture"'}
    plan = Plan(ROOT / "reference", (App("Production", settings),), key)
    with Launcher() as launcher, launcher.start(plan) as app:
        app.wait_until_listening()
        # The page itself lets nobody evaluate a text, such as the condition below.
        page = browser.new_page(viewport={"width": 1280, "height": 760}, bypass_csp=True)
        page.goto(app.url)
        page.get_by_role("tab", name="Stock prices, replayed").click()
        page.wait_for_function(
            "(document.querySelector('.js-plotly-plot')?.data ?? [])[0]?.x.length > 100",
            timeout=60_000,
        )
        page.screenshot(path=DOCS / "dashboard.png")
        page.close()


def lab(browser: Browser, temporary: Path) -> None:
    """A lab's notebook in JupyterLab, with the checklist of a submission that has a mistake."""
    course = course_copy.make(temporary / "roundtrip")
    for one in course.labs:
        workspace.start(course, one)
    chosen = course.lab(LAB)
    course_copy.solve(course, chosen)
    wrong = next(one for one in load(chosen).wrong if one.name == MISTAKE)
    for edit in wrong.edits:
        file = chosen.package / edit.file
        file.write_text(edit.made_in(file.read_text(encoding="utf-8")), encoding="utf-8")
    port = spare_port()
    command = Command(
        course.root,
        ["--no-browser", "--port", str(port)],
        temporary / "output.txt",
        JUPYTER_CONFIG_DIR=str(temporary / "config"),
        JUPYTER_DATA_DIR=str(temporary / "data"),
    )
    try:
        command.wait_for(f"http://127.0.0.1:{port}/lab")
        address = re.search(rf"http://127\.0\.0\.1:{port}/lab\S*", command.said())
        assert address
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address[0].replace("00_start", chosen.slug))
        _take(page)
    finally:
        command.press_ctrl_c()


def _take(page: Page) -> None:
    panel = page.locator(".jp-NotebookPanel")
    expect(panel.locator(".jp-KernelName")).to_have_text(re.compile("Python 3"), timeout=60_000)
    expect(panel.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
        "data-status", "idle", timeout=60_000
    )
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    frame = panel.locator('iframe[title^="Checklist"]')
    checklist = frame.content_frame
    expect(checklist.locator("li.failed").first).to_be_visible(timeout=60_000)
    expect(panel.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
        "data-status", "idle", timeout=60_000
    )
    frame.evaluate("list => list.scrollIntoView({block: 'start'})")
    checklist.locator("li.failed").first.evaluate("one => one.scrollIntoView({block: 'end'})")
    page.mouse.move(0, 0)
    page.screenshot(path=DOCS / "lab.png")


if __name__ == "__main__":
    main()
