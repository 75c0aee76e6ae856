"""The deployed server as a person starts it: a supervisor, its workers, and nginx in front."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from kit.course import ROOT
from kit.ports import spare_port
from kit.running.redis_server import RedisServer
from tests.processes import is_alive
from tests.waiting import until

SETTINGS = {
    "DASHBOARD_FEED_SECONDS": "0.1",
    "DASHBOARD_EVENTS_RATE": "1000/second",
    "DASHBOARD_CONNECTIONS_RATE": "1000/second",
}


class Deployment:
    """A running `python -m dashboard --workers …`; what it prints is in `output`."""

    def __init__(
        self,
        output: Path,
        *options: str,
        redis: RedisServer | None = None,
        workers: int = 2,
        **variables: str,
    ) -> None:
        self.output = output
        self.redis = redis
        self.workers = workers
        self.port = spare_port()
        self.prefix = f"test-{self.port}"  # in Redis, unless a test names another
        self.temporary = tempfile.TemporaryDirectory(prefix="rt-", ignore_cleanup_errors=True)
        self.url = f"http://127.0.0.1:{self.port}"
        shared = ["--redis", redis.url] if redis else []
        command = [sys.executable, "-m", "dashboard", "--workers", str(workers), "--port",
            str(self.port), *shared, *options]  # fmt: skip
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT / "reference",
                env=os.environ
                | {"TMPDIR": self.temporary.name}
                | SETTINGS
                | {"DASHBOARD_REDIS_PREFIX": self.prefix}
                | variables,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self.family: set[psutil.Process] = set()

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def log(self) -> list[dict[str, Any]]:
        """Return every line of the log."""
        return [json.loads(line) for line in self.said().splitlines() if line.startswith("{")]

    def messages(self) -> list[str]:
        return [line["message"] for line in self.log()]

    def wait_until_open(self) -> None:
        def is_open() -> bool:
            assert self.process.poll() is None, self.said()
            return "Ctrl-C stops it." in self.said()

        until(is_open, seconds=90, what="the deployed server")
        self.look_around()

    def look_around(self) -> None:
        """Remember the processes that it has started up to now."""
        with suppress(psutil.Error):
            self.family |= {*psutil.Process(self.process.pid).children(recursive=True)}

    def workers_now(self) -> dict[str, psutil.Process]:
        """Return the process that serves, for each worker that has one, by the worker's name."""
        ready = re.findall(r'"(w\d+) is ready: process (\d+)"', self.said())
        found = {}
        for name, number in dict(ready).items():
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(number))
                if is_alive(process):
                    found[name] = process
        return found

    def wait_until_whole(self) -> None:
        """Return when every worker has a process that serves."""
        until(lambda: len(self.workers_now()) == self.workers, seconds=90, what="every worker")
        self.look_around()

    def nginx(self) -> psutil.Process:
        """Return the master process of nginx."""
        return until(
            lambda: next(
                (
                    one
                    for one in psutil.Process(self.process.pid).children()
                    if "nginx" in one.name()
                ),
                None,
            ),
            what="nginx",
        )

    def folder(self) -> Path:
        """Return the runtime folder."""
        words = next(iter(self.workers_now().values())).cmdline()
        return Path(words[words.index("--runtime") + 1])

    def holder(self) -> int | None:
        """Return the id of the process that has the lease of the feed."""
        assert self.redis is not None
        key = next(self.redis.client.scan_iter(f"{self.prefix}:*:feed"), None)
        said = self.redis.client.get(key) if key else None
        return int(said.split(b"/")[1]) if isinstance(said, bytes) else None

    def renew(self) -> None:
        """Ask for a rolling restart, and return when every worker is a new one, and alone."""
        self.wait_until_whole()
        before = set(self.workers_now().values())
        self.process.send_signal(signal.SIGHUP)

        def is_over() -> bool:
            self.look_around()
            return not any(is_alive(one) for one in before)

        until(is_over, seconds=180, what="the rolling restart")
        self.wait_until_whole()

    @contextmanager
    def while_it_runs(self) -> Iterator[None]:
        """Wait until it is open; after the block end it, and see that nothing of it is left."""
        try:
            self.wait_until_open()
            yield
            assert self.end() == 0
            assert self.left() == []
        finally:
            self.kill()

    def end(self) -> int:
        """End it as systemd does; return its exit status."""
        self.look_around()
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(40)

    def kill(self) -> None:
        """End whatever is left."""
        self.look_around()
        for one in [*self.family]:
            with suppress(psutil.Error):
                one.kill()
        self.process.kill()
        self.process.wait()
        self.temporary.cleanup()

    def left(self) -> list[psutil.Process]:
        """Return which of its processes are still there."""
        return [one for one in self.family if is_alive(one)]
