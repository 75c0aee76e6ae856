"""The clients of the bench: they notice what a server does wrong."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from kit.bench import websocket
from kit.bench.server.crowd import Arrivals, Crowd
from kit.bench.websocket import ProtocolError
from tests import waiting

AGREED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
OPENED = (b'0{"sid":"x"}', b'40{"sid":"y"}', b'430[{"ok":true}]')

Crowded = Callable[..., Crowd]


def text(payload: bytes) -> bytes:
    """Return a frame from a server."""
    size = len(payload)
    if size < 126:
        return bytes([0x81, size]) + payload
    return bytes([0x81, 126]) + size.to_bytes(2, "big") + payload


def update(number: int) -> bytes:
    return text(b'42["update_data",{"dashboard":"bench","number":%d,"points":{}}]' % number)


@pytest.fixture
def held() -> Iterator[list[socket.socket]]:
    """The server's ends of the connections."""
    sockets: list[socket.socket] = []
    yield sockets
    for one in sockets:
        one.close()


@pytest.fixture
def crowd(held: list[socket.socket]) -> Iterator[Crowded]:
    """A crowd at a server that sends these pieces, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        made: list[Crowd] = []
        threads: list[threading.Thread] = []

        def serve(pieces: tuple[bytes, ...]) -> None:
            connection, _ = door.accept()
            held.append(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                connection.sendall(piece)

        def open_at(*pieces: bytes) -> Crowd:
            threads.append(threading.Thread(target=serve, args=(pieces,)))
            threads[-1].start()
            made.append(Crowd(door.getsockname()[1], "bench"))
            return made[-1]

        yield open_at
        for thread in threads:
            thread.join()
        for one in made:
            one.close()


def read_until(crowd: Crowd, deliveries: int) -> None:
    def look() -> bool:
        crowd.read(0.05)
        return crowd.deliveries >= deliveries

    waiting.until(look, what=f"{deliveries} deliveries")


def test_updates_are_counted_however_they_are_cut(crowd: Crowded) -> None:
    stream = AGREED + b"".join(map(text, OPENED)) + b"".join(map(update, range(7, 27)))
    pieces = [stream[at : at + 7] for at in range(0, len(stream), 7)]
    clients = crowd(*pieces)
    clients.arrivals = Arrivals()
    clients.grow(1, 10)
    read_until(clients, 20)
    assert list(clients.arrivals.numbers) == list(range(7, 27))
    assert sorted(clients.arrivals.times) == list(clients.arrivals.times)
    assert clients.wrong == 0
    assert clients.update_bytes == len(update(26))


@pytest.mark.parametrize("numbers", [(1, 3), (1, 1), (2, 1)], ids=["lost", "twice", "disorder"])
def test_a_number_that_is_not_the_next_is_noticed(crowd: Crowded, numbers: tuple[int, int]) -> None:
    clients = crowd(AGREED, *map(text, OPENED), *map(update, numbers))
    clients.grow(1, 10)
    read_until(clients, 2)
    assert clients.wrong == 1


def test_pings_are_answered(crowd: Crowded, held: list[socket.socket]) -> None:
    ping = bytes([0x89, 2]) + b"hi"
    clients = crowd(AGREED, *map(text, OPENED), text(b"2"), ping, update(1))
    clients.grow(1, 10)
    read_until(clients, 1)
    heard = b""
    for answer in (websocket.frame(b"3"), websocket.frame(b"hi", websocket.PONG)):
        while answer not in heard:
            heard += held[0].recv(1000)


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ((b"HTTP/1.1 400 BAD REQUEST\r\n\r\n",), "400 BAD REQUEST"),
        ((AGREED, text(b'44{"message":"no"}')), 'refused a client: {"message":"no"}'),
        ((AGREED, text(b'430[{"ok":false,"error":{}}]')), "let a client not join"),
        ((AGREED, bytes([0x88, 0])), "closed a connection"),
        ((AGREED, bytes([0x01, 1]) + b"4"), "several frames"),
    ],
)
def test_a_server_that_does_not_play_along_is_told(
    crowd: Crowded, pieces: tuple[bytes, ...], told: str
) -> None:
    with pytest.raises(ProtocolError, match=told.replace("{", r"\{")):
        crowd(*pieces).grow(1, 10)


def test_a_server_that_answers_nothing_is_given_up(crowd: Crowded) -> None:
    with pytest.raises(ProtocolError, match="let 0 of 1 clients join"):
        crowd().grow(1, 0.2)


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_frames_have_the_length_that_they_say(size: int) -> None:
    payload = b"x" * size
    sent = websocket.frame(payload)
    # From a server there is no mask: take out the bit, and the four zeros.
    head = len(sent) - size - 4
    received = bytes([sent[0], sent[1] & 0x7F]) + sent[2:head] + payload
    assert list(websocket.frames(received)) == [(websocket.TEXT, head, head + size)]
    assert list(websocket.frames(received[:-1])) == []
