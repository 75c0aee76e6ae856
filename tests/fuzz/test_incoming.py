"""Whoever sends what is no packet loses the connection, and nothing is kept of it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import websocket

from kit.bench.harm.target import Target
from kit.bench.websocket import MASKED, frame
from tests import waiting

CONNECT = "40"


@pytest.fixture(scope="module", params=["threading", "gevent"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    with Target(request.param) as target:
        strangers_leave_nothing(target)  # the first one starts what serves all of them
        yield target
        empty(target)
        assert target.faults() == []


def opened(target: Target) -> websocket.WebSocket:
    address = f"{target.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    connection = websocket.create_connection(address, timeout=20, suppress_origin=True)
    connection.send(CONNECT)
    while '["welcome"' not in connection.recv():
        pass
    return connection


def strangers_leave_nothing(target: Target, *packets: str) -> None:
    connection = opened(target)
    for packet in packets:
        connection.send(packet)
    connection.shutdown()
    empty(target)


def empty(target: Target) -> dict[str, int]:
    """Return the figures as soon as nobody is there."""

    def figures() -> dict[str, int] | None:
        now = target.figures()
        kept = ("sockets", "environ", "participants", "clients", "pending_connect")
        return None if any(now[name] for name in kept) else now

    return waiting.until(figures, what="an empty server")


def is_ended(connection: websocket.WebSocket) -> bool:
    """Whether the server ends the connection, instead of leaving it to time out."""
    try:
        while connection.recv_data(control_frame=True)[0] != websocket.ABNF.OPCODE_CLOSE:
            pass
    except websocket.WebSocketTimeoutException:
        return False
    except (websocket.WebSocketException, OSError):
        return True
    return True


NO_PACKETS = (
    *("", "x", "0", "6", "9", "4", "4{}", "4null", "42", "42[]", "42[1]", "42{}", "44{}", "46[]"),
    *("4" + "[" * 5000, "3" + "[" * 5000, "42" + "[" * 5000, '42["x",' + "9" * 5000 + "]"),
)


@pytest.mark.parametrize("text", NO_PACKETS)
def test_what_is_no_packet_ends_the_connection(target: Target, text: str) -> None:
    connection = opened(target)

    connection.send(text)

    assert is_ended(connection)
    connection.shutdown()


def test_a_message_is_not_gathered_without_bound(target: Target) -> None:
    before = empty(target)
    connections = [opened(target) for _ in range(20)]
    for connection in connections:
        beginning = frame(b"4" * 9000)
        continued = bytes((0, beginning[1])) + beginning[2:]
        with suppress(OSError):  # it may have had enough already
            connection.sock.sendall(bytes((1,)) + beginning[1:] + continued * 50)
        assert is_ended(connection)
        connection.shutdown()

    empty(target)
    waiting.until(lambda: target.figures()["tasks"] <= before["tasks"] + 2, what="no thread more")


def test_a_frame_that_promises_too_much_is_not_waited_for_in_vain(target: Target) -> None:
    connection = opened(target)
    connection.sock.sendall(bytes((0x81, MASKED | 127)) + (1 << 40).to_bytes(8, "big") + bytes(4))
    connection.shutdown()
    empty(target)


def polled(target: Target) -> str:
    address = f"{target.url}/socket.io/?EIO=4&transport=polling"
    sid = requests.get(address, timeout=20).text.split('"sid":"')[1].split('"')[0]
    return f"{address}&sid={sid}"


@pytest.mark.parametrize(
    "body",
    ["2", "6", "x", "", "d=", "4[]", "\x1e", "4" * 20_000, "\x1e".join(["3"] * 501), b"\xff"],
)
def test_a_post_that_is_no_packets_is_refused_at_once(target: Target, body: Any) -> None:
    address = polled(target)

    assert requests.post(address, body, timeout=20).status_code == 400
    assert requests.post(address, CONNECT, timeout=20).status_code == 400


@pytest.mark.parametrize("way", ["polling", "websocket"])
def test_who_has_taken_leave_cannot_come_in_again(target: Target, way: str) -> None:
    if way == "polling":
        answer = requests.post(polled(target), "\x1e".join(["1", CONNECT]), timeout=20)
        assert answer.status_code == 200
        empty(target)
    else:
        strangers_leave_nothing(target, "1", CONNECT)


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999"])
def test_a_body_is_not_read_without_bound(target: Target, length: str) -> None:
    with requests.Session() as session:
        request = requests.Request("POST", polled(target), data="3").prepare()
        request.headers["Content-Length"] = length
        assert session.send(request, timeout=20).status_code == 400
