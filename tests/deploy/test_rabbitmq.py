"""RabbitMQ carries events to the clients of all workers, and its absence holds nobody up."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import socketio

from dashboard.deploy import workers
from dashboard.deploy.proxy import CannotServe
from kit.bench.harm.transport import CLOSE, PING, PONG, WebSocket
from kit.course import ROOT
from kit.ports import spare_port
from kit.running.redis_server import RedisServer
from tests.deploy.conftest import Clients, missing, until_all_hear_on
from tests.deploy.deployment import SETTINGS, Deployment
from tests.deploy.rabbitmq import Rabbit, RabbitMissing, takes_connections
from tests.waiting import until

AWAY = "the queue cannot be reached, it is tried again: "
BACK = "the queue can be reached again"
ROOM = "dashboard_stocks"
READY = "are you there?"
LONGEST = 30.0  # seconds until what is shouted must have been heard


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    """A RabbitMQ that runs."""
    try:
        node = Rabbit(tmp_path_factory.mktemp("rabbit"))
    except RabbitMissing as error:
        missing(str(error))
        raise
    try:
        node.start()
        yield node
    finally:
        node.stop()


class Listener:
    """A client in the room of the data set, which notes what is shouted there."""

    def __init__(self, url: str) -> None:
        self.connection = WebSocket(url, "127.0.0.1")
        self.send("40")
        self.send('420["join_dashboard",{"dashboard":"stocks"}]')
        while not any(packet.startswith("430") for packet in self.hear()):
            pass

    @property
    def worker(self) -> str:
        return self.connection.opened.partition("_")[0]

    def send(self, packet: str) -> None:
        self.connection.send(packet)

    def hear(self) -> list[str]:
        packets = self.connection.receive()
        if PING in packets:
            self.send(PONG)
        return packets

    def hear_shout(self) -> str:
        """Return the next words that are shouted, and not only to see who is there."""
        ends = time.monotonic() + LONGEST
        while not (shouts := [words for words in self.hear_some() if words != READY]):
            assert time.monotonic() < ends, "updates came, and no shout"
        (words,) = shouts
        return words

    def hear_some(self) -> list[str]:
        """Return what is shouted in the next packets; an update is among them at the latest."""
        return [json.loads(one[2:])[1] for one in self.hear() if one.startswith('42["shouted"')]

    def close(self) -> None:
        self.connection.close()


def listen_at_both(url: str) -> dict[str, Listener]:
    """Return a listener at each of two workers, by the worker's name."""
    # None is closed before: nginx gives a client to whom has fewest, and would give the next again.
    begun: list[Listener] = []
    while {one.worker for one in begun} != {"w1", "w2"}:
        begun.append(Listener(url))
    found = {one.worker: one for one in begun}
    for one in begun:
        if one is not found[one.worker]:
            one.close()
    return found


def until_they_hear(shout: Callable[[str], object], listeners: Iterable[Listener]) -> None:
    """Shout until all have heard: a worker begins to listen to RabbitMQ a moment after it opens."""
    silent, ends = list(listeners), time.monotonic() + LONGEST
    while silent:
        assert time.monotonic() < ends, f"{len(silent)} did not hear"
        shout(READY)
        silent = [one for one in silent if READY not in one.hear_some()]


def queues_of(deployment: Deployment) -> list[str]:
    return [said for said in deployment.messages() if "queue" in said]


@pytest.fixture(scope="module")
def with_rabbit(
    rabbit: Rabbit,
    redis: RedisServer,
    nginx: str,  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployment]:
    """Two workers, for tests that leave them and RabbitMQ running."""
    output = tmp_path_factory.mktemp("deployed") / "output.txt"
    deployment = Deployment(output, "--queue", rabbit.url, redis=redis)
    with deployment.while_it_runs():
        yield deployment
    assert "guest" not in deployment.said()
    assert [line for line in deployment.log() if line["log.level"] in {"error", "critical"}] == []


def test_one_emit_from_anywhere_reaches_the_clients_of_every_worker(
    with_rabbit: Deployment, rabbit: Rabbit
) -> None:
    assert_all_hear(with_rabbit, rabbit, "hello")


def assert_all_hear(deployment: Deployment, rabbit: Rabbit, words: str) -> None:
    """Emit once, from here, and see the clients of each worker hear it."""
    listeners = listen_at_both(deployment.url)
    channel = f"{deployment.prefix}:events"
    outside = socketio.KombuManager(rabbit.url, channel=channel, write_only=True)
    until_they_hear(lambda it: outside.emit("shouted", it, room=ROOM), listeners.values())
    outside.emit("shouted", words, room=ROOM)
    assert {one.hear_shout() for one in listeners.values()} == {words}
    outside.publisher_connection.release()
    for one in listeners.values():
        one.close()


def test_clients_go_on_without_rabbitmq_and_it_is_found_again(
    with_rabbit: Deployment, rabbit: Rabbit, clients: Clients
) -> None:
    crowd = clients(with_rabbit.url, 4)
    said = len(queues_of(with_rabbit))
    rabbit.stop()
    until(lambda: len(queues_of(with_rabbit)) == said + 2, what="a line of each worker")
    for client in crowd:
        client.cut()
    crowd += clients(with_rabbit.url, 2)
    until_all_hear_on(crowd, 20)  # two seconds, in which it is tried again
    rabbit.start()
    until(lambda: len(queues_of(with_rabbit)) >= said + 4, what="the queue")
    away, again = queues_of(with_rabbit)[said:][:2], queues_of(with_rabbit)[said:][2:]
    assert all(line.startswith(AWAY) for line in away)
    assert again == [BACK, BACK]
    assert_all_hear(with_rabbit, rabbit, "again")


@pytest.mark.parametrize("url", ["rabbit://127.0.0.1", "two.words://host"])
def test_an_address_of_no_queue_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(CannotServe, match="Correct --queue, such as amqp://"):
        workers.check_queue(url)


class Shouting:
    """Two workers that share nothing but RabbitMQ, in each of which a client can shout."""

    def __init__(self, folder: Path, url: str) -> None:
        variables = {
            "DASHBOARD_SECRET_KEY": "of a test",
            "DASHBOARD_QUEUE": url,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "reference")]),
        }
        self.ports = [spare_port(), spare_port()]
        self.outputs = [folder / f"{port}.txt" for port in self.ports]
        self.processes = []
        for port, output in zip(self.ports, self.outputs, strict=True):
            with output.open("wb") as file:
                command = [sys.executable, "-m", "gevent.monkey", "--module",
                    "tests.deploy.shouting", "--port", str(port)]  # fmt: skip
                self.processes.append(
                    subprocess.Popen(
                        command,
                        env=os.environ | SETTINGS | variables,
                        stdout=file,
                        stderr=subprocess.STDOUT,
                    )
                )

    def wait_until_open(self) -> None:
        for port, process, output in zip(self.ports, self.processes, self.outputs, strict=True):
            until(
                lambda port=port: takes_connections(port),  # type: ignore[misc]
                seconds=40,
                what=f"the worker that writes to {output}",
            )
            assert process.poll() is None, output.read_text()

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for one in self.outputs for line in one.read_text().splitlines()]

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def shouting(rabbit: Rabbit, tmp_path: Path) -> Iterator[Shouting]:
    workers = Shouting(tmp_path, rabbit.url)
    workers.wait_until_open()
    yield workers
    workers.kill()


def test_what_a_client_of_one_worker_shouts_reaches_those_of_the_other(
    shouting: Shouting,
) -> None:
    ours, theirs = (f"http://127.0.0.1:{port}" for port in shouting.ports)
    with closing(Listener(ours)) as one, closing(Listener(theirs)) as other:
        until_they_hear(lambda it: one.send(f"42{json.dumps(['shout', it])}"), [other])
        # Many at once: they share the worker's one connection to RabbitMQ.
        shouts = [f"shout {number}" for number in range(50)]
        crowd = [Listener(ours) for _ in range(5)]
        for number, words in enumerate(shouts):
            crowd[number % 5].send(f"42{json.dumps(['shout', words])}")
        for listener in (one, other):
            assert sorted(listener.hear_shout() for _ in shouts) == sorted(shouts)
        for listener in crowd:
            listener.close()
    assert [line for line in shouting.log() if line["log.level"] in {"error", "critical"}] == []


def test_without_rabbitmq_a_worker_tells_its_own_clients_and_ends_in_time(
    shouting: Shouting, rabbit: Rabbit
) -> None:
    ours, theirs = (f"http://127.0.0.1:{port}" for port in shouting.ports)
    with closing(Listener(ours)) as one, closing(Listener(theirs)) as other:
        rabbit.stop()
        try:
            one.send('42["shout","nobody else"]')
            assert one.hear_shout() == "nobody else"
            other.send('42["shout","nobody here either"]')
            assert other.hear_shout() == "nobody here either"
            for process in shouting.processes:
                process.terminate()
            for listener in (one, other):
                while CLOSE not in listener.hear():
                    pass
                listener.close()
            assert [process.wait(60) for process in shouting.processes] == [0, 0]
            assert [line["message"] for line in shouting.log()].count("has stopped") == 2
        finally:
            rabbit.start()
