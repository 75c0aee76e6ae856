"""The servers that are measured, each in a process of its own, all controlled in the same way.

A server connects back to the bench. It says `port PORT` once it listens, and for each line that it
is sent it publishes one update and says `sent NUMBER BEGAN SENT`: when it began to make the update
and when it gave it to its Socket.IO, in ns of the clock that all processes of a machine share. It
ends when the bench does.
"""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from kit.bench.server import node_packages
from kit.course import ROOT

DASHBOARD = "bench"
REFERENCE, THREADING, NODE = "reference", "reference_threading", "node"
MODES = {REFERENCE: "gevent", THREADING: "threading"}
START_SECONDS = 30.0


class PeerFailed(Exception):
    """A server did not start, or ended too early. The text says which, and what it printed."""


@dataclass(frozen=True)
class Sent:
    """When one update was begun and sent, in monotonic ns."""

    began: int
    sent: int


@dataclass
class Peer:
    """One running server. `sent` has what it said of each update, by its number."""

    name: str
    process: subprocess.Popen[bytes]
    control: socket.socket
    log: Path
    port: int = 0
    sent: dict[int, Sent] = field(default_factory=dict)
    unread: bytes = b""

    def publish(self) -> None:
        """Have it publish one update. Raises PeerFailed where it has ended."""
        try:
            self.control.sendall(b"\n")
        except OSError:
            raise failed(self.name, "ended too early", self.log) from None

    def listen(self, seconds: float = 0) -> None:
        """Take in what it says, for at most so many `seconds`. Raises PeerFailed where it ended."""
        while select.select([self.control], [], [], seconds)[0]:
            said = self.control.recv(1 << 16)
            if not said:
                raise failed(self.name, "ended too early", self.log)
            *lines, self.unread = (self.unread + said).split(b"\n")
            for line in lines:
                self._note(line.decode())
            seconds = 0

    def _note(self, line: str) -> None:
        word, *numbers = line.split()
        if word == "port":
            self.port = int(numbers[0])
        else:
            number, began, sent = map(int, numbers)
            self.sent[number] = Sent(began, sent)

    def cpu_seconds(self) -> dict[str, float]:
        """Return the processor time that it has used so far."""
        return {"server": processor_seconds(psutil.Process(self.process.pid))}

    def memory(self) -> int:
        """Return the bytes of memory that it holds: its resident set."""
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def end(self) -> None:
        """End it, and return when it is gone."""
        self.control.close()
        _end(self.process)


def start(name: str, folder: Path, say: Callable[[str], None]) -> Peer:
    """Start the server called `name`, and wait until it listens.

    What it prints goes to a file in `folder`. Raises PeerFailed where it does not start in time,
    NoNode and SetupError where Node's cannot be had.
    """
    variables = dict(os.environ)
    if name == NODE:
        command = [*node_packages.node(), str(node_packages.HERE / "node_server.js")]
        variables["NODE_PATH"] = str(node_packages.modules(ROOT, say))
        rest = []
    else:
        command = [sys.executable, "-m", "kit.bench.server.reference_server"]
        rest = [MODES[name], str(ROOT / "reference")]
    log = folder / f"{name}.log"
    with socket.create_server(("127.0.0.1", 0)) as door, log.open("wb") as output:
        process = subprocess.Popen(
            [*command, str(door.getsockname()[1]), *rest],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            return _greeted(Peer(name, process, _let_in(name, process, door, log), log))
        except BaseException:  # Ctrl-C as well
            _end(process)
            raise


def processor_seconds(process: psutil.Process) -> float:
    """Return the processor time that a process has used so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _let_in(
    name: str, process: subprocess.Popen[bytes], door: socket.socket, log: Path
) -> socket.socket:
    ends = time.monotonic() + START_SECONDS
    while not select.select([door], [], [], 0.1)[0]:
        if process.poll() is not None or time.monotonic() > ends:
            raise failed(name, "did not start", log)
    return door.accept()[0]


def _greeted(peer: Peer) -> Peer:
    ends = time.monotonic() + START_SECONDS
    while not peer.port:
        peer.listen(0.1)
        if time.monotonic() > ends:
            raise failed(peer.name, "does not listen", peer.log)
    return peer


def failed(name: str, what: str, log: Path) -> PeerFailed:
    """Return the error that says `what` the server called `name` did, with its last lines."""
    said = log.read_text("utf-8", "replace").strip().splitlines()[-10:]
    return PeerFailed("\n".join([f"The server called {name} {what}.", *said]))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
