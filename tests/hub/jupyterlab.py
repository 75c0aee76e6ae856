"""JupyterLab in a browser, as somebody uses it."""

import re
from pathlib import Path
from shlex import join, quote

from playwright.sync_api import BrowserContext, Locator, Page, expect


class JupyterLab:
    """The JupyterLab at `url`, in a browser that may open it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url

    def open(self, inside: str = "") -> Page:
        """Return a new page with a file open in JupyterLab, or with its launcher."""
        page = self.context.new_page()
        page.goto(f"{self.url}lab/tree/{inside}?reset" if inside else f"{self.url}lab?reset")
        return page

    def run(self, notebook: str) -> Locator:
        """Open a notebook and run all its cells; return its panel."""
        page = self.open(f"notebooks/{notebook}")
        panel = page.locator(".jp-NotebookPanel")
        # Before the kernel is there, the indicator says idle, and running a cell asks for a kernel.
        expect(panel.locator(".jp-KernelName")).to_have_text(re.compile("Python 3"))
        indicator = panel.locator(".jp-Notebook-ExecutionIndicator")
        expect(indicator).to_have_attribute("data-status", "idle")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        return panel

    def run_in_a_terminal(self, folder: Path, arguments: list[str], output: Path) -> None:
        """Open a terminal, go to `folder`, and type a command whose output goes to a file."""
        command = f"cd {quote(str(folder))} && {join(arguments)} > {quote(str(output))} 2>&1"
        page = self.open()
        page.locator(".jp-LauncherCard", has_text="Terminal").click()
        page.locator(".jp-Terminal .xterm-helper-textarea").focus()
        page.keyboard.type(f"{command}\n")
