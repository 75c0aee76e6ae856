"""A launcher for the tests of checks, and the way from a source to its server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.checking import App, Server, Start, process
from kit.running import Launcher
from tests.running.submission import save


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """One launcher for all tests, so that they do not wait for a warm parent each."""
    with Launcher() as made:
        yield made


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less long: idle and busy seconds do not pass faster on a loaded machine."""
    monkeypatch.setattr(process, "IDLE", 0.6)
    monkeypatch.setattr(process, "BUSY", 1.0)


@pytest.fixture
def serve(launcher: Launcher, tmp_path: Path) -> Iterator[Callable[[str], Server]]:
    """Serve an app of this source."""
    start = Start(launcher, tmp_path)

    def served(source: str) -> Server:
        save(tmp_path, source)
        return start(App(config=None))

    yield served
    start.stop()
