"""Two deployments at one Redis, which have nothing to do with each other."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import socketio

from kit.bench.harm.transport import WebSocket
from kit.running.redis_server import RedisServer
from tests.deploy.deployment import Deployment
from tests.deploy.growing import Reader, Readings
from tests.waiting import until

DERIVED = {"DASHBOARD_REDIS_PREFIX": "null"}


@pytest.fixture
def readings(tmp_path: Path) -> list[Readings]:
    """Two files of the same name, in two folders."""
    return [Readings(tmp_path / "a", 1), Readings(tmp_path / "b", 1001)]


@pytest.fixture
def readers() -> Iterator[Callable[[str], Reader]]:
    begun: list[Reader] = []

    def start(url: str) -> Reader:
        begun.append(Reader(url))
        begun[-1].start()
        return begun[-1]

    yield start
    for reader in begun:
        reader.stop()
    assert [one.fault or one.wrong for one in begun if one.fault or one.wrong] == []


def space(deployment: Deployment) -> str:
    """Return what its keys begin with, as each of its workers says."""
    shared = re.findall(r"what is shared is in Redis under (\S+)\"", deployment.said())
    (found,) = set(shared)
    return str(found)


def assert_apart(
    deployments: list[Deployment],
    readings: list[Readings],
    readers: Callable[[str], Reader],
) -> None:
    """Clients of each hear what its own file gains, and nothing else, and count by themselves."""
    crowds = [
        [readers(one.url) for _ in range(count)]
        for one, count in zip(deployments, (4, 3), strict=True)
    ]
    for _ in range(5):
        for one in readings:
            one.grow(2)
        for crowd, one in zip(crowds, readings, strict=True):
            until(
                lambda crowd=crowd, one=one: all(it.values == one.values for it in crowd),  # type: ignore[misc]
                what="what the file of this deployment has gained",
            )
    for crowd in crowds:
        until(
            lambda crowd=crowd: all(it.watching == len(crowd) for it in crowd),  # type: ignore[misc]
            what="an audience of this deployment alone",
        )


def test_without_a_word_about_it_two_keys_are_two_deployments(
    redis: RedisServer,
    deploy: Callable[..., Deployment],
    readings: list[Readings],
    readers: Callable[[str], Reader],
) -> None:
    here = deploy(redis=redis, **DERIVED, **readings[0].variables)
    there = deploy(redis=redis, **DERIVED, **readings[1].variables)
    for one in (here, there):
        one.wait_until_open()
    assert_apart([here, there], readings, readers)
    assert {space(one).partition("-")[0] for one in (here, there)} == {"dashboard"}
    for one in (here, there):
        assert redis.client.get(f"{space(one)}:feed"), "each has a process that reads"


def test_a_file_of_the_same_name_is_another_source_though_all_else_is_the_same(
    redis: RedisServer,
    deploy: Callable[..., Deployment],
    readings: list[Readings],
    readers: Callable[[str], Reader],
) -> None:
    key = {"DASHBOARD_SECRET_KEY": "of both"}
    both = [deploy("--prefix", "ours", redis=redis, **key, **one.variables) for one in readings]
    for one in both:
        one.wait_until_open()
    assert_apart(both, readings, readers)
    assert {space(one).partition(":")[0] for one in both} == {"ours"}
    assert len({space(one) for one in both}) == 2

    here, there = (WebSocket(one.url, "127.0.0.1") for one in both)
    session = said(here, "40", '42["welcome"')["session"]
    there.send("40")
    resumed = said(there, f'420["resume_session",{{"session":"{session}"}}]', "430")
    assert resumed["error"]["code"] == "session_expired"
    for connection in (here, there):
        connection.close()


def said(connection: WebSocket, packet: str, begins: str) -> dict[str, str]:
    """Send a packet; return the payload of the next one that begins so."""
    connection.send(packet)
    while True:
        for answer in connection.receive():
            if answer.startswith(begins):
                payload: dict[str, str] = json.loads(answer[answer.index("[") :])[-1]
                return payload


def test_an_event_for_all_clients_stays_in_its_deployment_whatever_the_database(
    redis: RedisServer, deploy: Callable[..., Deployment]
) -> None:
    queues = [redis.url, f"{redis.url}?db=1"]  # Redis itself tells no channels apart by it
    both = [deploy("--queue", url, redis=redis) for url in queues]
    for one in both:
        one.wait_until_open()
    connections = [WebSocket(one.url, "127.0.0.1") for one in both]
    for connection in connections:
        said(connection, "40", '42["welcome"')
    for one, url in zip(both, queues, strict=True):
        manager = socketio.RedisManager(url, channel=f"{one.prefix}:events", write_only=True)
        manager.emit("shouted", one.prefix)
    for one, connection in zip(both, connections, strict=True):
        heard = []
        while not heard:
            heard = [it for it in connection.receive() if it.startswith('42["shouted"')]
        assert heard == [f'42["shouted","{one.prefix}"]']
        ask = '420["leave_dashboard",{"dashboard":"machine"}]'
        connection.send(ask)
        until_answered: list[str] = []
        while not any(it.startswith("430") for it in until_answered):
            until_answered += connection.receive()
        assert not [it for it in until_answered if "shouted" in it]
        connection.close()
