"""Whoever sends faster than it is served: nothing of it is lost, and little of it is kept."""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import websocket

from kit.course import ROOT
from tests import waiting

MEGABYTE = 1 << 20
SERVER = """
import sys
from pathlib import Path

mode, go = sys.argv[1], Path(sys.argv[2])
if mode == "gevent":
    from gevent import monkey

    monkey.patch_all()
sys.path.insert(0, "reference")
from dashboard import config, create_app
from dashboard.engine import outgoing
from dashboard.extensions import socketio
from kit.bench.serving import make_server


@socketio.on("hold")
def hold(payload):
    while not go.exists():
        socketio.sleep(0.02)
    return payload["number"]


if mode == "gevent":
    outgoing.install()
settings = {"EVENTS_RATE": "1000000/second", "ASYNC_MODE": mode}
server = make_server(create_app(type("Held", (config.Testing,), settings)), mode)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(params=["gevent", "threading"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[psutil.Popen, int]]:
    """A server whose event `hold` is answered once there is a file `go`, and its port."""
    command = [sys.executable, "-c", SERVER, request.param, str(tmp_path / "go")]
    with psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def test_who_is_not_served_yet_is_not_read_and_loses_nothing(
    server: tuple[psutil.Popen, int], tmp_path: Path
) -> None:
    process, port = server
    address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    client = websocket.create_connection(address, timeout=2)
    client.recv()
    client.send("40")
    waiting.until(lambda: str(client.recv()).startswith("40"), what="the connection")
    before = process.memory_info().rss

    def send(number: int) -> None:
        client.send(f'42{number}["hold",{json.dumps({"number": number, "_": "x" * 999})}]')

    with pytest.raises(websocket.WebSocketTimeoutException):
        deque(map(send, range(100_000)), maxlen=0)
    assert process.memory_info().rss - before < 10 * MEGABYTE
    (tmp_path / "go").touch()
    client.settimeout(20)
    answers: list[int] = []
    while len(answers) < 100:
        message = str(client.recv())
        if message.startswith("43"):
            answers.append(json.loads(message[message.index("[") :])[0])
    assert answers == list(range(100))
    client.shutdown()
