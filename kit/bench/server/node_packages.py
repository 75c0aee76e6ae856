"""Node and the npm packages of the bench's server in JavaScript, fetched when they are needed."""

from collections.abc import Callable
from pathlib import Path

from kit import npm
from kit.setup_failures import SetupError

HERE = Path(__file__).parent


class NoNode(Exception):
    """There is no Node to be measured against. The text says what to do."""


def node() -> list[str]:
    """Return how to call node. Raises NoNode where there is none."""
    try:
        return npm.node_command()
    except SetupError:
        raise NoNode(
            "There is no Node on this machine, and none in the environment, so there is nothing to"
            f" measure against.\nInstall Node {npm.OLDEST_NODE} or newer, or delete the folder"
            " .venv and run: python3 -m kit setup"
        ) from None


def modules(root: Path, say: Callable[[str], None]) -> Path:
    """Return the folder `node_modules` for the lock as it is now; fetch it unless it is there.

    Raises SetupError with a message for the person.
    """
    with npm.alone(root, "bench", lambda: None):
        kept = npm.fetched(root, "bench", HERE, lambda: say("Fetching Node's Socket.IO server"))
    return kept / "node_modules"
