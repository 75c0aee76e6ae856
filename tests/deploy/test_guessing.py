"""Passwords that are tried at several processes, one after the other."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.running.redis_server import RedisServer
from tests.deploy.deployment import Deployment

TRIES = 12
AWAY = "passwords count in this process: ConnectionError"


@pytest.fixture
def redis(short_folder: Path, redis_program: str) -> Iterator[RedisServer]:  # noqa: ARG001
    server = RedisServer(short_folder)
    server.start()
    yield server
    server.stop()


def guess(deployment: Deployment) -> int:
    """Try a password as Ana; return the status of the answer."""
    form = urllib.parse.urlencode({"name": "Ana", "password": "wrong"}).encode()
    try:
        with urllib.request.urlopen(f"{deployment.url}/auth/login", form, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_tries_count_for_all_processes_together_and_for_each_while_redis_is_away(
    redis: RedisServer, deploy: Callable[..., Deployment]
) -> None:
    deployment = deploy(
        redis=redis,
        workers=2,
        DASHBOARD_USERS=json.dumps({"Ana": "x"}),
        DASHBOARD_PASSWORDS_RATE="3/hour",
    )
    deployment.wait_until_open()
    assert [guess(deployment) for _ in range(TRIES)] == [403] * 3 + [429] * (TRIES - 3)
    log = deployment.log()
    asked = {one["process.pid"] for one in log if one.get("url.path") == "/auth/login"}
    assert len(asked) == 2, "one process has answered all: this has shown nothing"

    redis.stop()
    assert Counter(guess(deployment) for _ in range(TRIES)) == {403: 6, 429: TRIES - 6}
    warned = Counter(line["process.pid"] for line in deployment.log() if line["message"] == AWAY)
    assert warned == dict.fromkeys(asked, 1)

    redis.start()
    assert guess(deployment) == 403  # this Redis has kept nothing
