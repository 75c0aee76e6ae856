"""The server that bad clients and long days are tried on: start it, look into it, read its log."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from kit.course import ROOT

START_SECONDS = 60.0
MEMBER = "ana"
PASSWORD = "of a member who is there for the bench"
PRIVATE = "machine"  # the dashboard that only members may see
PUBLIC = "stocks"
SERIOUS = ("error", "critical")
# Errors that are the client's, as the libraries log them once in the life of a server.
KNOWN = "(further occurrences of this error will be logged with level INFO)"
WITH = {
    "SECRET_KEY": "of a server that ends in some minutes",
    "SESSION_COOKIE_SECURE": False,
    "PRIVATE": [PRIVATE],
    "FEED_SECONDS": 0.1,
    "KEEP_ROWS": 50,  # so that the history is full soon, and grows no more
    "SESSION_SECONDS": 5.0,  # what is kept for longer would look like a leak here
    # All clients come from one address here, and one connection carries many of them in turn.
    "CONNECTIONS_RATE": "100000/second",
    "EVENTS_RATE": "10000/second",
    "LOG_LEVEL": "WARNING",
}


# One heap for all threads: the gaps in many of them look like a leak, and are none.
VARIABLES = {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "1"}


class TargetFailed(Exception):
    """The server did not start, or has ended. The text says what it said last."""


class Target:
    """One running server. Use it in a `with`: it ends at the end of it.

    `schemas` has the JSON schema of each event's payload under "events", and the names of each
    dashboard's columns under "columns".
    """

    def __init__(self, mode: str, **settings: Any) -> None:
        """Start it in `mode`, "threading" or "gevent", and wait until it listens.

        `settings` are laid over `WITH`. Raises TargetFailed.
        """
        from werkzeug.security import generate_password_hash

        users = {"USERS": {MEMBER: generate_password_hash(PASSWORD, "pbkdf2:sha256:1000")}}
        self.folder = tempfile.TemporaryDirectory(prefix="roundtrip-")
        self.log = Path(self.folder.name, "log")
        arguments = [mode, str(ROOT / "reference"), json.dumps(WITH | users | settings)]
        with socket.create_server(("127.0.0.1", 0)) as door, self.log.open("wb") as output:
            door.settimeout(START_SECONDS)
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "kit.bench.harm.target_server"),
                    *(str(door.getsockname()[1]), *arguments),
                ],
                cwd=ROOT,
                env=os.environ | VARIABLES,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                self.control, _ = door.accept()
            except TimeoutError:
                self.end()
                raise TargetFailed("The server did not start.") from None
        self.control.settimeout(START_SECONDS)
        self.answers = self.control.makefile("rb")
        hello = self._answer()
        self.port: int = hello["port"]
        self.schemas: dict[str, Any] = hello["schemas"]

    def __enter__(self) -> "Target":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def url(self) -> str:
        """Its address, such as `http://127.0.0.1:40123`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def figures(self) -> dict[str, int]:
        """Return what the server holds now; see `target_server`. Raises TargetFailed."""
        self.control.sendall(b"\n")
        figures: dict[str, int] = self._answer()
        return figures

    def figures_like(self, before: dict[str, int], seconds: float, *, more: int) -> dict[str, int]:
        """Return the figures as soon as they hold no more tasks and descriptors than `before`.

        Up to `more` in addition are let pass. After so many `seconds`, return them as they are.
        """
        ends = time.monotonic() + seconds
        while True:
            now = self.figures()
            left = [name for name in ("tasks", "descriptors") if now[name] > before[name] + more]
            if not (left or now["sockets"] > before["sockets"]) or time.monotonic() > ends:
                return now
            time.sleep(0.2)

    def processor_seconds(self) -> float:
        """Return the processor time that it has used so far."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def faults(self) -> list[str]:
        """Return the lines of the log that tell of a bug: errors, and what is no JSON object."""
        found = []
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    said = json.loads(line)
                    is_fault = said["log.level"] in SERIOUS and KNOWN not in said["message"]
                except (ValueError, TypeError, KeyError):
                    is_fault = bool(line.strip())
                if is_fault:
                    found.append(line.strip())
        return found

    def end(self) -> None:
        """End the process, and return when it is gone."""
        self.process.kill()
        self.process.wait()
        if hasattr(self, "control"):
            self.answers.close()
            self.control.close()
        self.folder.cleanup()

    def _answer(self) -> Any:
        try:
            line = self.answers.readline()
        except OSError:
            line = b""
        if not line:
            last = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-20:])
            self.process.kill()
            raise TargetFailed(f"The server has ended, or does not answer.\n{last}")
        return json.loads(line)
