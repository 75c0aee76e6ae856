"""Write the results in every format."""

from pathlib import Path

from kit.grading.formats import csv_file, json_file
from kit.grading.results import ClassResults


def write(results: ClassResults, folder: Path) -> None:
    """Write the results to `folder`; what stands there from an earlier run is replaced."""
    for name, text in {
        "gradebook.json": json_file.text(results),
        "gradebook.csv": csv_file.text(results),
    }.items():
        _replace(folder / name, text)


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is there whole, or as it was."""
    mine = path.with_name(f".{path.name}.new")
    mine.write_bytes(text.encode("utf-8", errors="replace"))
    mine.replace(path)
