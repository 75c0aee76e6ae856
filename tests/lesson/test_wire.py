"""What is recorded of the packets between real clients and a real server, and how it is drawn."""

import queue
from collections.abc import Iterator
from typing import Any

import pytest
import socketio

from kit.lesson import Wire
from kit.running import RunningApp
from tests import waiting
from tests.lesson.conftest import Displays

Heard = queue.Queue[tuple[str, Any]]
HOSTILE = 'a;b #35; <b> %%{init: {"theme":"dark"}}%% $$x$$ `c` & \\n "q" end ->> P0: x\nnew'


class Client:
    """A client that a student would write."""

    def __init__(self) -> None:
        self.socket = socketio.Client(handle_sigint=False, reconnection=False)
        self.heard: Heard = queue.Queue()
        self.socket.on("*", lambda event, data=None: self.heard.put((event, data)))


@pytest.fixture
def ana() -> Iterator[Client]:
    client = Client()
    yield client
    # Without the closing handshake, for which the library would wait three seconds.
    if client.socket.eio.ws is not None:
        client.socket.eio.ws.close(timeout=0)
    client.socket.eio.state = "disconnected"


def test_both_directions_are_recorded_in_order(ana: Client, reference: RunningApp) -> None:
    wire = Wire()
    wire.watch(ana.socket, "Ana")
    ana.socket.connect(reference.url, transports=["websocket"])
    assert ana.heard.get(timeout=waiting.LONGEST)[0] == "welcome"
    ana.socket.call("refresh_data", {"dashboard": "machine"}, timeout=waiting.LONGEST)

    packets = wire.packets()

    assert list(packets.columns) == ["at", "sender", "receiver", "packet"]
    texts = list(packets["packet"])
    assert texts[0].startswith("0")
    assert packets["sender"][0] == "Ana"
    sent = texts.index('21["refresh_data",{"dashboard":"machine"}]')
    assert packets["sender"][sent] == "Ana"
    assert packets["receiver"][sent] == "Server"
    answers = [text for text in texts[sent:] if text.startswith('2["data_updated"')]
    assert len(answers) == 1
    assert texts[-1] == "31[]"
    assert packets["at"].is_monotonic_increasing


def test_the_diagram_says_what_passed_in_words(
    ana: Client, reference: RunningApp, displays: Displays
) -> None:
    wire = Wire()
    wire.watch(ana.socket, "Ana")
    ana.socket.connect(reference.url, transports=["websocket"], auth={"sid": "none"})
    ana.heard.get(timeout=waiting.LONGEST)
    ana.socket.call("refresh_data", timeout=waiting.LONGEST)

    wire.diagram()

    lines = displays[0].data.splitlines()
    assert lines[:2] == ["```mermaid", "sequenceDiagram"]
    assert lines[2:4] == ["    participant P0 as Ana", "    participant P1 as Server"]
    assert lines[4] == "    P0->>P1: connect"
    assert "    P1->>P0: connected" in lines
    assert "    P0->>P1: refresh_data (wants ack 1)" in lines
    assert any(line.startswith('    P1->>P0: welcome {"sid": ') for line in lines)
    assert lines[-2:] == ["    P1->>P0: ack 1", "```"]


def test_watching_twice_records_once(ana: Client, reference: RunningApp) -> None:
    wire = Wire()
    wire.watch(ana.socket, "Ana")
    wire.watch(ana.socket, "Ana")
    ana.socket.connect(reference.url, transports=["websocket"])
    ana.heard.get(timeout=waiting.LONGEST)
    assert wire.mermaid().count("P0->>P1: connect\n") == 1


def test_only_the_newest_packets_are_drawn() -> None:
    wire = Wire()
    for number in range(50):
        wire._add("Server", "Server", f'2["event_{number}"]')
    text = wire.mermaid(most=10)
    assert "40 earlier packets are left out" in text
    assert "event_39" not in text
    assert "event_40" in text


def test_no_payload_can_break_the_diagram() -> None:
    wire = Wire()
    wire._add("Server", "Server", f'2["{HOSTILE[:20]}"]')
    wire._add("Server", "Server", HOSTILE)
    wire._add("Server", "Server", "")
    wire._add("Server", "Server", b"\x00\x01")
    lines = wire.mermaid().splitlines()
    assert len(lines) == 2 + 4
    for line in lines[2:]:
        message = line.partition(": ")[2]
        assert message
        assert not set("<>%&$`\\") & set(message)
        assert message.count(";") == message.count("#")


def test_nothing_watched_is_an_empty_table_and_a_diagram_of_the_server_alone() -> None:
    wire = Wire()
    assert wire.packets().empty
    assert wire.mermaid() == "sequenceDiagram\n    participant P0 as Server"
