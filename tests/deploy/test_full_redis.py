"""A Redis that is there and takes nothing in: it is said, and nothing is lost meanwhile."""

import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import OutOfMemoryError, ResponseError

from dashboard.cluster.store import FULL, READ_ONLY, UNSAVED
from kit.running.redis_server import RedisServer
from tests.deploy.deployment import Deployment
from tests.deploy.growing import Reader, Readings
from tests.waiting import until

MEGABYTE = 1 << 20
OVER = "Redis takes in again what it is told"


@pytest.fixture
def redis(short_folder: Path, redis_program: str) -> Iterator[RedisServer]:  # noqa: ARG001
    server = RedisServer(short_folder)
    server.start()
    yield server
    server.stop()


class Full:
    """Somebody else's keys leave no room."""

    status = FULL

    def begin(self, redis: RedisServer) -> None:
        limit(redis, "noeviction")
        size = MEGABYTE
        while size > 16:
            try:
                redis.client.rpush("others", b"x" * size)
            except OutOfMemoryError:
                size //= 2
        # What is freed for a moment is not room.
        limit(redis, "noeviction", -MEGABYTE)

    def end(self, redis: RedisServer) -> None:
        redis.client.delete("others")


class Replica:
    """It was made a replica of another one, which is away."""

    status = READ_ONLY

    def begin(self, redis: RedisServer) -> None:
        redis.client.replicaof("127.0.0.1", "1")

    def end(self, redis: RedisServer) -> None:
        redis.client.replicaof("NO", "ONE")


class Unsaved:
    """A folder has the name of the file that it saves to."""

    status = UNSAVED

    def begin(self, redis: RedisServer) -> None:
        (redis.folder / "dump.rdb").mkdir()
        redis.client.config_set("save", "1 1")
        redis.client.bgsave()
        until(lambda: is_refused(redis, "MISCONF"), what="a refusal")

    def end(self, redis: RedisServer) -> None:
        (redis.folder / "dump.rdb").rmdir()
        redis.client.bgsave()
        until(lambda: not is_refused(redis, "MISCONF"), what="the end of it")


def is_refused(redis: RedisServer, word: str) -> bool:
    try:
        redis.client.set("others", "")
    except ResponseError as error:
        return word in str(error)
    return False


def limit(redis: RedisServer, policy: str, room: int = 3 * MEGABYTE) -> None:
    """Leave the Redis so many bytes more than it has now."""
    used: Any = redis.client.info("memory")
    redis.client.config_set("maxmemory", used["used_memory"] + room)
    redis.client.config_set("maxmemory-policy", policy)


def readyz(deployment: Deployment) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{deployment.url}/readyz", timeout=20) as answer:
            return int(answer.status), json.load(answer)["status"]
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)["status"]


@pytest.fixture
def readings(tmp_path: Path) -> Readings:
    return Readings(tmp_path / "a")


@pytest.fixture
def deployment(
    redis: RedisServer, deploy: Callable[..., Deployment], readings: Readings
) -> Deployment:
    started = deploy(redis=redis, **readings.variables)
    started.wait_until_open()
    return started


@pytest.fixture
def crowd(deployment: Deployment, readings: Readings) -> Iterator[list[Reader]]:
    """Six clients, who in the end have missed nothing and heard nothing twice."""
    begun = [Reader(deployment.url) for _ in range(6)]
    for reader in begun:
        reader.start()
    until_all_have_heard(begun, readings)
    yield begun
    for reader in begun:
        reader.stop()
    assert [one.fault or one.wrong for one in begun if one.fault or one.wrong] == []


def until_all_have_heard(crowd: list[Reader], readings: Readings) -> None:
    until(
        lambda: all(one.values == readings.values for one in crowd),
        what="every row, once and in order",
    )


def each_worker_says(deployment: Deployment, text: str) -> dict[int, int]:
    """Return how many lines of each process begin with `text`."""
    lines = [line for line in deployment.log() if str(line["message"]).startswith(text)]
    return dict(Counter(int(line["process.pid"]) for line in lines))


@pytest.mark.parametrize("trouble", [Full(), Replica(), Unsaved()], ids=lambda it: it.status)
def test_it_is_said_and_nothing_is_lost(
    trouble: Full | Replica | Unsaved,
    deployment: Deployment,
    redis: RedisServer,
    readings: Readings,
    crowd: list[Reader],
) -> None:
    assert readyz(deployment) == (200, "ok")
    readings.grow(3)
    until_all_have_heard(crowd, readings)
    before = crowd[0].newest
    words = f"{trouble.status.capitalize()} and takes nothing in"

    trouble.begin(redis)
    until(lambda: len(each_worker_says(deployment, words)) == 2, what="a line of each worker")
    assert readyz(deployment) == (503, trouble.status)
    for _ in range(3):
        readings.grow(2)
        for reader in crowd:
            reader.cut()
        until(lambda: all(one.is_in for one in crowd), what="the return of all clients")
    newcomer = Reader(deployment.url)
    newcomer.start()
    until(lambda: newcomer.values, what="a figure for who comes meanwhile")
    assert newcomer.values == readings.values[:-6]
    crowd.append(newcomer)

    trouble.end(redis)
    until_all_have_heard(crowd, readings)
    until(lambda: len(each_worker_says(deployment, OVER)) == 2, what="another line of each")
    readings.grow(1)
    until_all_have_heard(crowd, readings)
    assert readyz(deployment) == (200, "ok")
    assert {one.newest for one in crowd} == {before + 2}
    for text in (words, OVER):
        assert set(each_worker_says(deployment, text).values()) == {1}


def test_a_worker_that_dies_meanwhile_is_replaced(
    deployment: Deployment, redis: RedisServer, readings: Readings, crowd: list[Reader]
) -> None:
    full = Full()
    full.begin(redis)
    until(lambda: readyz(deployment) == (503, FULL), what="a full Redis")
    holder = deployment.holder()
    _, dies = sorted(deployment.workers_now().values(), key=lambda one: one.pid == holder)[::-1]
    dies.kill()
    until(lambda: dies not in deployment.workers_now().values(), what="its end")
    deployment.wait_until_whole()
    until(lambda: all(one.is_in for one in crowd), what="the return of all clients")
    readings.grow(4)
    full.end(redis)
    until_all_have_heard(crowd, readings)


def test_what_it_drops_of_its_own_accord_is_noticed_and_given_back(
    deployment: Deployment, redis: RedisServer, readings: Readings, crowd: list[Reader]
) -> None:
    limit(redis, "allkeys-lru")
    lost = "Redis had lost updates after 0 (it drops keys when it is full: maxmemory-policy"
    number = 0

    def have_been_dropped() -> bool:
        nonlocal number
        for _ in range(10):
            number += 1
            redis.client.set(f"others:{number}", b"x" * (MEGABYTE // 8))
        readings.grow()
        return len([it for it in deployment.messages() if it.startswith(lost)]) >= 3

    until(have_been_dropped, seconds=60, what="a stream that is dropped")
    until_all_have_heard(crowd, readings)
    assert all(one.snapshots == 0 for one in crowd)


def test_a_policy_that_drops_keys_is_told_when_it_starts(
    redis: RedisServer, deploy: Callable[..., Deployment]
) -> None:
    limit(redis, "allkeys-lru")
    deployment = deploy(redis=redis)
    deployment.wait_until_open()
    told = each_worker_says(deployment, "Redis drops keys when it is full")
    assert list(told.values()) == [1, 1]
