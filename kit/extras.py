"""The packages that only some commands need: tests, benches, the site, a cluster.

Each lock is installed when a command first asks for it, so that a package that is not offered for
somebody's system never stops a student.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from kit import environment, folder_lock, installation, setup_tool
from kit.language import _
from kit.setup_failures import SetupError, explain

LOCK = "requirements-tests.txt"
SITE = "requirements-site.txt"
CLUSTER = "requirements-cluster.txt"


def ensure(root: Path, say: Callable[[str], None], lock: str = LOCK) -> None:
    """Install the packages of `lock` into the environment that is running, where they are missing.

    `say` is given a line about the progress. Raises SetupError, also where the environment is not
    the project's own: that one is left to the person whose it is.
    """
    if not environment.is_running(root):
        if environment.satisfies(root / lock):
            return
        raise SetupError(
            _(
                "This Python is not the project's own, and lacks packages that this command"
                " needs.\n"
                "Install them, then run the same command again:  pip install -r {lock}"
            ).format(lock=lock)
        )
    try:
        file = installation.cache(root) / "setup.lock"
        with folder_lock.held(file, installation.say_waiting) as held:
            if _is_ready(root, lock):
                return
            say(
                _("Installing what this command needs beside: the packages of {lock}").format(
                    lock=lock
                )
            )
            installation.install_lock(root, lock, keep_open=held)
            _stamp_file(root, lock).write_text(_stamp(root, lock), encoding="utf-8")
    except (setup_tool.ToolError, OSError) as failure:
        raise SetupError(explain(str(failure), installation.log_file(root))) from failure


def _stamp_file(root: Path, lock: str) -> Path:
    name = lock.removeprefix("requirements-").removesuffix(".txt")
    return environment.folder(root) / f"roundtrip-stamp-{name}"


def _stamp(root: Path, lock: str) -> str:
    """Return what the stamp says when the environment was made from both locks as they are now."""
    locks = (root / name for name in ("requirements.txt", lock))
    return "".join(f"{sha256(file.read_bytes()).hexdigest()}\n" for file in locks)


def _is_ready(root: Path, lock: str) -> bool:
    try:
        return _stamp_file(root, lock).read_text(encoding="utf-8") == _stamp(root, lock)
    except OSError:
        return False
