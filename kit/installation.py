"""Makes the project's own environment in `.venv`, or mends it.

pip installs uv, uv installs the lock: in a fraction of the time that pip alone takes. A set-up that
was interrupted is begun again from an empty folder, because a package may be half there; what was
downloaded is kept by uv. An environment that is whole but made from an older lock is brought up to
date in place, and what else was installed in it stays.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kit import (
    contents,
    downloads,
    environment,
    folder_lock,
    not_offered,
    patience,
    place,
    setup_tool,
)
from kit.language import _
from kit.setup_failures import READ_ONLY, SetupError, cause, explain

UNFINISHED = "unfinished\n"
CHANGED = "changed\n"
STEPS = 4  # the fourth is in kit.browser_libraries


def say(text: str) -> None:
    """Shows a line about the set-up. Not on stdout, which belongs to the command."""
    print(text, file=sys.stderr, flush=True)


def cache(root: Path) -> Path:
    """The folder for what set-up needs to keep."""
    return root / ".cache"


def log_file(root: Path) -> Path:
    """All that the tools printed in the last set-up."""
    return cache(root) / "setup.log"


def install(root: Path) -> None:
    """Makes or mends the environment of the project in `root`, one process at a time.

    Raises SetupError with a message for the person.
    """
    log = log_file(root)
    try:
        import ssl  # noqa: F401 - without it nothing can be downloaded

        with folder_lock.held(cache(root) / "setup.lock", say_waiting) as lock:
            if environment.is_ready(root, running=environment.is_running(root)):
                return
            log.write_text("", encoding="utf-8")
            place.look_at(root)
            _Installation(root, lock).make()
    except ImportError as failure:  # some systems leave venv out
        raise SetupError(explain(str(failure))) from failure
    except (setup_tool.ToolError, OSError) as failure:
        raise SetupError(explain(str(failure), log)) from failure


def mark_broken(root: Path, *, changed: bool) -> None:
    """Sees to it that the next `install` makes the environment anew.

    With `changed` it takes nothing from uv's cache, with which the environment may share its files.
    """
    with suppress(OSError):
        mark = CHANGED if changed else UNFINISHED
        environment.stamp_file(root).write_text(mark, encoding="utf-8")


def say_waiting() -> None:
    """Shows that another process sets this folder up."""
    say(_("Another set-up of this folder is at work. Waiting until it is done …"))


@contextmanager
def step(number: int, title: str, show: Callable[[str], None] = say) -> Iterator[None]:
    """Shows the title of a step of the set-up and, when it is done, the seconds that it took."""
    show(_("{number} of {steps}  {title}").format(number=number, steps=STEPS, title=title))
    began = time.monotonic()
    yield
    show(f"{setup_tool.INDENT}{time.monotonic() - began:.1f} s")


class _Installation:
    """The making of one environment, while the lock is held."""

    def __init__(self, root: Path, lock: int) -> None:
        self.root = root
        self.folder = environment.folder(root)
        self.python = environment.python(root)
        self.stamp = environment.stamp_file(root)
        self.requirements = root / "requirements.txt"
        self.lock = lock
        self.distrusted = False  # whether uv's cache may hold damaged files

    def make(self) -> None:
        say(_("Setting up Roundtrip in {root} (once; about 1.5 GB).").format(root=self.root))
        with step(1, _("A Python environment of its own, in the folder .venv")):
            self._prepare_folder()
        with step(2, _("uv, the installer")):
            self._install_uv()
        with step(3, _("The packages that requirements.txt locks")):
            self._install_packages()
            self._write_stamp()  # last, but for what is only a matter of speed
            if sys.dont_write_bytecode:
                self._compile()

    def _prepare_folder(self) -> None:
        import venv  # here, because some systems leave it out, and are then told what to do

        for left in cache(self.root).glob("venv-*"):
            patience.remove(left)
        with suppress(OSError):
            self.distrusted = self.stamp.read_text(encoding="utf-8") == CHANGED
        if self._can_be_mended():
            self.stamp.write_text(UNFINISHED, encoding="utf-8")
            return
        if self.folder.exists():
            # Renamed first: a folder half deleted would look like a whole one.
            old = cache(self.root) / f"venv-{os.getpid()}"
            try:
                patience.rename(self.folder, old)
            except PermissionError as error:  # on Windows, when a program of it runs
                raise SetupError(
                    _(
                        "{folder} has to be made anew, and can't be moved away: {strerror}."
                        "\nEnd what runs from it (JupyterLab, an editor's terminal), then run the"
                        " same command again."
                    ).format(folder=self.folder, strerror=error.strerror)
                ) from error
            patience.remove(old)
        self.folder.mkdir()
        self.stamp.write_text(UNFINISHED, encoding="utf-8")
        venv.EnvBuilder(symlinks=os.name != "nt").create(self.folder)

    def _can_be_mended(self) -> bool:
        """Whether the folder holds an environment that can be brought up to date in place.

        One without any stamp is the person's own: it is used, not thrown away.
        """
        version = self._version()
        if version is None:
            return False
        try:
            was = self.stamp.read_text(encoding="utf-8")
        except OSError:
            return tuple(map(int, version.split(".")[:2])) >= (3, 11)
        if not was.startswith("2 "):
            return False
        made_from, _, made_with = was.rstrip("\n").partition("\n")
        if was == environment.stamp(self.root, made_with):  # so it is not the lock that has changed
            return False
        return (
            made_from.split(" ", 2)[2] == str(self.folder)
            and made_with.rpartition(".")[0] == version.rpartition(".")[0]
        )

    def _version(self) -> str | None:
        """The version of the environment's Python, or None when it does not start."""
        code = "import sys; print(*sys.version_info[:3], sep='.')"
        command = [str(self.python), "-I", "-c", code]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return done.stdout.strip()

    def _install_uv(self) -> None:
        if _uv(self.python).exists():
            return
        wanted = cache(self.root) / "uv-requirement.txt"
        wanted.write_text(pinned("uv", self.requirements.read_text("utf-8")), encoding="utf-8")
        try:
            _pip_install(self.root, wanted, self.lock)
        except setup_tool.ToolError as failure:
            # Virus scanners take uv.exe away, and not every system has a uv: pip can do its work.
            words = str(failure)
            if cause(words) != READ_ONLY and not not_offered.explain(words):
                raise
            reason = _("It could not be installed: {reason}").format(reason=_last_line(words))
            say(f"{setup_tool.INDENT}{reason}")

    def _install_packages(self) -> None:
        more = ["--no-cache"] if self.distrusted else []
        install_lock(self.root, self.requirements.name, keep_open=self.lock, more=more)

    def _compile(self) -> None:
        """Compiles the packages, where Python may not do so itself at the first use of each.

        Where it may, leaving it to Python is quicker by some seconds: most files are never used.
        Where it may not, each start of JupyterLab or of a server would take a second more.
        """
        why = _("Compiling them, because PYTHONDONTWRITEBYTECODE is set")
        say(f"{setup_tool.INDENT}{why}")
        arguments = ["-q", "-j", "0", "-x", "/tests?/", str(self.folder)]
        # Some packages hold templates that are no valid Python: not a failure of ours.
        with suppress(setup_tool.ToolError):
            _run(self.root, [self.python, "-I", "-m", "compileall", *arguments], self.lock)

    def _write_stamp(self) -> None:
        version = self._version()
        if version is None:
            raise SetupError(
                _("The new Python in {folder} does not start. Delete it, try again.").format(
                    folder=self.folder
                )
            )
        environment.contents_file(self.root).write_text(
            contents.listed(self.root), encoding="utf-8"
        )
        new = self.stamp.with_suffix(".new")
        new.write_text(environment.stamp(self.root, version), encoding="utf-8")
        patience.replace(new, self.stamp)


def install_lock(root: Path, lock: str, *, keep_open: int, more: Sequence[str] = ()) -> None:
    """Installs what the file `lock` pins into the environment of `root`.

    uv does it, with the options `more`, or pip where uv can't be started. `keep_open` is the
    descriptor of the folder's lock. Raises setup_tool.ToolError.
    """
    python = environment.python(root)
    try:
        _run(root, [_uv(python), "--version"], keep_open)
    except setup_tool.ToolError as refused:
        reason = _last_line(str(refused))
        for line in (
            _("uv cannot be started here: {reason}").format(reason=reason),
            _("So pip installs the packages. That takes a few minutes."),
        ):
            say(f"{setup_tool.INDENT}{line}")
        _pip_install(root, root / lock, keep_open)
        return
    _run(
        root,
        [
            _uv(python), "pip", "install", "--python", python, "--no-deps", "--no-build",
            *downloads.uv_options(), *more, "--require-hashes", "--requirement", root / lock,
        ],
        keep_open,
    )  # fmt: skip


def _pip_install(root: Path, requirements: Path, keep_open: int) -> None:
    """Installs what the file `requirements` pins, with pip. Raises setup_tool.ToolError."""
    python = environment.python(root)
    arguments: list[str | Path] = [
        "install", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:",
        "--progress-bar", "off", "--require-hashes", "--requirement", requirements,
    ]  # fmt: skip
    # pip from outside saves the three seconds of putting another pip into the environment.
    try:
        _run(root, [downloads.outside(), "-m", "pip", "--python", python, *arguments], keep_open)
    except setup_tool.ToolError as failure:
        if not any(sign in str(failure) for sign in ("No module named pip", "no such option")):
            raise
        _run(root, [python, "-m", "ensurepip"], keep_open)
        _run(root, [python, "-m", "pip", *arguments], keep_open)


def _run(root: Path, command: Sequence[str | Path], keep_open: int) -> None:
    setup_tool.run(command, log_file(root), folder=root, keep_open=[keep_open])


def _last_line(words: str) -> str:
    """The last line of what a tool said, which is most often the reason."""
    return next(
        (line for line in reversed(words.splitlines()) if line.strip()), _("it said nothing")
    )


def _uv(python: Path) -> Path:
    return python.with_name("uv.exe" if os.name == "nt" else "uv")


def pinned(package: str, lock: str) -> str:
    """The lines of the text `lock` that pin `package`, with their hashes."""
    lines = lock.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = start + 1
    while end < len(lines) and lines[end].startswith("    --hash"):
        end += 1
    return "\n".join(lines[start:end]).rstrip("\\ ") + "\n"
