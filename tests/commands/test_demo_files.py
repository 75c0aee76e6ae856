"""`demo` with CSV files: several of them, a preview, and what it says of them while it serves."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.command import Command, Project
from tests.commands.test_demo_command import address, get

ROWS = "when,value\n2026-03-29 12:00,1\n2026-03-29 12:01,2\n"


def test_several_files_are_several_dashboards_whatever_their_names(
    shared: Project, begin: Callable[..., Command], tmp_path: Path
) -> None:
    named = []
    for folder, file in (("here", "stocks"), ("here", "machine"), ("there", "stocks")):
        path = tmp_path / folder / f"{file}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(ROWS)
        named += ["--csv", str(path)]
    command = begin(shared, "demo", "--no-browser", *named, "--timezone", "Europe/Berlin")
    dashboards = get(f"{address(command)}/api/dashboards")["dashboards"]

    ids = [one["id"] for one in dashboards]
    assert ids == ["stocks-2", "machine-2", "stocks-3", "machine", "stocks"]
    assert [one["title"] for one in dashboards[:3]] == [
        "here/stocks.csv",
        "machine.csv",
        "there/stocks.csv",
    ]
    zones = [one["timezone"] for one in dashboards]
    assert zones == ["Europe/Berlin"] * 3 + [None] * 2


def test_a_preview_says_what_is_understood_and_ends(shared: Project, tmp_path: Path) -> None:
    path = tmp_path / "garden.csv"
    path.write_bytes("Zeit;Wärme (°C)\n29.03.2026 12:00;20,5\nnachts;3\n".encode("cp1252"))
    done = shared.run("demo", "--csv", str(path), "--preview")

    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    for told in (
        "encoding Windows-1252",
        "separator semicolon",
        "decimal sign comma",
        "time Zeit (found)",
        "columns Wärme [°C]",
        "first row 2026-03-29T12:00:00+00:00, 20.5",
        "1 of 2 rows left out: their time cannot be read, such as 'nachts'.",
        "Times without a zone were taken for UTC.",
    ):
        assert told in said


def test_a_preview_of_what_cannot_be_read_is_wrong_usage(shared: Project, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("2026-03-29 12:00,1\n2026-03-29 12:01,2\n")
    done = shared.run("demo", "--csv", str(path), "--preview")
    assert done.returncode == 2
    assert "There is no header line" in done.stderr
    assert "2026-03-29 12:00,1" in done.stderr


def test_what_is_left_out_is_said_in_the_terminal_and_by_the_api(
    shared: Project, begin: Callable[..., Command], tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(ROWS)
    command = begin(shared, "demo", "--no-browser", "--csv", str(path))
    url = address(command)
    command.wait_for("log.csv: Times without a zone were taken for UTC.")
    with path.open("a") as file:
        file.write("noon,3\n")
    with urllib.request.urlopen(f"{url}/still", timeout=20):
        pass

    left_out = "1 of 3 rows left out: their time cannot be read, such as 'noon'."
    command.wait_for(f"log.csv: {left_out}")
    with urllib.request.urlopen(f"{url}/api/dashboards/log", timeout=20) as answer:
        assert left_out in json.load(answer)["remarks"]
