"""A launcher of each kind, kept through the tests of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from kit.running import Launcher
from kit.running.launch import CAN_FORK

FORKS = pytest.mark.skipif(not CAN_FORK, reason="This system cannot fork.")


@pytest.fixture(
    scope="session",
    params=[pytest.param(True, id="forked", marks=FORKS), pytest.param(False, id="spawned")],
)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """One launcher for all tests, so that they do not wait for a warm parent each."""
    warm: Any = request.param
    with Launcher(warm=warm) as made:
        made.prepare()
        yield made
