"""Opens pages in the person's browser, if it is one with a window."""

import webbrowser
from pathlib import Path

# These take the terminal in which they are started, and run no JavaScript worth the name.
IN_A_TERMINAL = {"www-browser", "w3m", "lynx", "links", "links2", "elinks", "browsh", "chawan"}


def is_there() -> bool:
    """Whether there is a browser that opens a window."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    return Path(getattr(found, "name", "")).name not in IN_A_TERMINAL


def show(address: str) -> bool:
    """Open `address` in the browser. Return whether there is one."""
    return is_there() and webbrowser.open(address)
