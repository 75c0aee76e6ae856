"""A dashboard server as a child process."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest


class Server:
    """A dashboard server as a child process, on one port for its whole life."""

    def __init__(self, folder: Path, log: Path) -> None:
        """Serve the package `dashboard` in `folder`; write its output to the file `log`."""
        self.folder = folder
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as unused:
            self.port = unused.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start the process and wait until it answers, 30 seconds at most."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboard"],
                cwd=self.folder,
                env=os.environ | {"PORT": str(self.port)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        self.kill()
        pytest.fail(f"The server did not answer. Its output:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
