"""The address that a person is given for a server of this machine."""

import json
import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kit import reachable

SERVER = "http://127.0.0.1:8000"
HUB = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/", "JUPYTERHUB_PUBLIC_URL": ""}
CODESPACE = {
    "CODESPACE_NAME": "a-rare-owl-7",
    "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev",
}
KNOWN = (*HUB, *CODESPACE, "JUPYTERHUB_SERVICE_URL", "JUPYTER_SERVER_URL", "JUPYTER_SERVER_ROOT",
    "JUPYTERHUB_ROOT_DIR", "JPY_PARENT_PID")  # fmt: skip


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Forget where these tests run."""
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, SERVER),
        ({"JUPYTER_SERVER_URL": "http://localhost:8888/"}, SERVER),  # a terminal of `kit`
        ({"JUPYTER_SERVER_URL": "http://127.0.0.1:8888/"}, SERVER),
        ({"JUPYTER_SERVER_URL": "http://[::1]:8888/"}, SERVER),
        ({"JUPYTER_SERVER_URL": "http://0f3a7c:8888/"}, "/proxy/8000/"),  # in a container
        ({"JUPYTER_SERVER_URL": "http://localhost:8888/lab/ada/"}, "/lab/ada/proxy/8000/"),
        (HUB, "/user/ada/proxy/8000/"),
        (HUB | {"JUPYTER_SERVER_URL": "http://127.0.0.1:4/user/ada/"}, "/user/ada/proxy/8000/"),
        (
            HUB | {"JUPYTERHUB_PUBLIC_URL": "https://hub.example/user/ada/"},
            "https://hub.example/user/ada/proxy/8000/",
        ),
        (CODESPACE, "https://a-rare-owl-7-8000.app.github.dev/"),
        (
            CODESPACE | {"JUPYTER_SERVER_URL": "http://localhost:8888/"},
            "https://a-rare-owl-7-8000.app.github.dev/",
        ),
    ],
)
def test_it_is_the_one_that_their_browser_can_open(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert reachable.for_people(SERVER) == address


@pytest.mark.parametrize(
    ("server", "address"),
    [("http://localhost:8888/", SERVER), ("http://0f3a7c:8888/x/", "/x/proxy/8000/")],
)
def test_a_kernel_finds_the_server_that_has_started_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: str, address: str
) -> None:
    monkeypatch.setenv("JPY_PARENT_PID", "4711")
    assert reachable.for_people(SERVER) == SERVER  # such as a kernel of VS Code's
    (tmp_path / "jpserver-4711.json").write_text(json.dumps({"url": server}))
    assert reachable.for_people(SERVER) == address


def test_a_terminal_says_where_a_path_belongs() -> None:
    assert reachable.in_words(SERVER) == SERVER
    assert reachable.in_words("/x/proxy/8000/").startswith("/x/proxy/8000/ (put this after the ho")


def test_a_file_has_an_address_where_jupyterlab_shows_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("JUPYTERHUB_ROOT_DIR", str(tmp_path))
    found = reachable.file(tmp_path / "a project" / "start.ipynb")
    assert found == "/user/ada/lab/tree/a%20project/start.ipynb"
    assert reachable.file(tmp_path.parent / "start.ipynb") is None


def test_in_a_codespace_jupyterlab_takes_the_forwarded_origins_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert reachable.codespace_arguments(8888) == []
    for name, value in CODESPACE.items():
        monkeypatch.setenv(name, value)
    arguments = dict(one.split("=", 1) for one in reachable.codespace_arguments(8888))
    shown = arguments["--ServerApp.custom_display_url"]
    assert shown == "https://a-rare-owl-7-8888.app.github.dev/lab"
    pattern = re.compile(arguments["--ServerApp.allow_origin_pat"])
    for own in reachable.codespace_origins(8888):
        assert pattern.match(own), own
    for other in (
        "https://a-rare-owl-8-8888.app.github.dev",
        "https://a-rare-owl-7-8888.app.github.dev.example",
        "https://a-rare-owl-7-8888xapp.github.dev",
        "https://elsewhere.example",
        "null",
    ):
        assert not pattern.match(other), other


def test_in_a_codespace_an_address_keeps_what_follows_its_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = "http://127.0.0.1:8888/lab/tree/start.ipynb?token=a"
    assert reachable.in_a_codespace(lab) == lab
    for name, value in CODESPACE.items():
        monkeypatch.setenv(name, value)
    forwarded = "https://a-rare-owl-7-8888.app.github.dev/lab/tree/start.ipynb?token=a"
    assert reachable.in_a_codespace(lab) == forwarded


@pytest.mark.parametrize(
    ("status", "leads"),
    [(HTTPStatus.NOT_FOUND, False), (HTTPStatus.FOUND, True), (HTTPStatus.FORBIDDEN, True)],
)
def test_a_jupyter_without_a_proxy_says_so(
    monkeypatch: pytest.MonkeyPatch, status: HTTPStatus, *, leads: bool
) -> None:
    asked = []

    class Jupyter(BaseHTTPRequestHandler):
        """Answers as Jupyter does to somebody who has not signed in."""

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Jupyter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/user/ada/"
        monkeypatch.setenv("JUPYTERHUB_SERVICE_URL", address)
        assert reachable.leads_to_ports() is leads
        server.shutdown()
    assert asked == ["/user/ada/proxy/1"]
    assert reachable.leads_to_ports()  # where it does not answer, nobody knows better
