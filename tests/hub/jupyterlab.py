"""JupyterLab in a browser, as somebody uses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import join, quote

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.waiting import until

LONGEST = 120  # seconds for what takes a few, on a machine that has much else to do


class JupyterLab:
    """The JupyterLab at `url`, in a browser that may open it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url

    @contextmanager
    def page(self, inside: str = "") -> Iterator[Page]:
        """Give a page with a file open in JupyterLab, or with its launcher."""
        page = self.context.new_page()
        page.set_default_timeout(LONGEST * 1000)
        page.goto(f"{self.url}lab/tree/{inside}?reset" if inside else f"{self.url}lab?reset")
        yield page
        page.close()

    @contextmanager
    def all_cells_run(self, notebook: str, kernel: str) -> Iterator[Locator]:
        """Open a notebook and run all its cells with a kernel; give its panel."""
        with self.page(notebook) as page:
            panel = page.locator(".jp-NotebookPanel")
            # Before the kernel is there, the indicator says idle, and a cell asks for a kernel.
            name = panel.locator(".jp-KernelName")
            expect(name).to_have_text(kernel, timeout=LONGEST * 1000)
            indicator = panel.locator(".jp-Notebook-ExecutionIndicator")
            expect(indicator).to_have_attribute("data-status", "idle", timeout=LONGEST * 1000)
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            yield panel

    def type_in_a_terminal(
        self, folder: Path, arguments: list[str], output: Path, until_it_says: str
    ) -> str:
        """Open a terminal, go to `folder`, and type a command whose output goes to a file.

        Return the output as soon as it holds `until_it_says`; the command goes on.
        """
        command = f"cd {quote(str(folder))} && {join(arguments)} > {quote(str(output))} 2>&1"
        with self.page() as page:
            page.locator(".jp-LauncherCard", has_text="Terminal").click()
            page.locator(".jp-Terminal .xterm-helper-textarea").focus()
            page.keyboard.type(f"{command}\n")
            until(
                lambda: output.exists() and until_it_says in output.read_text(),
                seconds=LONGEST,
                what=f"{until_it_says!r} in {output}",
            )
        return output.read_text()
