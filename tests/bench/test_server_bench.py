"""`bench server`, run as a person runs it, with few clients and for a short time."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.bench.server import figures
from kit.bench.server.peers import NODE, REFERENCE, THREADING
from kit.bench.server.report import Plan, Report
from kit.cli import STOPPED, USAGE
from kit.course import Course
from tests.command import Command, Project

SHORT = ("bench", "server", "--quick", "--seconds", "0.3")
HERE = Project(Course())


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    begun: list[Command] = []

    def start(*arguments: str) -> Command:
        begun.append(Command(HERE.root, list(arguments), tmp_path / "output.txt"))
        return begun[-1]

    yield start
    for command in begun:
        command.kill()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    file = tmp_path_factory.mktemp("bench") / "report.json"
    done = HERE.run(*SHORT, "--clients", "10,20", "--workers", "2", "--json", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    return subprocess.CompletedProcess(str(file), 0, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def report(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(Path(done.args).read_text("utf-8"))


def test_each_server_has_every_figure(report: Any) -> None:
    assert report["servers"].keys() == {REFERENCE, NODE, THREADING}
    for server in report["servers"].values():
        assert server["failed"] is None
        assert [size["clients"] for size in server["sizes"]] == [10, 20]
        for size in server["sizes"]:
            assert size["rate"] > 0
            assert 0 < size["p50_ms"] <= size["p99_ms"]
            assert size["memory"] > 1_000_000
            assert size["load_ceiling"] > size["rate"] * 0.9
            assert size["wrong"] == 0
            assert len(size["rounds"]) == 1
        assert server["cpu_growth"] > 0
        assert "memory_per_client" in server


def test_every_figure_is_explained(report: Any) -> None:
    explained = report["explained"]
    for server in report["servers"].values():
        for size in server["sizes"]:
            assert size.keys() <= explained.keys()
        assert server.keys() - {"sizes"} <= explained.keys()
    for part in ("weight", "by_workers", "first_chart"):
        assert {f"{part}.{name}" for name in report[part]} - {
            "by_workers.sizes"
        } <= explained.keys()
    for size in report["by_workers"]["sizes"]:
        assert {f"by_workers.{name}" for name in size} <= explained.keys()
    assert {"reference_to_node", "by_workers", "first_chart"} <= explained.keys()


def test_the_ratios_are_those_of_the_figures(report: Any) -> None:
    ours, theirs = (report["servers"][name]["sizes"][1] for name in (REFERENCE, NODE))
    ratios = report["reference_to_node"]["20"]
    assert ratios["rate"] == pytest.approx(ours["rate"] / theirs["rate"], abs=0.006)
    assert ratios["p99"] == pytest.approx(ours["p99_ms"] / theirs["p99_ms"], abs=0.006)


def test_an_update_is_small_beside_the_figure(report: Any) -> None:
    weight = report["weight"]
    assert 50 < weight["update"] <= 150
    assert weight["rows"] > 10
    assert weight["figure"] > 20 * weight["rows"]


def test_the_page_is_weighed_with_all_that_it_loads(report: Any) -> None:
    weight = report["weight"]
    libraries = HERE.root / "reference" / "dashboard" / "static" / "vendor"
    assert weight["page"] > sum(file.stat().st_size for file in libraries.glob("*.min.js"))
    assert weight["page_gzipped"] < weight["page"] / 2
    assert weight["requests"] > 5


@pytest.mark.skipif(sys.platform != "linux", reason="nginx and Redis come with Linux alone")
def test_the_deployed_server_is_measured_by_its_workers(
    report: Any, done: subprocess.CompletedProcess[str]
) -> None:
    found = report["by_workers"]
    assert found["failed"] is None
    assert found["left_out"] is None
    assert found["clients"] == 20
    assert [size["workers"] for size in found["sizes"]] == [2]
    assert "The deployed server by its workers: 20 clients" in done.stdout


@pytest.mark.usefixtures("browser")
def test_the_first_chart_is_timed(report: Any, done: subprocess.CompletedProcess[str]) -> None:
    found = report["first_chart"]
    assert found["failed"] is None
    assert len(found["visits"]) == 3
    assert f"first chart after {found['first_chart_ms']} ms" in done.stdout


def test_the_terminal_shows_the_servers_and_the_targets(
    done: subprocess.CompletedProcess[str],
) -> None:
    for words in ("the reference (gevent)", "Node's Socket.IO server", "the reference (threading)"):
        assert words in done.stdout
    assert "✓ bytes of one update of one series" in done.stdout


def test_without_a_browser_the_rest_is_measured_and_the_report_can_be_piped(
    tmp_path: Path,
) -> None:
    done = HERE.run(*SHORT, "--clients", "2", "--workers", "1", "--json", "-", PATH=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["plan"]["clients"] == [2]
    assert "rate/s" in done.stderr
    assert "\nThe time to the first chart is left out: there is no browser: none" in done.stderr


def test_numbers_of_clients_that_are_none_are_wrong_usage() -> None:
    for clients in ("many", "0", "10,-1", ""):
        done = HERE.run(*SHORT, "--clients", clients)
        assert done.returncode == USAGE
        assert "is not a list of numbers" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_ctrl_c_ends_every_server(begin: Callable[..., Command]) -> None:
    command = begin("bench", "server", "--clients", "10", "--seconds", "60")
    command.wait_for("10 clients: round 1 of 5")
    command.look_around()
    assert len(command.family) >= 3
    assert command.press_ctrl_c() == STOPPED
    assert "Traceback" not in command.said()


def test_targets_say_whether_they_are_met() -> None:
    assert figures.Target("rate", 0.95, 0.95, at_least=True).met
    assert not figures.Target("rate", 0.94, 0.95, at_least=True).met
    assert figures.Target("p99", 1.5, 1.5).met
    assert not figures.Target("p99", 1.51, 1.5).met


def test_what_comes_wrong_is_a_target_that_is_missed() -> None:
    report = Report(Plan((5,)))
    size = figures.Size(5, 1.0, 1, wrong=2)
    report.servers[NODE].sizes.append(size)
    assert [target.met for target in report.targets()] == [False]


def test_percentiles_are_values_that_came() -> None:
    values = [float(value) for value in range(1, 101)]
    assert figures.percentile(values, 50) == 51
    assert figures.percentile(values, 99) == 100
    assert figures.percentile([7.0], 99) == 7
