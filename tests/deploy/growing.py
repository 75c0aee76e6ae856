"""A CSV file that a test lets grow, and what a client has heard of it."""

from pathlib import Path
from typing import Any

from kit.bench.harm.resuming_client import ResumingClient


class Readings:
    """A file `readings.csv` in a folder of its own; its values are counted up from `first`."""

    def __init__(self, folder: Path, first: int = 1) -> None:
        folder.mkdir()
        self.path = folder / "readings.csv"
        self.first = first
        self.count = 0
        self.path.write_text("time,value\n", encoding="utf-8")
        self.grow()

    def grow(self, rows: int = 1) -> None:
        """Add rows, a second apart."""
        with self.path.open("a", encoding="utf-8") as file:
            for number in range(self.count, self.count + rows):
                time = f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
                file.write(f"{time},{self.first + number}\n")
        self.count += rows

    @property
    def values(self) -> list[int]:
        """The values of all its rows."""
        return list(range(self.first, self.first + self.count))

    @property
    def variables(self) -> dict[str, str]:
        """What a deployment has to be told to follow it."""
        return {"DASHBOARD_CSV": f'"{self.path}"'}


class Reader(ResumingClient):
    """A client of `readings`; `values` are all that it has been sent, in the order they came."""

    def __init__(self, url: str) -> None:
        super().__init__(url, dashboard="readings")
        self.values: list[float] = []

    def _hear(self, payload: dict[str, Any]) -> None:
        super()._hear(payload)
        self.values += payload["points"]["value"]

    def _see(self, payload: dict[str, Any]) -> None:
        super()._see(payload)
        self.values = list(payload["figure"]["data"][0]["y"])
