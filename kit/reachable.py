"""The address at which a person can open a server that runs on this machine.

On a laptop that is the server's own. On a hub, on Binder and in a codespace the person's browser is
on another machine, and comes through a proxy: jupyter-server-proxy, or a forwarded port.
"""

import contextlib
import json
import os
import re
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

from kit.language import _

LOOPBACK_NAME = "localhost"
NO_PORT = 1  # at which nothing is asked
ANSWER_SECONDS = 10.0


def for_people(url: str) -> str:
    """Return where a person opens the server that this machine reaches at `url`.

    That is a whole address, or a path: behind a proxy nobody may know the name of its host here.
    """
    if base := jupyter():
        return f"{base}proxy/{urlsplit(url).port}/"
    return in_a_codespace(url)


def in_words(address: str) -> str:
    """Return what `for_people` gave, as a terminal tells it."""
    if not address.startswith("/"):
        return address
    return _("{address} (put this after the host in the address of your JupyterLab)").format(
        address=address
    )


def jupyter() -> str | None:
    """Return the address of the Jupyter server that this runs in, with a slash at its end.

    None where there is none, and where its browser is on this machine. A path where the name of its
    host is not known here.
    """
    if prefix := os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return os.environ.get("JUPYTERHUB_PUBLIC_URL") or prefix
    server = urlsplit(os.environ.get("JUPYTER_SERVER_URL") or _server_of_this_kernel())
    if server.path in {"", "/"} and is_loopback(server.hostname or LOOPBACK_NAME):
        return None
    return server.path or "/"


def leads_to_ports() -> bool:
    """Whether that Jupyter server leads to other servers here, as `for_people` takes for granted.

    It does with jupyter-server-proxy. Where the server cannot be asked, it is taken for granted.
    """
    own = (os.environ.get(name) for name in ("JUPYTERHUB_SERVICE_URL", "JUPYTER_SERVER_URL"))
    server = urlsplit(next(filter(None, own), _server_of_this_kernel()))
    if server.scheme != "http" or not server.hostname:
        return True
    connection = HTTPConnection(server.hostname, server.port, timeout=ANSWER_SECONDS)
    try:
        with contextlib.closing(connection):
            # Who shows no key is sent to sign in where there is a proxy.
            connection.request("GET", f"{server.path.rstrip('/')}/proxy/{NO_PORT}")
            return connection.getresponse().status != HTTPStatus.NOT_FOUND
    except (OSError, HTTPException):
        return True


def file(path: Path) -> str | None:
    """Return the address of a file of the project in that JupyterLab; None where it cannot show it.

    It takes `jupyter()` for granted.
    """
    shown = os.environ.get("JUPYTER_SERVER_ROOT") or os.environ.get("JUPYTERHUB_ROOT_DIR")
    try:
        inside = path.resolve().relative_to(Path(shown or Path.home()).resolve())
    except ValueError:
        return None
    return f"{jupyter()}lab/tree/{quote(inside.as_posix())}"


def is_codespace() -> bool:
    """Whether this runs in GitHub's Codespaces."""
    return "CODESPACE_NAME" in os.environ


def in_a_codespace(url: str) -> str:
    """Return the forwarded address of what is at `url`; elsewhere `url` itself."""
    if not is_codespace():
        return url
    parts = urlsplit(url)
    host = _codespace(str(parts.port))
    return parts._replace(scheme="https", netloc=host, path=parts.path or "/").geturl()


def codespace_origins(port: int) -> list[str]:
    """Return the origins that the page of a server at `port` has in a codespace.

    The proxy there may put its own in place of the true one; those of other websites it leaves.
    """
    name = _codespace(str(port))
    return [f"https://{name}", f"http://localhost:{port}", f"https://localhost:{port}"]


def codespace_arguments(port: int) -> list[str]:
    """Return what JupyterLab, at `port`, has to be told in a codespace; nothing elsewhere."""
    if not is_codespace():
        return []
    origins = re.escape(_codespace("PORT")).replace("PORT", r"\d+")
    return [
        f"--ServerApp.custom_display_url=https://{_codespace(str(port))}/lab",
        f"--ServerApp.allow_origin_pat=https?://({origins}|localhost:\\d+)$",
        "--ServerApp.allow_remote_access=True",  # by that name
    ]


def _codespace(port: str) -> str:
    """Return the name of the host that a port has in GitHub's Codespaces."""
    domain = os.environ.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "app.github.dev")
    return f"{os.environ['CODESPACE_NAME']}-{port}.{domain}"


def _server_of_this_kernel() -> str:
    """Return the address of the Jupyter server that has started this kernel, or ""."""
    parent = os.environ.get("JPY_PARENT_PID")
    if parent is None:
        return ""
    from jupyter_core.paths import jupyter_runtime_dir  # late: few commands need it

    try:
        told = Path(jupyter_runtime_dir(), f"jpserver-{parent}.json").read_text("utf-8")
        return str(json.loads(told)["url"])
    except (OSError, ValueError, KeyError):
        return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine itself can reach a server at a name or an IP address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == LOOPBACK_NAME
