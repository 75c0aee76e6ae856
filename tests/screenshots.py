"""Remake the pictures in docs/: `python -m tests.screenshots`. Look at them before you commit."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from jupyterlab_server.workspaces_handler import WorkspacesManager
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kit.course import ROOT, Course, Lab
from kit.jupyterlab import workspaces
from kit.panel import tab
from kit.panel.layout import WORKSPACE
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
FILE, WRITTEN = "rooms.py", "def join_dashboard"  # where it is


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
    """JupyterLab with a file of a submission that has a mistake, and the panel beside it."""
    course = course_copy.make(temporary / "roundtrip")
    for one in course.labs:
        workspace.start(course, one)
    chosen = course.lab(LAB)
    course_copy.solve(course, chosen)
    wrong = next(one for one in load(chosen).wrong if one.name == MISTAKE)
    for edit in wrong.edits:
        file = chosen.package / edit.file
        file.write_text(edit.made_in(file.read_text(encoding="utf-8")), encoding="utf-8")
    _lay_out(course, chosen)
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
        page = browser.new_page(viewport={"width": 1440, "height": 860})
        page.goto(re.sub(r"/lab/tree/[^?]*", "/lab", address[0]))
        _take(page)
    finally:
        command.press_ctrl_c()


def _lay_out(course: Course, lab: Lab) -> None:
    """Let JupyterLab begin with the file that has the mistake, and the panel on its right."""
    file = (lab.package / FILE).relative_to(course.root).as_posix()
    panel = tab.opened(f"/panel/labs/{lab.number}", lab.title, lab.number)
    opened: dict[str, dict[str, Any]] = {
        f"editor:{file}": {"path": file, "factory": "Editor"},
        f"{tab.SERVERS}:{panel['id']}": panel,
    }
    tabs = [{"type": "tab-area", "currentIndex": 0, "widgets": [one]} for one in opened]
    dock = {"type": "split-area", "orientation": "horizontal", "sizes": [0.5, 0.5]}
    layout = {
        "main": {"dock": dock | {"children": tabs}},
        "left": {"collapsed": True, "visible": True, "current": None, "widgets": []},
        "relativeSizes": [0, 1, 0],
    }
    data = {"layout-restorer:data": layout} | {one: {"data": opened[one]} for one in opened}
    kept = {"data": data, "metadata": {"id": WORKSPACE}}
    folder = workspaces(course.root / ".cache")
    folder.mkdir(parents=True, exist_ok=True)
    WorkspacesManager(str(folder)).save(WORKSPACE, json.dumps(kept))


def _take(page: Page) -> None:
    page.get_by_text(WRITTEN).first.click(timeout=60_000)
    panel = page.frame_locator('iframe[src*="panel"]')
    expect(panel.locator("#verdict")).to_have_attribute("data-phase", "decided", timeout=60_000)
    panel.locator("li.failed").first.evaluate("one => one.scrollIntoView({block: 'center'})")
    page.mouse.move(0, 0)
    page.screenshot(path=DOCS / "lab.png")


if __name__ == "__main__":
    main()
