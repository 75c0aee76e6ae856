"""The panel in a tab of JupyterLab: an extension of the Jupyter server that the kit starts.

Below `panel/` it leads to the panel's process, and starts it where there is none. Whoever may use
this Jupyter may see the panel: the proxy shows the key for them, so no address needs it.
"""

import asyncio
import atexit
import contextlib
import threading
from typing import Any

from jupyter_server.utils import url_path_join
from jupyter_server_proxy.handlers import ProxyHandler
from tornado.web import HTTPError

from kit import installation, jupyterlab
from kit.course import ROOT, Course
from kit.language import current
from kit.panel import address, finding, layout, tab
from kit.panel.address import Address

PATH = "panel"
LONGEST_BEGINNING = 20.0  # seconds; whoever presses Ctrl-C before it is there waits for no more
# The launcher's card is jupyter-server-proxy's. It knows servers alone that it would start itself;
# this one it never does, because the card leads elsewhere: to `PATH`.
LAUNCHER = {
    tab.NAME: {
        "command": [],
        "port": 9,
        "new_browser_tab": False,
        "launcher_entry": {"title": tab.TITLE, "path_info": f"{PATH}/", "category": "Other"},
    }
}
ARGUMENTS = [
    f"--ServerApp.jpserver_extensions={{'{__name__}': True}}",
    f"--ServerProxy.servers={LAUNCHER}",
]


class PanelHandler(ProxyHandler):  # type: ignore[misc]
    """Hands each request on to the panel's process."""

    starting = asyncio.Lock()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # A page that is open is no work: a hub may end a Jupyter that has nothing else to do.
        super().__init__(*arguments, update_last_activity=False, **options)
        self.proxy_base = PATH
        self.panel: Address | None = None

    async def http_get(self, path: str) -> Any:
        return await self.hand_on(path)

    async def post(self, path: str) -> Any:
        return await self.hand_on(path)

    async def hand_on(self, path: str) -> Any:
        """Return the panel's answer to an HTTP request."""
        self.panel = await self.found()
        return await self.proxy(address.HOST, self.panel.port, path)

    async def open(self, path: str) -> Any:
        """Open the panel's WebSocket, and hand its messages on."""
        self.panel = await self.found()
        return await self.proxy_open(address.HOST, self.panel.port, path)

    async def found(self) -> Address:
        """Return where the panel answers, when it does. Raises HTTPError where it cannot."""
        loop = asyncio.get_running_loop()
        try:
            async with self.starting:
                return await loop.run_in_executor(None, finding.ensure, ROOT)
        except (OSError, finding.PanelDidNotStart) as failure:
            raise HTTPError(503, reason="The panel did not start") from failure

    def get_request_headers_override(self) -> dict[str, str]:
        """Return what is laid over the request's headers: the key, in place of Jupyter's token."""
        return {"Authorization": f"Bearer {self.panel.key}"} if self.panel else {}


def _begin() -> None:
    """Start the panel, in the language of whoever starts JupyterLab. A page tells of failures."""
    with contextlib.suppress(OSError, finding.PanelDidNotStart):
        finding.ensure(ROOT, speaks=current())
        finding.make_ready(ROOT)


def _end(beginning: threading.Thread) -> None:
    """Let the panel end with this Jupyter, which has started it, unless somebody else looks."""
    beginning.join(LONGEST_BEGINNING)
    finding.release(ROOT)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    # While JupyterLab starts and its page loads, there is time for it.
    beginning = threading.Thread(target=_begin, name="the panel", daemon=True)
    beginning.start()
    atexit.register(_end, beginning)
    base = server.web_app.settings["base_url"]
    with contextlib.suppress(OSError):  # it is for convenience alone
        folder = jupyterlab.workspaces(installation.cache(ROOT))
        layout.lay_out(Course(), folder, url_path_join(base, PATH, "/"))
    server.web_app.add_handlers(".*", [(url_path_join(base, PATH, "(.*)"), PanelHandler)])
