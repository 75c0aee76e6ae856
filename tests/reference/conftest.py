"""Real servers of the reference, as a test configures them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kit.course import ROOT
from kit.running import App, Launcher, Plan, RunningApp

Serve = Callable[..., RunningApp]


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    with Launcher() as launcher:
        yield launcher


@pytest.fixture
def serve(launcher: Launcher) -> Iterator[Serve]:
    """Start the reference with a configuration and settings; it ends with the test."""
    running = []

    def start(config: str = "Testing", **settings: Any) -> RunningApp:
        key = {"DASHBOARD_SECRET_KEY": '"for a test"'}
        app = launcher.start(Plan(ROOT / "reference", (App(config, settings),), key))
        running.append(app)
        app.wait_until_listening()
        return app

    yield start
    for app in running:
        app.stop()
