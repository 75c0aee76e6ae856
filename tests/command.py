"""A command of the kit, run as a person runs it, in a copy of the project."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from kit.course import Course
from tests import waiting
from tests.processes import is_alive

# What makes programs write colours, or other lines than usual, must not come from outside.
LEFT_OUT = (
    "COLUMNS",
    "FORCE_COLOR",
    "TTY_COMPATIBLE",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTEST_ADDOPTS",
)


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return kept | {"PYTHONUTF8": "1"} | variables


class Command:
    """A command while it runs. What it prints is in `said()`, and all its processes are known."""

    def __init__(self, root: Path, arguments: list[str], output: Path, **variables: str) -> None:
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kit", *arguments],
                cwd=root,
                env=environment(PYTHONUNBUFFERED="1", **variables),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self.family: set[psutil.Process] = set()

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, text: str, times: int = 1) -> None:
        """Return when it has printed `text`, `times` times."""

        def look() -> bool:
            assert self.process.poll() is None or self.said().count(text) >= times, self.said()
            self.look_around()
            return self.said().count(text) >= times

        waiting.until(look, what=f"{text!r} in {self.output}")

    def look_around(self) -> None:
        """Remember the processes that it has started up to now."""
        self.family |= {*psutil.Process(self.process.pid).children(recursive=True)}

    def press_ctrl_c(self) -> int:
        """Press Ctrl-C, and return its exit status; fails when anything of it is left."""
        self.look_around()
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(waiting.LONGEST)
        waiting.until(
            lambda: not [one for one in self.family if is_alive(one)],
            what="the end of every process",
        )
        return status

    def kill(self) -> None:
        for one in [*self.family, self.process]:
            if one.poll() is None if isinstance(one, subprocess.Popen) else is_alive(one):
                one.kill()
        self.process.wait()


@dataclass
class Project:
    """A copy of the project, in which commands are run."""

    course: Course

    @property
    def root(self) -> Path:
        return self.course.root

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with its output to pipes."""
        return subprocess.run(
            [sys.executable, "-m", "kit", *arguments],
            cwd=self.root,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=waiting.LONGEST,
            check=False,
        )
