"""What grading needs of this machine."""

import os

import pytest

from kit.grading.confinement import why_not


@pytest.fixture(scope="session")
def _walls() -> None:
    """Walls can be built; where not, a skip, or in strict runs a failure."""
    why = why_not()
    if why and os.environ.get("ROUNDTRIP_STRICT") == "1":
        pytest.fail(why)
    if why:
        pytest.skip(why)
