"""A real JupyterHub as a child process: its proxy, a server for each person, and nothing to set."""

import json
import subprocess
import sys
import urllib.request
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from kit import npm
from kit.course import ROOT
from kit.ports import spare_port
from kit.setup_failures import SetupError
from tests.command import environment
from tests.processes import is_alive
from tests.waiting import until

HERE = Path(__file__).parent
CONFIGURATION = """
import json
for name, traits in json.loads({settings!r}).items():
    c[name].update(traits)
"""
PASSWORD = "let me in"


class Missing(Exception):
    """Something that a hub needs is not here. The text says what."""


def refuse_if_missing() -> None:
    """Raise Missing where the packages are not installed."""
    missing = [name for name in ("jupyterhub", "jupyter_server_proxy") if not find_spec(name)]
    if missing:
        raise Missing(f"a hub needs the packages {' and '.join(missing)}")


def proxy_command(root: Path = ROOT) -> list[str]:
    """Return how to start configurable-http-proxy; npm fetches it. Raises Missing."""
    try:
        with npm.alone(root, "hub", lambda: None):
            kept = npm.fetched(root, "hub", HERE, lambda: None)
        script = (
            kept / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
        )
        return [*npm.node_command(), str(script)]
    except SetupError as failure:
        raise Missing(str(failure)) from None


class Hub:
    """A hub at 127.0.0.1, on free ports, where everybody may sign in with `PASSWORD`.

    Each person's JupyterLab shows the folder `project`. Everything else is in `folder`.
    """

    def __init__(self, folder: Path, project: Path) -> None:
        """Make it; it does nothing until `start`."""
        self.folder = folder
        self.project = project
        self.output = folder / "hub.txt"
        self.url = f"http://127.0.0.1:{spare_port()}"
        self.process: subprocess.Popen[bytes] | None = None
        self.family: set[psutil.Process] = set()

    def start(self) -> None:
        """Start it, and return when it answers. Raises Missing."""
        refuse_if_missing()
        configuration = self.folder / "jupyterhub_config.py"
        configuration.write_text(CONFIGURATION.format(settings=json.dumps(self.settings())))
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", str(configuration)],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, what=f"an answer of the hub that writes {self.output}")

    def settings(self) -> dict[str, dict[str, Any]]:
        """Return the traits of each of the hub's classes."""
        home = self.folder / "home"
        own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        return {
            "JupyterHub": {
                "bind_url": self.url,
                "hub_bind_url": f"http://127.0.0.1:{spare_port()}",
                "db_url": f"sqlite:///{self.folder / 'hub.sqlite'}",
                "cookie_secret_file": str(self.folder / "cookie_secret"),
                "authenticator_class": "dummy",
                "spawner_class": "simple",
            },
            "ConfigurableHTTPProxy": {
                "command": proxy_command(),
                "api_url": f"http://127.0.0.1:{spare_port()}",
                "pid_file": str(self.folder / "proxy.pid"),
            },
            "DummyAuthenticator": {"password": PASSWORD, "allow_all": True},
            "SimpleLocalProcessSpawner": {
                "home_dir_template": str(home),
                "notebook_dir": str(self.project),
                "ip": "127.0.0.1",
                "cmd": [sys.executable, "-m", "jupyterhub.singleuser"],
                "args": ["--allow-root", f"--LabApp.app_settings_dir={ROOT / 'kit' / 'jupyter'}"],
                "environment": {name: str(home / name.lower()) for name in own},
                "start_timeout": 120,  # seconds
                "http_timeout": 120,
                "interrupt_timeout": 1,  # it would ask whether that is meant
            },
        }

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.output.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/hub/health", timeout=5):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """End it with everything that it has started, and return when all is gone."""
        if self.process is None:
            return
        with suppress(psutil.Error):
            self.family |= {*psutil.Process(self.process.pid).children(recursive=True)}
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for one in self.family:
            with suppress(psutil.Error):
                one.kill()
        until(lambda: not any(map(is_alive, self.family)), what="the end of the hub's processes")
