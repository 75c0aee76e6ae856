"""A dashboard server as a child process."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from kit.ports import spare_port
from tests.waiting import until

# Serves the app, below a path prefix where it is given one.
SERVE = """
import os, sys
from dashboard import create_app
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple
app = create_app()
if sys.argv[1]:
    app = DispatcherMiddleware(NotFound(), {sys.argv[1]: app})
run_simple("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)
"""


class Server:
    """A dashboard server as a child process, on one port for its whole life."""

    def __init__(self, folder: Path, log: Path, script: str = "", prefix: str = "") -> None:
        """Serve the package `dashboard` in `folder`; write its output to the file `log`.

        `script` is Python that runs before the app is made. `prefix`, such as "/some/where", goes
        before every path.
        """
        self.arguments = ["-c", f"{script}\n{SERVE}", prefix]
        self.folder = folder
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.port = spare_port()
        self.url = f"http://127.0.0.1:{self.port}{prefix}/"

    def start(self) -> None:
        """Start the process and wait until it answers, 30 seconds at most."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=self.folder,
                env=os.environ | {"PORT": str(self.port)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, seconds=30, what=f"an answer of the server that writes {self.log}")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}healthz", timeout=5):
                return True
        except OSError:
            return False

    def freeze(self) -> None:
        """Let the process hang: its connections stay open, and nothing answers."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
