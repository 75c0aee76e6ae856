"""A Redis of our own, at a port that nobody has kept for it."""

import socket

import pytest

from kit.ports import spare_port
from kit.running import redis_server


def test_another_port_is_tried_where_somebody_takes_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = [spare_port(), taken.getsockname()[1]]
        monkeypatch.setattr(redis_server, "spare_port", ports.pop)
        with redis_server.temporary() as server:
            assert server.client.ping()
    assert not ports
