"""A launcher of each kind, kept through the tests of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from kit.running import Launcher
from kit.running.launch import CAN_FORK

FORKS = pytest.mark.skipif(not CAN_FORK, reason="This system cannot fork.")


@pytest.fixture(
    scope="session",
    name="launchers",
    params=[pytest.param(True, id="forked", marks=FORKS), pytest.param(False, id="spawned")],
)
def _launchers(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """One launcher for all tests, so that they do not wait for a warm parent each."""
    warm: Any = request.param
    with Launcher(warm=warm) as made:
        made.prepare()
        yield made


@pytest.fixture
def launcher(launchers: Launcher) -> Launcher:
    """That one. What a test starts first has waited for it, and what follows has not."""
    launchers.keep_ready(1)
    return launchers
