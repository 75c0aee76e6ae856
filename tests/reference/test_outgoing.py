"""What leaves the deployed server: whole, in order, and nobody waits for a slow client."""

import contextlib
import json
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, TextMessage

from dashboard.engine.outgoing import frame
from kit.bench.server import peers
from kit.bench.server.peers import Peer
from kit.course import ROOT
from tests import waiting

JOIN = '42["join_dashboard",{"dashboard":"bench"}]'
ASK = '42["update_chart",{"dashboard":"bench"}]'
UPDATE = '42["update_data",'
UPDATED = '42["update_chart",'
NARROW = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)  # a client that little fits into


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Peer]:
    """The reference in gevent mode. It publishes when it is told to."""
    peer = peers.start(peers.REFERENCE, tmp_path, print)
    yield peer
    peer.end()


@pytest.fixture
def join(server: Peer) -> Iterator[Callable[..., websocket.WebSocket]]:
    """Open a WebSocket and join the room; the next messages are what the room is sent."""
    opened = []

    def joined(**options: Any) -> websocket.WebSocket:
        address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
        client = websocket.create_connection(address, timeout=20, **options)
        opened.append(client)
        client.recv()
        client.send("40")
        heard_until(client, "40")
        client.send(JOIN)
        heard_until(client, UPDATED)
        return client

    yield joined
    for client in opened:
        client.shutdown()


def heard_until(client: websocket.WebSocket, beginning: str) -> str:
    """Return the next message that begins like this; answer the pings before it."""
    while not (message := str(client.recv())).startswith(beginning):
        if message == "2":
            client.send("3")
    return message


def heard_until_ping(client: websocket.WebSocket) -> None:
    while (message := client.recv()) != "2":
        assert message, "the connection has ended"


def control(client: websocket.WebSocket, wanted: int) -> bytes:
    """Return what the next control frame of this kind holds."""
    while True:
        kind, content = client.recv_data(control_frame=True)
        if kind == wanted:
            return bytes(content)


def said_by(server: Peer) -> dict[int, peers.Sent]:
    server.listen()
    return server.sent


def number(message: str) -> int:
    return int(json.loads(message[2:])[1]["number"])


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536, 200_000])
@pytest.mark.parametrize("letter", ["x", b"x"])
def test_a_frame_is_what_another_library_reads(letter: str | bytes, size: int) -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(frame(letter * size))
    parts = [event for event in client.events() if isinstance(event, TextMessage | BytesMessage)]
    assert parts[0].data[:0].join(part.data for part in parts) == letter * size
    assert parts[-1].message_finished


def test_a_frame_counts_bytes_and_not_letters() -> None:
    assert frame("€" * 42) == bytes([0x81, 126, 0, 126]) + ("€" * 42).encode()


def test_every_update_comes_once_and_in_order(
    server: Peer, join: Callable[..., websocket.WebSocket]
) -> None:
    clients = [join() for _ in range(3)]
    for _ in range(200):
        server.publish()
    for client in clients:
        heard = [number(heard_until(client, UPDATE)) for _ in range(200)]
        assert heard == list(range(1, 201))


def test_a_client_that_changes_over_from_polling_misses_nothing(server: Peer) -> None:
    address = f"http://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=polling"
    with requests.Session() as polling:
        sid = json.loads(polling.get(address, timeout=20).text[1:])["sid"]
        address += f"&sid={sid}"

        def polled(kind: str, count: int) -> list[str]:
            """Poll until so many packets of one kind have come, and return them."""
            packets: list[str] = []
            while len(packets) < count:
                came = polling.get(address, timeout=20).text.split("\x1e")
                packets += [packet for packet in came if kind in packet]
            return packets

        def publish() -> None:
            for _ in range(20):
                server.publish()

        polling.post(address, "40", timeout=20)
        polling.post(address, JOIN, timeout=20)
        polled(UPDATED, 1)
        publish()
        heard = polled(UPDATE, 20)

        changed = websocket.create_connection(
            f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket&sid={sid}",
            timeout=20,
        )
        changed.send("2probe")
        assert changed.recv() == "3probe"
        publish()
        assert polling.get(address, timeout=20).text == "6"  # nothing more by polling
        changed.send("5")
        publish()
        heard += [heard_until(changed, UPDATE) for _ in range(40)]
        changed.shutdown()
    assert [number(packet) for packet in heard] == list(range(1, 61))


def test_a_client_that_pauses_gets_every_message_whole(
    server: Peer, join: Callable[..., websocket.WebSocket]
) -> None:
    for _ in range(300):  # the figure has some kB then
        server.publish()
    waiting.until(lambda: len(said_by(server)) == 300, what="300 updates")
    client = join(sockopt=NARROW)
    for _ in range(320):
        client.send(ASK)
    # 3 MB: more than the system holds. Somebody else is answered when they are sent, or wait.
    join()
    for _ in range(320):
        figure = json.loads(heard_until(client, UPDATED)[2:])[1]
        assert len(figure["figure"]["data"][0]["x"]) == 300


def test_a_client_that_never_reads_loses_its_connection_and_no_other(
    server: Peer, join: Callable[..., websocket.WebSocket]
) -> None:
    honest = join()
    for _ in range(300):
        server.publish()
    assert [number(heard_until(honest, UPDATE)) for _ in range(300)] == list(range(1, 301))
    slow = join(sockopt=NARROW)
    asked = 0

    def given_up() -> bool:
        nonlocal asked
        for _ in range(50):
            try:
                slow.send(ASK)
            except OSError:
                return True
            asked += 1
        return "reads too slowly" in server.log.read_text("utf-8")

    waiting.until(given_up, seconds=60, what="the end of the slow client's connection")
    assert asked < 20_000
    server.publish()
    assert number(heard_until(honest, UPDATE)) == 301


def test_clients_that_break_off_disturb_nobody(
    server: Peer, join: Callable[..., websocket.WebSocket]
) -> None:
    honest, *others = [join() for _ in range(6)]
    for turn in range(100):
        if turn % 20 == 10:
            gone = others.pop().sock
            # Not even a FIN: the connection is reset.
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.close()
        server.publish()
    assert [number(heard_until(honest, UPDATE)) for _ in range(100)] == list(range(1, 101))
    assert "Traceback" not in server.log.read_text("utf-8")


def test_compression_is_not_agreed_to(join: Callable[..., websocket.WebSocket]) -> None:
    offer = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    client = join(header=offer)
    assert "sec-websocket-extensions" not in client.getheaders()


IMPATIENT = """
from gevent import monkey
monkey.patch_all()
import socketio
from gevent.pywsgi import WSGIServer
from dashboard.engine import outgoing
outgoing.install()
app = socketio.WSGIApp(socketio.Server(async_mode="gevent", ping_interval=0.2, ping_timeout=3))
server = WSGIServer(("127.0.0.1", 0), app, log=None)
server.init_socket()
print(server.server_port, flush=True)
server.serve_forever()
"""


def test_a_connection_stays_while_its_pings_are_answered() -> None:
    command = [sys.executable, "-c", IMPATIENT]
    with subprocess.Popen(command, cwd=ROOT / "reference", stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
            # A loaded machine may take three seconds for a pong: one that took longer, the server
            # would rightly end.
            with contextlib.closing(websocket.create_connection(address, timeout=20)) as client:
                for _ in range(20):  # longer than one for whose queue there is nothing is kept
                    heard_until_ping(client)
                    client.send("3")
                client.send("40")
                assert heard_until(client, "40")
        finally:
            process.kill()


def test_pings_and_the_close_are_answered(join: Callable[..., websocket.WebSocket]) -> None:
    client = join()
    client.ping("are you there")
    assert control(client, websocket.ABNF.OPCODE_PONG) == b"are you there"
    client.send_close(1000)
    assert control(client, websocket.ABNF.OPCODE_CLOSE)[:2] == struct.pack("!H", 1000)
