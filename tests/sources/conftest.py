"""What the tests of the sources share."""

from pathlib import Path

import pytest

from tests.sources.logfile import Log


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """A CSV file that is not written yet."""
    return Log(tmp_path / "log.csv")
