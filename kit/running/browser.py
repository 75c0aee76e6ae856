"""A real browser of this machine, for what is tested and measured in one."""

import shutil

from kit.language import _

NAMES = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


class BrowserMissing(Exception):
    """There is no browser here. The text says which ones were looked for."""


def program() -> str:
    """Return the path of a browser of Chromium's family. Raises BrowserMissing."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise BrowserMissing(
            _("there is no browser: none of {names} is on the PATH").format(names=", ".join(NAMES))
        )
    return found
