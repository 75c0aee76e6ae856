"""`demo` ends with all that it has started, however it is told to."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit import ending
from tests import waiting
from tests.command import Command, Project
from tests.commands.test_demo_command import needs_nginx_and_redis
from tests.processes import is_alive

if sys.platform == "win32":
    pytest.skip("there are no such signals", allow_module_level=True)

WORKERS = [(), ("--workers", "2")]


@pytest.fixture(autouse=True)
def own_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # A socket's path must not be long.
    with tempfile.TemporaryDirectory(prefix="rt-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def started(begin: Callable[..., Command], project: Project, options: tuple[str, ...]) -> Command:
    if options:
        needs_nginx_and_redis()
    command = begin(project, "demo", "--no-browser", *options)
    command.wait_for("Ctrl-C stops it.")
    assert command.family
    return command


def ended(command: Command, number: int) -> int:
    """Send it a signal, and return its exit status when nothing of it is left."""
    os.kill(command.process.pid, number)
    status = command.process.wait(120)
    waiting.until(
        lambda: not [one for one in command.family if is_alive(one)], what="the end of everything"
    )
    return status


@pytest.mark.parametrize("options", WORKERS)
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_leaves_nothing(
    shared: Project,
    begin: Callable[..., Command],
    own_temporary_folder: Path,
    number: int,
    options: tuple[str, ...],
) -> None:
    command = started(begin, shared, options)
    assert list(own_temporary_folder.iterdir())
    assert ended(command, number) == 130
    assert not list(own_temporary_folder.iterdir())


@pytest.mark.parametrize("options", WORKERS)
def test_the_next_start_removes_what_a_killed_one_left(
    shared: Project,
    begin: Callable[..., Command],
    own_temporary_folder: Path,
    options: tuple[str, ...],
) -> None:
    ended(started(begin, shared, options), signal.SIGKILL)
    left = set(own_temporary_folder.iterdir())
    ended(started(begin, shared, ()), signal.SIGTERM)
    assert not left & set(own_temporary_folder.iterdir())


def test_what_is_told_to_ignore_a_closed_terminal_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as below nohup
    try:
        with ending.tidily():
            signal.raise_signal(signal.SIGHUP)
        with pytest.raises(KeyboardInterrupt), ending.tidily():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)
