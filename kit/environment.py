"""Which Python environment a command runs in.

The first of these that holds: the one that is running, when it is the project's own and up to date;
the one that is running, when it holds every pin of the lock (conda, a container, a hub); the
project's own in `.venv`; the same, once `kit.installation` has made or mended it.

This is on the way of every command, so it imports little and late: the standard library alone.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from kit.language import _

ROOT = Path(__file__).resolve().parent.parent
# Tells the Python in .venv that it was started by another, so that the two can't go on for ever.
SENT = "ROUNDTRIP_SENT"
MENDED = "mended"  # the same, just after the environment was made anew
BROKE = 3
STOPPED = 130
# What is imported from this folder, and not installed.
OWN = {"kit", "checks", "dashboard", "reference", "labs", "tests", "roundtrip"}


def main(args: list[str], root: Path = ROOT) -> int:
    """Makes sure of an environment and runs the command `args` in it.

    Gives the exit status, or does not return: this process may become the command. Asked for help
    it makes sure of nothing.
    """
    from kit import help as helping

    if text := helping.asked(args):
        print(text, end="")
        return 0
    from kit.setup_failures import SetupError

    try:
        return _main(args, root, sent=os.environ.pop(SENT, None))
    except SetupError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return BROKE


def _main(args: list[str], root: Path, sent: str | None) -> int:
    running = is_running(root)
    try:
        if running:
            # PYTHONPATH would let packages from elsewhere stand in front of the locked ones.
            if is_ready(root, running=True) and (sent or "PYTHONPATH" not in os.environ):
                if sent:  # it has served to find this package; children have no use for it
                    os.environ.pop("PYTHONPATH", None)
                return run(args)
        elif sent:
            raise Broken(_("its Python does not run in it"))
        elif satisfies(root / "requirements.txt"):
            return run(args)
    except Broken as broken:
        _mend_or_give_up(root, running or bool(sent), broken, again=sent == MENDED)
        sent = MENDED

    if not is_ready(root, running=running):
        from kit.installation import install

        try:
            install(root)
        except KeyboardInterrupt:
            print(_("\nStopped. To carry on, run the same command again."), file=sys.stderr)
            return STOPPED
    return become(root, args, MENDED if sent == MENDED else "1")


class Broken(Exception):
    """A package that is needed is damaged, or missing. Its text says which, and how one knows.

    `changed` says that a file was changed: uv's cache may share it, and is not to be trusted.
    """

    def __init__(self, text: str, *, changed: bool = False) -> None:
        super().__init__(text)
        self.changed = changed


def run(args: list[str]) -> int:
    """Runs the command in this process. Gives its exit status.

    Raises Broken where a package turns out to be so, and SetupError with a message for the person.
    """
    from kit import loopback
    from kit.setup_failures import SetupError

    loopback.spare()  # before anything reads the variables: for this process and all its children
    try:
        from kit.cli import main as command

        return command(args)
    except (Broken, SetupError):
        raise
    except Exception as error:
        if broken := broken_by(error):
            raise broken from error
        raise


def broken_by(error: Exception, root: Path = ROOT) -> Broken | None:
    """What `error` says about the packages: that one is damaged, or nothing."""
    from kit import damage

    found = damage.found(root)  # first, because it knows more
    if found is None and isinstance(error, ImportError):
        missing = (error.name or "").partition(".")[0]
        if missing not in OWN and missing not in sys.stdlib_module_names:
            found = Broken(str(error))
    return found


def _mend_or_give_up(root: Path, own: bool, broken: Broken, *, again: bool) -> None:
    """Sees to it that the environment is made anew, if it is the project's `own`.

    Raises SetupError when that was done just now, or would not help.
    """
    from kit import place
    from kit.installation import mark_broken, say
    from kit.setup_failures import SetupError

    if again:
        raise SetupError(
            _(
                "A package does not work, though it was installed just now: {broken}\n"
                "Delete {folder}, then try again. If it stays so, please report it."
            ).format(broken=broken, folder=folder(root))
        )
    with suppress(OSError):  # what can't be written is told by the set-up that follows
        place.look_at(root)
    if own:
        say(_("The environment is damaged ({broken}). It is made anew.").format(broken=broken))
        mark_broken(root, changed=broken.changed)
    else:
        say(
            _(
                "This Python's packages are damaged ({broken}). Going on with an environment here."
            ).format(broken=broken)
        )


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
    return f"2 {lock} {folder(root)}\n{version}\n"


def contents_file(root: Path) -> Path:
    """Names what must be in the environment, a path a line: each package, and each program."""
    return folder(root) / "roundtrip-contents"


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
    if found.count("\n") < 2:  # it is being made, or was found to be broken
        return False
    made_with = version() if running else found.split("\n")[1]
    return found == stamp(root, made_with) and python(root).exists() and _is_whole(root)


def _is_whole(root: Path) -> bool:
    """Whether nothing is gone: as after `uv pip sync` in the wrong folder. Takes a few ms."""
    inside = folder(root)
    try:
        names = contents_file(root).read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return all(os.path.exists(f"{inside}{os.sep}{name}") for name in names)  # noqa: PTH110 - quick


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


def become(root: Path, args: list[str], sent: str) -> NoReturn:
    """Runs the command with the Python of the project's own environment, and ends this one.

    Tells it that it was `sent`. Raises SetupError when it can't be started.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    environment[SENT] = sent
    environment.pop("PYTHONPATH", None)
    if Path.cwd() != root or sys.flags.safe_path:  # else -m finds this package by itself
        environment["PYTHONPATH"] = str(root)
    command = [str(python(root)), "-m", "kit", *args]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        try:
            os.execve(command[0], command, environment)
        except OSError as error:
            from kit.setup_failures import SetupError, explain

            raise SetupError(explain(f"{error}: {command[0]}")) from error

    # On Windows exec gives the terminal back before the command ends: start it, and wait.
    import signal
    import subprocess

    # Ctrl-C reaches the command too, and it alone decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)
