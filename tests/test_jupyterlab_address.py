"""A JupyterLab that is open already is found by the file that it left, if it still answers."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kit import jupyterlab


class Jupyter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"version": "2.0"}' if self.path == "/base/api" else b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What a server that runs has left about itself."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), Jupyter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/base/"
        yield {"url": url, "token": "a b", "pid": os.getpid(), "root_dir": str(tmp_path)}
        server.shutdown()


def found(tmp_path: Path, told: Any) -> str | None:
    (tmp_path / "runtime" / "jpserver-1.json").write_text(json.dumps(told))
    return jupyterlab.running(tmp_path)


def test_it_is_found_with_what_lets_one_in(tmp_path: Path, left: dict[str, Any]) -> None:
    page = "lab/tree/my-notebooks/00_start.ipynb"
    assert found(tmp_path, left) == f"{left['url']}{page}?token=a+b"
    assert found(tmp_path, left | {"token": ""}) == f"{left['url']}{page}"


def test_one_of_another_folder_is_none(tmp_path: Path, left: dict[str, Any]) -> None:
    (tmp_path / "other").mkdir()
    assert found(tmp_path, left | {"root_dir": str(tmp_path / "other")}) is None
    assert found(tmp_path, left | {"root_dir": str(tmp_path / "gone")}) is None


def test_what_a_killed_one_has_left_is_passed_over(tmp_path: Path, left: dict[str, Any]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert found(tmp_path, left | {"url": nowhere}) is None
    assert found(tmp_path, left | {"pid": 2**22 + 1}) is None
    another = left["url"].replace("/base/", "/")  # something else answers there now
    assert found(tmp_path, left | {"url": another}) is None
    assert found(tmp_path, ["nothing"]) is None
