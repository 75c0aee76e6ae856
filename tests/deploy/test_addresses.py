"""The addresses of stores and queues, and what is made of them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import socketio

from dashboard.cluster import sharing, store
from kit.ports import spare_port
from kit.running.redis_server import run
from tests.waiting import until


def begun(command: list[str], port: int) -> "subprocess.Popen[bytes]":
    process = run(command)
    client = redis.Redis(port=port)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False

    until(answers, what=" ".join(command[:2]))
    client.close()
    return process


@pytest.fixture
def sentinel(redis_program: str, short_folder: Path) -> Iterator[str]:
    """The address of a Redis that a sentinel watches."""
    master, guard = spare_port(), spare_port()
    configuration = short_folder / "sentinel.conf"
    configuration.write_text(
        f"port {guard}\nbind 127.0.0.1\ndir {short_folder}\nlogfile sentinel.log\n"
        f"sentinel monitor rooms 127.0.0.1 {master} 1\n"
    )
    options = ["--bind", "127.0.0.1", "--save", "", "--dir", str(short_folder), "--logfile", "log"]
    processes = [begun([redis_program, "--port", str(master), *options], master)]
    processes.append(begun([redis_program, str(configuration), "--sentinel"], guard))
    yield f"redis+sentinel://127.0.0.1:{guard}/0/rooms"
    for process in processes:
        process.terminate()
        process.wait()


def test_a_sentinel_tells_where_redis_is(sentinel: str) -> None:
    client = store.connect(sentinel)
    client.set("a", "b")
    assert client.get("a") == b"b"
    client.close()
    assert type(sharing.client_manager(sentinel, "")) is socketio.RedisManager


@pytest.mark.parametrize("scheme", ["redis", "rediss", "valkey", "valkeys", "unix"])
def test_redis_and_valkey_by_all_their_names_are_queues_of_redis(scheme: str) -> None:
    assert type(sharing.client_manager(f"{scheme}://host/0", "")) is socketio.RedisManager


def test_valkey_is_spoken_to_as_redis() -> None:
    assert store.as_redis("valkeys://host:1/0") == "rediss://host:1/0"
    assert store.as_redis("valkey+sentinel://host:1/0/rooms").startswith("redis+sentinel://")
    assert store.connect("valkey://host:1/2").get_connection_kwargs()["db"] == 2


def test_without_an_address_there_is_no_queue() -> None:
    assert sharing.client_manager(None, "") is None


def test_no_address_at_all_is_told() -> None:
    with pytest.raises(ValueError, match="scheme"):
        store.connect("nowhere")
