"""Which Python environment a command runs in.

The first of these that holds: the one that is running, when it is the project's own and up to date;
the one that is running, when it holds every pin of the lock (conda, a container, a hub); the
project's own in `.venv`; the same, once `kit.installation` has made or mended it.

This is on the way of every command, so it imports little and late: the standard library alone.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
# Tells the Python in .venv that it was started by another, so that the two can't go on for ever.
SENT = "ROUNDTRIP_SENT"
BROKE = 3
STOPPED = 130


def main(args: list[str], root: Path = ROOT) -> int:
    """Makes sure of an environment and runs the command `args` in it.

    Gives the exit status, or does not return: this process may become the command.
    """
    sent = os.environ.pop(SENT, None) is not None
    if is_running(root):
        # PYTHONPATH would let packages from elsewhere stand in front of the locked ones.
        if is_ready(root, running=True) and (sent or "PYTHONPATH" not in os.environ):
            if sent:  # it has served to find this package; children have no use for it
                os.environ.pop("PYTHONPATH", None)
            return run(args)
    elif sent:
        print(
            f"The environment does not start. Delete {folder(root)}, then try again.",
            file=sys.stderr,
        )
        return BROKE
    elif satisfies(root / "requirements.txt"):
        return run(args)

    if not is_ready(root, running=is_running(root)):
        from kit.installation import install
        from kit.setup_failures import SetupError

        try:
            install(root)
        except SetupError as failure:
            print(f"\n{failure}", file=sys.stderr)
            return BROKE
        except KeyboardInterrupt:
            print("\nStopped. To carry on, run the same command again.", file=sys.stderr)
            return STOPPED
    return become(root, args)


def run(args: list[str]) -> int:
    """Runs the command in this process. Gives its exit status."""
    from kit.cli import main as command
    from kit.setup_failures import SetupError

    try:
        return command(args)
    except SetupError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return BROKE


def folder(root: Path) -> Path:
    """The project's own environment."""
    return root / ".venv"


def python(root: Path) -> Path:
    """The Python of the project's own environment."""
    return folder(root) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp_file(root: Path) -> Path:
    """Says what the environment was made from; written last, so it is whole when this is."""
    return folder(root) / "roundtrip-stamp"


def stamp(root: Path, version: str) -> str:
    """What the stamp of an up-to-date environment with Python `version` says.

    It names the folder, because an environment that is moved no longer works in every part.
    """
    lock = sha256((root / "requirements.txt").read_bytes()).hexdigest()
    return f"1 {lock} {folder(root)}\n{version}\n"


def version() -> str:
    """The version of the running Python, as stamps have it."""
    return ".".join(map(str, sys.version_info[:3]))


def is_running(root: Path) -> bool:
    """Whether this process runs in the project's own environment."""
    try:
        return Path(sys.prefix).samefile(folder(root))
    except OSError:
        return False


def is_ready(root: Path, running: bool) -> bool:
    """Whether the project's own environment is whole and made from the lock as it is now.

    Only from inside (`running`) can it be seen that its Python was replaced by another version.
    """
    try:
        found = stamp_file(root).read_text(encoding="utf-8")
    except OSError:
        return False
    made_with = version() if running else found.split("\n")[1]
    return found == stamp(root, made_with) and python(root).exists()


def satisfies(lock: Path) -> bool:
    """Whether the running environment holds every pin of `lock` that applies to it."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    pins = [
        line.rstrip("\\ ") for line in lock.read_text("utf-8").splitlines() if line[:1].isalnum()
    ]
    # A rare package first, so that a bare Python answers at once.
    pins.sort(key=lambda pin: not pin.startswith("flask-socketio=="))
    try:
        installed("flask-socketio")
        from packaging.requirements import Requirement

        for pin in map(Requirement, pins):
            applies = pin.marker is None or pin.marker.evaluate()
            if applies and not pin.specifier.contains(installed(pin.name), prereleases=True):
                return False
    except (ImportError, PackageNotFoundError):
        return False
    return True


def become(root: Path, args: list[str]) -> NoReturn:
    """Runs the command with the Python of the project's own environment, and ends this one."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    environment[SENT] = "1"
    environment.pop("PYTHONPATH", None)
    if Path.cwd() != root or sys.flags.safe_path:  # else -m finds this package by itself
        environment["PYTHONPATH"] = str(root)
    command = [str(python(root)), "-m", "kit", *args]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)

    # On Windows exec gives the terminal back before the command ends: start it, and wait.
    import signal
    import subprocess

    # Ctrl-C reaches the command too, and it alone decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)
