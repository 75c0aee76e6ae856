"""One worker by itself, at a port and without a proxy, as a container runs it."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.bench.harm.transport import CLOSE, WebSocket
from kit.course import ROOT
from kit.ports import spare_port
from tests.deploy.conftest import Clients
from tests.deploy.deployment import SETTINGS
from tests.waiting import until

Serve = Callable[..., "Worker"]


class Worker:
    """A process of `dashboard.deploy.worker`."""

    def __init__(self, output: Path, **variables: str) -> None:
        self.output = output
        self.port = spare_port()
        self.url = f"http://127.0.0.1:{self.port}"
        key = {"DASHBOARD_SECRET_KEY": "of a test"}
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gevent.monkey", "--module", "dashboard.deploy.worker",
                 "--port", str(self.port), "--name", "w7"],
                cwd=ROOT / "reference",
                env=os.environ | SETTINGS | key | variables,
                stdout=file,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        until(self.answers, what="the worker")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        try:
            return bool(self.get("/readyz") == 200)
        except urllib.error.URLError:
            return False

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
            return int(answer.status)

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.output.read_text().splitlines()]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    begun: list[Worker] = []

    def start(**variables: str) -> Worker:
        begun.append(Worker(tmp_path / f"worker-{len(begun)}.txt", **variables))
        return begun[-1]

    yield start
    for worker in begun:
        worker.process.kill()
        worker.process.wait()


def joined(url: str) -> WebSocket:
    """Return a connection that has joined a dashboard and heard so."""
    connection = WebSocket(url, "127.0.0.1")
    connection.send("40")
    connection.send('420["join_dashboard",{"dashboard":"stocks"}]')
    while not any(packet.startswith("430") for packet in connection.receive()):
        pass
    return connection


def test_it_writes_every_line_as_json(serve: Serve) -> None:
    worker = serve()
    assert worker.get("/") == 200
    with pytest.raises(urllib.error.HTTPError, match="404"):
        worker.get("/nothing")
    assert {"serves at 127.0.0.1:" + str(worker.port)} <= {
        str(line["message"]) for line in worker.log()
    }


def test_clients_are_told_and_get_all_that_waits_before_the_end(serve: Serve) -> None:
    worker = serve()
    connection = joined(worker.url)
    asked = 20
    for number in range(asked):
        connection.send(f'42{number + 5}["join_dashboard",{{"dashboard":"stocks"}}]')

    def are_handled() -> bool:
        return worker.output.read_text().count('"handled join_dashboard"') > asked

    until(are_handled, what="the handling of all events")
    worker.process.terminate()
    heard: list[str] = []
    while CLOSE not in heard:
        heard += connection.receive()
    connection.close()
    assert worker.process.wait(30) == 0
    goodbyes = [json.loads(one[2:])[1] for one in heard if one.startswith('42["goodbye"')]
    assert len(goodbyes) == 1
    assert 0 <= goodbyes[0]["reconnect_in"] <= 1
    assert sum(one.startswith("43") for one in heard) == asked
    assert heard[-1] == CLOSE
    assert worker.log()[-1]["message"] == "has stopped"


def test_a_client_that_does_not_read_cannot_hold_up_the_end(serve: Serve) -> None:
    worker = serve()
    connection = joined(worker.url)
    worker.process.send_signal(signal.SIGINT)
    assert worker.process.wait(30) == 0  # seconds: a loaded machine takes more than the last words
    connection.close()


def test_a_second_signal_ends_it_at_once(serve: Serve) -> None:
    worker = serve()
    connection = joined(worker.url)  # does not answer, so that the end takes a while
    worker.process.terminate()
    until(lambda: is_closed(worker), what="the end of listening")
    worker.process.terminate()
    assert worker.process.wait(30) != 0
    connection.close()


def is_closed(worker: Worker) -> bool:
    try:
        worker.get("/readyz")
    except OSError:
        return True
    return False


def test_its_connections_are_named_after_it(serve: Serve, clients: Clients) -> None:
    worker = serve()
    crowd = clients(worker.url, 2)
    assert all(client.engine_ids[0].startswith("w7_") for client in crowd)
