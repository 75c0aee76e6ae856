"""pip, uv and npm are told alike how this machine reaches the package indexes."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kit import downloads, npm
from tests.small_project import kit

ASKED = (
    "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_STRATEGY", "UV_FIND_LINKS", "UV_INSECURE_HOST",
    "UV_HTTP_TIMEOUT", "SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "UV_SYSTEM_CERTS",
    "NODE_USE_SYSTEM_CA", "PIP_USE_FEATURE", "HTTPS_PROXY", "HTTP_PROXY",
)  # fmt: skip
MISSING = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "UV_CONFIG_FILE", "UV_EXTRA_INDEX_URL")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this machine is told itself makes no difference here."""
    for name in [*ASKED, *MISSING, *(one for one in os.environ if one.startswith("PIP_"))]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(downloads, "_uv_is_configured", lambda: False)
    downloads.pip_settings.cache_clear()
    downloads.pip_version.cache_clear()
    yield
    downloads.pip_settings.cache_clear()
    downloads.pip_version.cache_clear()


def told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, configured: str = "", pip: str = "25.0"
) -> dict[str, str]:
    """Return what the tools are told where `pip config list` prints `configured`."""

    def said(*words: str) -> str:
        return configured if words[-1] == "list" else pip

    monkeypatch.setattr(downloads, "_said", said)
    mine = downloads.variables(tmp_path / "cache")
    return {name: mine[name] for name in ASKED if name in mine}


def test_pip_s_settings_are_handed_on_to_uv(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configured = (
        "global.index-url='https://mirror.example/simple'\n"
        "global.extra-index-url='https://one.example/s\\nhttps://two.example/s'\n"
        "global.trusted-host='mirror.example\\none.example'\n"
        "global.find-links='/wheels /more'\n"
        "global.proxy='proxy.example:3128'\n"
        "install.timeout='90'\n"
        "freeze.timeout='1'\n"
        ":env:.index-url='https://nearer.example/simple'\n"
    )
    seen = told(monkeypatch, tmp_path, configured)
    assert seen["UV_INDEX"] == "https://nearer.example/simple https://one.example/s"
    assert seen["UV_DEFAULT_INDEX"] == "https://two.example/s"
    assert seen["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert seen["UV_INSECURE_HOST"] == "mirror.example one.example"
    assert seen["UV_FIND_LINKS"] == "/wheels,/more"
    assert seen["UV_HTTP_TIMEOUT"] == "90"
    assert seen["HTTPS_PROXY"] == seen["HTTP_PROXY"] == "http://proxy.example:3128"


def test_what_uv_was_told_itself_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    monkeypatch.setenv("HTTPS_PROXY", "http://mine.example")
    configured = "global.index-url='https://pip.example/simple'\nglobal.proxy='other.example:1'\n"
    seen = told(monkeypatch, tmp_path, configured)
    assert seen["UV_DEFAULT_INDEX"] == "https://uv.example/simple"
    assert "UV_INDEX" not in seen
    assert seen["HTTPS_PROXY"] == "http://mine.example"
    assert "HTTP_PROXY" not in seen


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "pip.conf"])
def test_a_certificate_that_one_was_told_is_told_to_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "school.pem"
    file.write_text("")
    if name == "pip.conf":
        seen = told(monkeypatch, tmp_path, f"global.cert={str(file)!r}\n")
    else:
        monkeypatch.setenv(name, str(file))
        seen = told(monkeypatch, tmp_path)
    for one in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"):
        assert seen[one] == str(file)
    assert "UV_SYSTEM_CERTS" not in seen


@pytest.mark.parametrize(
    ("pip", "bundle", "more"),
    [
        ("25.0", "system.pem", {}),
        ("23.2.1", "system.pem", {"PIP_CERT": "system.pem"}),
        ("24.0", None, {"PIP_USE_FEATURE": "truststore"}),
        ("22.3", None, {}),
        ("25.0", None, {}),
    ],
)
def test_else_the_system_s_store_is_theirs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pip: str, bundle: str | None, more: Any
) -> None:
    monkeypatch.setattr(downloads, "_system_bundle", lambda: bundle)
    seen = told(monkeypatch, tmp_path, pip=pip)
    if bundle:
        more = more | {"UV_SYSTEM_CERTS": "1", "NODE_EXTRA_CA_CERTS": bundle}
    seen.pop("UV_SYSTEM_CERTS", None) if not bundle else None
    assert seen == {"NODE_USE_SYSTEM_CA": "1"} | more


# -- the tools themselves, asking a server here --------------------------------------------------


@contextmanager
def index(context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[str]]]:
    """An index without any package: its address, and which tools have asked it."""
    asked: list[str] = []

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("User-Agent", "").partition("/")[0])
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        scheme = "https" if context else "http"
        yield f"{scheme}://127.0.0.1:{server.server_port}/simple", asked
        server.shutdown()


@pytest.fixture
def school(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A school's own certificate authority, and a server that it vouches for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        if os.environ.get("ROUNDTRIP_STRICT") == "1":
            pytest.fail("openssl is not there")
        pytest.skip("openssl is not there")
    ca, key, wanted = tmp_path / "ca.pem", tmp_path / "key.pem", tmp_path / "wanted.pem"
    more = tmp_path / "more.txt"
    more.write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    new = ["req", "-newkey", "rsa:2048", "-nodes", "-subj"]
    for words in (
        [*new, "/CN=School", "-x509", "-days", "2", "-keyout", "ca.key", "-out", ca],
        [*new, "/CN=127.0.0.1", "-keyout", key, "-out", wanted],
        [
            "x509",
            "-req",
            "-in",
            wanted,
            "-CA",
            ca,
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            more,
            "-out",
            "server.pem",
        ],
    ):
        subprocess.run([openssl, *words], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", key)
    return ca, context


def uv(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Let uv ask for a package as set-up does."""
    wanted = ["pip", "install", "--target", str(tmp_path / "target"), "--no-cache", "click==8.5.1"]
    return subprocess.run(
        [sys.executable, "-m", "uv", *wanted],
        env=downloads.variables(tmp_path / "cache"),
        capture_output=True,
        text=True,
        check=False,
    )


def test_pip_and_uv_ask_the_mirror_of_pip_s_configuration(
    small_project: Path, bare: str, tmp_path: Path
) -> None:
    with index() as (address, asked):
        (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {address}\n")
        place = {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
        status, _, err = kit(bare, small_project, **place)
        assert status == 3
        assert "uv" in err
        assert set(asked) == {"pip"}


def test_uv_trusts_the_certificate_that_pip_was_told(
    tmp_path: Path, school: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, context = school
    with index(context) as (address, asked):
        monkeypatch.setenv("PIP_INDEX_URL", address)
        refused = uv(tmp_path)
        assert "invalid peer certificate" in refused.stderr
        assert asked == []

        downloads.pip_settings.cache_clear()
        monkeypatch.setenv("PIP_CERT", str(ca))
        heard = uv(tmp_path)
        assert set(asked) == {"uv"}
        assert "invalid peer certificate" not in heard.stderr


def test_npm_trusts_it_too(
    tmp_path: Path, school: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, context = school
    for name in ("npm_config_globalconfig", "npm_config_userconfig"):  # npm may know one itself
        monkeypatch.setenv(name, str(tmp_path / name))
    with index(context) as (address, asked):
        ask = [*npm.npm_command(), "view", "plotly.js", "--registry", address, "--fetch-retries=0"]

        def npm_asks() -> str:
            mine = downloads.variables(tmp_path / "cache")
            done = subprocess.run(ask, env=mine, capture_output=True, text=True, check=False)
            return done.stderr

        assert "UNABLE_TO_VERIFY_LEAF_SIGNATURE" in npm_asks()
        monkeypatch.setenv("PIP_CERT", str(ca))
        downloads.pip_settings.cache_clear()
        assert "404" in npm_asks()
        assert asked
