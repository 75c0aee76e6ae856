"""Real servers of the reference, as a test configures them."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from kit.checking import Server
from kit.course import ROOT
from kit.running import App, Launcher, Plan, RunningApp

Serve = Callable[..., RunningApp]
Open = Callable[..., Server]


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    with Launcher() as launcher:
        yield launcher


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers keep for each other what they have compiled."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def serve(launcher: Launcher, compiled: Path) -> Iterator[Serve]:
    """Start the reference with a configuration and settings; it ends with the test.

    `folder` may be one that holds the reference and more: see `beside`.
    """
    running = []

    def start(
        config: str = "Testing",
        *,
        folder: Path = ROOT / "reference",
        secret: str = "for a test",
        variables: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> RunningApp:
        known = {"DASHBOARD_SECRET_KEY": json.dumps(secret), **(variables or {})}
        app = launcher.start(Plan(folder, (App(config, settings),), known, compiled=compiled))
        running.append(app)
        app.wait_until_listening()
        return app

    yield start
    for app in running:
        app.stop()


@pytest.fixture
def server(serve: Serve) -> Iterator[Open]:
    """As `serve`, but as a server that visitors and participants can be sent to."""
    opened = []

    def start(*arguments: Any, **settings: Any) -> Server:
        found = Server(serve(*arguments, **settings), ROOT / "reference")
        opened.append(found)
        return found

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def beside(tmp_path: Path) -> Callable[[str], Path]:
    """Return a folder with the reference, and a module `probe` of this text beside it.

    A setting such as `SOURCES=[{"call": "probe.Source"}]` imports it before the app is made.
    """

    def write(text: str) -> Path:
        (tmp_path / "dashboard").symlink_to(ROOT / "reference" / "dashboard")
        (tmp_path / "probe.py").write_text(dedent(text))
        return tmp_path

    return write
