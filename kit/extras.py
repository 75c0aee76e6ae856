"""The packages that only tests, benches and the demo's several processes need.

`requirements-tests.txt` locks them. They are installed when a command first asks for them, so that
one that is not offered for somebody's system never stops a student.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from kit import environment, folder_lock, installation, setup_tool
from kit.language import _
from kit.setup_failures import SetupError, explain

LOCK = "requirements-tests.txt"


def ensure(root: Path, say: Callable[[str], None]) -> None:
    """Install the packages of `LOCK` into the environment that is running, where they are missing.

    `say` is given a line about the progress. Raises SetupError, also where the environment is not
    the project's own: that one is left to the person whose it is.
    """
    if not environment.is_running(root):
        if environment.satisfies(root / LOCK):
            return
        raise SetupError(
            _(
                "This Python is not the project's own, and lacks packages that this command"
                " needs.\n"
                "Install them, then run the same command again:  pip install -r {lock}"
            ).format(lock=LOCK)
        )
    try:
        file = installation.cache(root) / "setup.lock"
        with folder_lock.held(file, installation.say_waiting) as lock:
            if _is_ready(root):
                return
            say(
                _("Installing what this command needs beside: the packages of {lock}").format(
                    lock=LOCK
                )
            )
            installation.install_lock(root, LOCK, keep_open=lock)
            _stamp_file(root).write_text(_stamp(root), encoding="utf-8")
    except (setup_tool.ToolError, OSError) as failure:
        raise SetupError(explain(str(failure), installation.log_file(root))) from failure


def _stamp_file(root: Path) -> Path:
    return environment.folder(root) / "roundtrip-stamp-tests"


def _stamp(root: Path) -> str:
    """Return what the stamp says when the environment was made from both locks as they are now."""
    locks = (root / name for name in ("requirements.txt", LOCK))
    return "".join(f"{sha256(lock.read_bytes()).hexdigest()}\n" for lock in locks)


def _is_ready(root: Path) -> bool:
    try:
        return _stamp_file(root).read_text(encoding="utf-8") == _stamp(root)
    except OSError:
        return False
