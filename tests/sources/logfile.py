"""A CSV file for the tests, and the hand that writes it."""

from pathlib import Path

from dashboard.sources.csvfile.source import CsvFile

HEADER = b"time,a,note\n"


class Log:
    """A CSV file, and the hand that writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, content: bytes) -> "Log":
        self.path.write_bytes(content)
        return self

    def append(self, content: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(content)

    def replace(self, content: bytes) -> None:
        other = self.path.with_suffix(".new")
        other.write_bytes(content)
        other.replace(self.path)

    def follow(self, time: str | None = "time", *, keep: int = 10_000) -> CsvFile:
        return CsvFile(self.path, time, keep=keep)


BEGAN = 1_800_000_000  # seconds since 1970


def at(number: int) -> bytes:
    """Return the time so many seconds after `BEGAN`, as a cell."""
    return b"%d" % (BEGAN + number)


def seconds(*numbers: int) -> bytes:
    """Rows for these seconds after `BEGAN`, whose `a` is the same number."""
    return b"".join(b"%s,%d,\n" % (at(number), number) for number in numbers)


def values(source: CsvFile) -> list[float]:
    return source.read()["a"].tolist()
