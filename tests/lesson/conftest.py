"""What the tests of the notebooks' side need: servers to talk to, and displays to look at."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from kit.course import ROOT
from kit.panel.address import VARIABLE
from kit.running import App, Launcher, Plan, RunningApp


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    with Launcher() as launcher:
        yield launcher


@pytest.fixture(scope="session")
def reference(launcher: Launcher) -> Iterator[RunningApp]:
    """The finished server."""
    with launcher.start(Plan(ROOT / "reference", (App("Testing"),))) as app:
        app.wait_until_listening()
        yield app


class Displays(list[Any]):
    """What was shown in a notebook's cells; a display that is renewed is one more."""

    def __call__(self, shown: Any, **_: Any) -> "Displays":
        self.append(shown)
        return self

    def update(self, shown: Any) -> None:
        self.append(shown)


@pytest.fixture
def displays(monkeypatch: pytest.MonkeyPatch) -> Displays:
    """Stands in for the notebook, where there is none."""
    monkeypatch.delenv(VARIABLE, raising=False)  # these tests may run in a JupyterLab themselves
    displays = Displays()
    for module in ("lesson", "serving", "wire", "checklist"):
        # By its full name, because kit.lesson has a function `lesson` as well.
        monkeypatch.setattr(sys.modules[f"kit.lesson.{module}"], "display", displays)
    return displays
