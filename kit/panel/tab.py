"""The panel's tabs in JupyterLab, which jupyter-server-proxy opens and brings back."""

NAME = "roundtrip-panel"  # as jupyter-server-proxy calls the panel
TITLE = "Panel"
SERVERS = "server-proxy"  # as it calls its tabs
COMMAND = f"{SERVERS}:open"


def opened(url: str, title: str = TITLE, lab: int | None = None) -> dict[str, str | bool]:
    """Return what the command is given that opens a tab with the page at `url`, a path.

    Each `lab` has a tab of its own, beside the one that the launcher opens.
    """
    own = f"{SERVERS}:{NAME}" + ("" if lab is None else f"-{lab}")
    return {"id": own, "url": url, "title": title, "newBrowserTab": False}
