"""A small project to set up for real: the way in itself, and a command that tells where it runs.

Its lock has three packages.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kit import installation

ROOT = Path(__file__).resolve().parent.parent
WAY_IN = (
    "__init__", "__main__", "contents", "damage", "downloads", "environment", "folder_lock",
    "help", "home", "installation", "language", "loopback", "not_offered", "patience", "place",
    "setup_failures", "setup_tool",
)  # fmt: skip
COMMAND = """
import json, os, sys
import click

def main(args):
    names = ["PYTHONPATH", "ROUNDTRIP_SENT"]
    left = [name for name in names if name in os.environ]
    print(json.dumps({"args": args, "prefix": sys.prefix, "click": click.__file__, "left": left}))
    return 7
"""


def make(root: Path) -> Path:
    """Make the project in the new folder `root`, in which nothing was set up, and return it."""
    (root / "kit").mkdir(parents=True)
    for name in WAY_IN:
        shutil.copy2(ROOT / "kit" / f"{name}.py", root / "kit")
    shutil.copy2(ROOT / "kit" / "help.txt", root / "kit")
    (root / "kit" / "cli.py").write_text(COMMAND, encoding="utf-8")
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    pins = [installation.pinned(package, lock) for package in ("click", "colorama", "uv")]
    (root / "requirements.txt").write_text("".join(pins), encoding="utf-8")
    return root


def start(
    python: str, root: Path, *args: str, cwd: Path | None = None, **variables: str
) -> subprocess.Popen[str]:
    # Compiling belongs to no story here.
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(
        [python, "-m", "kit", *args],
        cwd=cwd or root,
        env=inherited | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def kit(
    python: str, root: Path, *args: str, cwd: Path | None = None, **variables: str
) -> tuple[int, str, str]:
    """Runs the way in to its end. Gives its exit status, stdout and stderr."""
    process = start(python, root, *args, cwd=cwd, **variables)
    out, err = process.communicate()
    return process.returncode, out, err


def read_until(process: subprocess.Popen[str], words: str) -> None:
    """Reads what the process says until a line holds `words`."""
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if words in line:
            return
    pytest.fail(f"never said {words!r}, but:\n{''.join(seen)}")


@contextmanager
def closed_port() -> Iterator[str]:
    """The address of a server that refuses every connection, for as long as the block runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and never listening
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/simple"
