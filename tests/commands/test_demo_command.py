"""`demo`: the finished dashboard, for people to see."""

import json
import re
import socket
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit.cli import STOPPED, USAGE
from tests.command import Command, Project


def address(command: Command) -> str:
    command.wait_for("Ctrl-C stops it.")
    found = re.search(r"The dashboard is at (http://\S+)", command.said())
    assert found, command.said()
    return found[1]


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def test_it_serves_until_ctrl_c(shared: Project, begin: Callable[..., Command]) -> None:
    command = begin(shared, "demo", "--no-browser")
    url = address(command)

    assert get(f"{url}/healthz")["environment"] == "production"
    assert command.press_ctrl_c() == STOPPED
    assert command.said().endswith("Stopped.\n")
    with pytest.raises(OSError, match="refused"):
        get(f"{url}/healthz")


def test_it_follows_a_csv_file(
    shared: Project, begin: Callable[..., Command], tmp_path: Path
) -> None:
    file = tmp_path / "trees.csv"
    file.write_text("1,height\n2030-01-01,2.5\n2030-01-02,3\n")  # 1 must not become a number
    command = begin(shared, "demo", "--no-browser", "--csv", str(file), "--time", "1")
    dashboards = get(f"{address(command)}/api/dashboards")["dashboards"]

    assert len({one["id"] for one in dashboards}) == len(dashboards) >= 3
    assert any(one["columns"] == [{"name": "height", "unit": ""}] for one in dashboards)


@pytest.mark.parametrize(
    ("file", "arguments", "told"),
    [
        ("missing.csv", [], "missing.csv"),
        ("trees.csv", ["--time", "hour"], "hour"),
        ("machine.csv", ["--time", "day"], "Rename the file."),
    ],
)
def test_a_csv_file_that_cannot_be_followed_is_wrong_usage(
    shared: Project, tmp_path: Path, file: str, arguments: list[str], told: str
) -> None:
    for name in ("trees.csv", "machine.csv"):
        (tmp_path / name).write_text("day,height\n2030-01-01,2.5\n")
    done = shared.run("demo", "--no-browser", "--csv", str(tmp_path / file), *arguments)
    assert done.returncode == USAGE
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_told(shared: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = shared.run("demo", "--no-browser", "--port", str(port))
    assert done.returncode == USAGE
    assert f"cannot listen at 127.0.0.1, port {port}" in done.stderr
    assert "Choose another --port" in done.stderr


def test_an_address_that_is_not_this_machines_is_told(shared: Project) -> None:
    done = shared.run("demo", "--no-browser", "--host", "192.0.2.1")
    assert done.returncode == USAGE
    assert "cannot listen at 192.0.2.1" in done.stderr
    assert "Choose another --host" in done.stderr
