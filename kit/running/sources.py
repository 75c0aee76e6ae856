"""Sources of data for a submission under check: what real machines rarely show on demand."""

from types import SimpleNamespace
from typing import Any

from kit.running.plan import FAILING


class FailingSource:
    """A source that can be opened, and that raises as soon as anybody looks at it."""

    id = "failing"

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(FAILING)


class GappySource:
    """A source of one row a read: its column `there` has a number, its column `gap` never has."""

    id = "gappy"
    title = "Numbers with a gap"
    columns = (SimpleNamespace(name="there", unit=""), SimpleNamespace(name="gap", unit=""))

    def read(self) -> Any:
        import pandas as pd

        row = {"time": pd.Timestamp.now("UTC"), "there": 1.0, "gap": float("nan")}
        return pd.DataFrame([row]).astype({"time": "datetime64[ms, UTC]"})
