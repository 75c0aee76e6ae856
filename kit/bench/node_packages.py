"""Node and the npm packages of the bench's server in JavaScript, fetched when they are needed.

`package-lock.json` beside this pins them with their integrity, which npm checks. They lie in the
project's cache and are never committed.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from kit import browser_libraries, folder_lock, setup_tool
from kit.installation import cache, log_file
from kit.setup_failures import SetupError, explain

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")


class NoNode(Exception):
    """There is no Node to be measured against. The text says what to do."""


def node() -> list[str]:
    """Return how to call node. Raises NoNode where there is none."""
    try:
        return browser_libraries.node_command()
    except SetupError:
        raise NoNode(
            "There is no Node on this machine, and none in the environment, so there is nothing to"
            f" measure against.\nInstall Node {browser_libraries.OLDEST_NODE} or newer, or delete"
            " the folder .venv and run: python3 -m kit setup"
        ) from None


def modules(root: Path, say: Callable[[str], None]) -> Path:
    """Return the folder `node_modules` for the lock as it is now; fetch it unless it is there.

    Raises SetupError with a message for the person.
    """
    kept, new = cache(root) / "bench", cache(root) / "bench.new"
    lock = HERE / "package-lock.json"

    def fetch() -> None:
        copy = kept / lock.name
        # It gets this name only when npm is done: a folder of this name is a whole one.
        if copy.is_file() and copy.read_bytes() == lock.read_bytes():
            return
        say("Fetching Node's Socket.IO server")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        for name in FILES:
            shutil.copyfile(HERE / name, new / name)
        setup_tool.run(
            [
                *browser_libraries.npm_command(), "ci", "--ignore-scripts", "--no-audit",
                "--no-fund", "--prefer-offline", "--fetch-retries=2",
                "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000",
            ],
            log_file(root),
            folder=new,
        )  # fmt: skip
        shutil.rmtree(kept, ignore_errors=True)
        new.rename(kept)

    try:
        with folder_lock.held(cache(root) / "bench.lock", lambda: None):
            fetch()
    except setup_tool.ToolError as failure:
        raise SetupError(explain(str(failure), log_file(root))) from failure
    except OSError as failure:
        raise SetupError(explain(str(failure))) from failure
    return kept / "node_modules"
