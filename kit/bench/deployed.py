"""The deployed server as it is started by hand: several workers behind nginx, with a Redis."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from kit.course import ROOT
from kit.ports import spare_port
from kit.running.redis_server import RedisServer

LONGEST_START = 60.0  # seconds
LONGEST_END = 20.0
STEP = 0.02  # seconds between two looks
CANNOT_SERVE = 2  # its exit status where something that it needs is missing


class NotDeployed(Exception):
    """The server did not start. The text says what it said.

    `is_missing` tells that the machine lacks something that it needs, which the text names.
    """

    def __init__(self, text: str, is_missing: bool) -> None:
        super().__init__(text)
        self.is_missing = is_missing


class Deployed:
    """The running `python -m dashboard --workers …` at 127.0.0.1, `port`, and its Redis."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, redis: RedisServer) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.redis = redis

    def children(self, word: str) -> list[psutil.Process]:
        """Return the child processes whose command holds `word`."""
        found = []
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                found += [child] if any(word in part for part in child.cmdline()) else []
        return found

    def workers(self) -> list[psutil.Process]:
        """Return the processes that serve clients."""
        return self.children("dashboard.deploy.worker")

    def proxies(self) -> list[psutil.Process]:
        """Return the processes of nginx."""
        found = []
        for nginx in self.children("nginx"):
            with suppress(psutil.Error):
                found += [nginx, *nginx.children()]
        return found


@contextmanager
def deployed(
    workers: int, settings: Mapping[str, str], redis: RedisServer, folder: Path
) -> Iterator[Deployed]:
    """Start the server with so many `workers`, at a Redis that runs; end it with the block.

    `settings` are variables of its environment. What it prints goes to a file in `folder`.
    Raises NotDeployed.
    """
    port = spare_port()
    log = folder / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "dashboard"),
                *("--workers", str(workers), "--redis", redis.url, "--port", str(port)),
            ],
            cwd=ROOT / "reference",
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours to hear
        )
    try:
        _wait_until_it_serves(process, log)
        yield Deployed(process, port, redis)
    finally:
        _end(process)


@contextmanager
def own_redis(append: bool = False) -> Iterator[tuple[RedisServer, Path]]:
    """Give a Redis that runs, and a folder with a short path; both are gone after the block.

    With `append`, what is written outlives a restart. Raises RedisMissing.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        redis = RedisServer(folder, append=append)
        stack.callback(redis.stop)
        redis.start()
        yield redis, folder


def _wait_until_it_serves(process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + LONGEST_START
    while b"Ctrl-C stops it." not in log.read_bytes():
        status = process.poll()
        if status is not None or time.monotonic() > ends:
            # Once more: the last of it may have come since.
            said = log.read_text("utf-8", "replace").strip()
            raise NotDeployed(said, status == CANNOT_SERVE)
        time.sleep(STEP)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(LONGEST_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
