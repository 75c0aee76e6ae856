"""What axe-core finds on a page that keeps somebody out."""

from typing import Any

from playwright.sync_api import Page

from kit import browser_libraries
from kit.course import ROOT


def barriers(page: Page) -> list[str]:
    """Return what axe finds on the page: the rule and the element of each violation."""
    # It is fetched beside the browser's libraries, and never served.
    modules = browser_libraries.node_modules(ROOT, print)
    page.evaluate((modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
