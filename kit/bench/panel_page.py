"""The panel's page in a real browser, over a project made for one measurement."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from kit.checking.verdict import Verdict
from kit.course import Course, Lab
from kit.panel import finding
from kit.panel.address import Address
from kit.running import PACKAGE, browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONGEST = 120.0  # seconds to wait for one verdict
FOLDERS = ("kit", "labs", "checks", "reference")
LEFT_OUT = ("__pycache__", ".*", "node_modules", f"{PACKAGE}.kept-*")
NEWER = """before => {
  const verdict = document.getElementById("verdict");
  const { phase, number } = verdict.dataset;
  return !verdict.hidden && phase === "decided" && Number(number) > before;
}"""


class NoVerdict(Exception):
    """A save that no verdict followed."""


@dataclass
class PanelPage:
    """The page of one lab, open in a browser; `lab` is that of the project made for it."""

    lab: Lab
    _page: "Page"
    _address: Address

    def number(self) -> int:
        """Return the number of what the page shows now."""
        return int(self._page.locator("#verdict").get_attribute("data-number") or -1)

    def wait(self, before: int = -1) -> float:
        """Wait until it shows a verdict that is newer, and return that moment. Raises NoVerdict."""
        from playwright.sync_api import Error

        try:
            self._page.wait_for_function(NEWER, arg=before, timeout=LONGEST * 1000)
        except Error as error:
            raise NoVerdict(f"{self.lab.title}: no verdict came. {error}") from None
        return time.monotonic()

    def verdict(self) -> Verdict:
        """Return the verdict that it shows. Raises NoVerdict."""
        where = f"{self._address.url}labs/{self.lab.number}/verdict"
        key = {"Authorization": f"Bearer {self._address.key}"}
        found = requests.get(where, headers=key, timeout=LONGEST).json()["verdict"]
        if found is None:
            raise NoVerdict(f"{self.lab.title}: the panel has no verdict to show.")
        return Verdict.from_dict(found)


@contextlib.contextmanager
def opened(course: Course, lab: Lab) -> Iterator[PanelPage]:
    """Open the page of a lab; what its copy holds is for the caller to write, first of all.

    It is in a copy of the project, without the student's work. Raises BrowserMissing.
    """
    from playwright.sync_api import sync_playwright

    program = browser.program()
    with tempfile.TemporaryDirectory(prefix="feedback-") as folder:
        root = Path(folder).resolve() / "project"
        for name in FOLDERS:
            shutil.copytree(course.root / name, root / name, ignore=_left_out(course.root))
        try:
            address = finding.ensure(root)
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=program, args=browser.FLAGS)
                # The page itself lets nobody evaluate a text, such as the condition above.
                page = chromium.new_page(bypass_csp=True)
                page.goto(f"{address.url}?key={address.key}&lab={lab.number}")
                yield PanelPage(Course(root).lab(lab.number), page, address)
                chromium.close()
        finally:
            finding.end(root)


def _left_out(root: Path) -> Callable[[str, list[str]], set[str]]:
    usual = shutil.ignore_patterns(*LEFT_OUT)

    def ignore(folder: str, names: list[str]) -> set[str]:
        students = {PACKAGE} if Path(folder).parent == root / "labs" else set()
        return usual(folder, names) | students

    return ignore
