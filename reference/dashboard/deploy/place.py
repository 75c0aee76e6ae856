# lab 14 (given): a module for the place of a worker
"""A place behind the proxy, at a socket that keeps its name, and the process that fills it.

A new process gets ready at another socket. It takes over by a change of name: from one moment to
the next, without a connection that is refused.
"""

import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from .. import logs
from ..cluster.store import OK, REFUSALS
from . import children
from .children import Process

LONGEST_START = 60.0  # seconds
LONGEST_END = 8.0  # seconds: what a worker allows itself, and some more


class Place:
    """A worker's place. `look` does what there is to do; call it again and again."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        """Serve at `folder / "NAME.sock"`, once `start` was called."""
        self.name = name
        self.folder = folder
        self.environment = environment
        self.path = folder / f"{name}.sock"
        self.next = folder / f"{name}.next.sock"
        self.process: Process | None = None  # the one that serves
        self.coming: Process | None = None  # the one that gets ready
        self.leaving: Process | None = None  # the one before it
        self.leaves_at = 0.0  # monotonic seconds
        self.pauses = children.Pauses()
        self.has_failed = False  # whether the latest start failed
        self.refusal: str | None = None  # what that start said a person can put right

    def start(self) -> None:
        """Begin to start a process; it takes over as soon as it is ready."""
        options = ["--socket", str(self.next), "--name", self.name, "--runtime", str(self.folder)]
        module = f"{__package__}.worker"
        command = [sys.executable, "-m", "gevent.monkey", "--module", module, *options]
        self.coming = children.start(command, self.environment)
        self.pauses.note_start()

    @property
    def is_settled(self) -> bool:
        """Whether one process serves, and no other comes or goes."""
        return self.process is not None and self.coming is None and self.leaving is None

    @property
    def is_busy(self) -> bool:
        """Whether a process comes or goes, and has to be watched."""
        return self.coming is not None or self.leaving is not None

    def look(self) -> None:
        """Take note of who is ready and who has ended, and start who is missing."""
        if self.leaving is not None and has_ended(self.leaving, self.leaves_at):
            self.leaving = None
        if self.process is not None and self.process.poll() is not None:
            logs.log.warning("%s has ended with status %s", self.name, self.process.returncode)
            self.process = None
            self.pauses.note_end()
        if self.coming is not None:
            self.look_at_the_coming(self.coming)
        elif self.process is None and time.monotonic() >= self.pauses.due:
            self.start()

    def look_at_the_coming(self, coming: Process) -> None:
        """Let it take over where it is ready; give it up where it will not be."""
        # While Redis takes nothing in, a worker serves all the same: better than none, and worse
        # than one that keeps what Redis has not taken.
        status = readiness(self.next)
        if status == OK or (status in REFUSALS and self.process is None):
            self.next.rename(self.path)
            if self.process is not None:
                self.dismiss(self.process)
            self.process, self.coming, self.has_failed = coming, None, False
            logs.log.info("%s is ready: process %s", self.name, coming.pid)
        elif has_ended(coming, self.pauses.began + LONGEST_START):
            self.refusal = said(refusal(self.folder, coming.pid))
            if self.refusal is None:
                logs.log.error("%s did not start", self.name)
            self.coming, self.has_failed = None, True
            self.pauses.note_end()

    def log_refusal(self) -> None:
        """Log once why the newest start could not serve, if it said why."""
        if self.refusal is not None:
            logs.log.error("%s did not start: %s", self.name, self.refusal)
            self.refusal = None

    def dismiss(self, process: Process) -> None:
        """Ask a process to end gracefully."""
        process.send_signal(signal.SIGTERM)
        self.leaving, self.leaves_at = process, time.monotonic() + LONGEST_END

    def processes(self) -> list[Process]:
        """Return every process of this place."""
        return [one for one in (self.process, self.coming, self.leaving) if one is not None]


def refusal(folder: Path, pid: int) -> Path:
    """Return the file in which the process `pid` says why it cannot serve."""
    return folder / f"refusal-{pid}"


def said(file: Path) -> str | None:
    """Return what is written there, and remove it; None where there is nothing."""
    try:
        text = file.read_text(encoding="utf-8")
        file.unlink()
    except OSError:
        return None
    return text


def has_ended(process: Process, deadline: float) -> bool:
    """Whether a process has ended; it is made to, from `deadline` (monotonic seconds) on."""
    if process.poll() is None and time.monotonic() > deadline:
        children.kill(process)
    return process.poll() is not None


def readiness(path: Path) -> str | None:
    """Return what the server at a Unix socket says of itself; None where it does not answer."""
    connection = http.client.HTTPConnection("localhost", timeout=2)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(2)
    try:
        connection.sock.connect(os.fspath(path))
        connection.request("GET", "/readyz")
        return str(json.load(connection.getresponse())["status"])
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return None
    finally:
        connection.close()
