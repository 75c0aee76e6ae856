"""Runs one of set-up's tools (pip, uv, npm): shows that it is at work, keeps all that it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kit import downloads

# Lines with news for a person who waits; everything else goes to the log alone.
NEWS = ("Downloading", "Downloaded", "Prepared", "Installed")
INDENT = " " * 8


class ToolError(Exception):
    """A tool ended with an error. Its text is everything that the tool printed."""


class NotStarted(ToolError):
    """The system does not let a tool start. Its text is what the system says."""


def run(
    command: Sequence[str | Path],
    log: Path,
    *,
    folder: Path,
    keep_open: Sequence[int] = (),
) -> str:
    """Runs `command` in `folder`, adds what it prints to `log`, and gives that as text.

    `keep_open` are descriptors that the tool inherits. Raises ToolError when it ends with an error,
    and NotStarted when it can't be started. On Ctrl-C the tool and everything it started are gone
    before that goes on.
    """
    words = [str(part) for part in command]
    said: list[str] = []
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=downloads.variables(kept=log.parent),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # A session of its own, so that it can be ended together with its children.
            start_new_session=os.name == "posix",
            pass_fds=keep_open if os.name == "posix" else (),
        )
    except OSError as error:
        raise NotStarted(str(error)) from error
    assert process.stdout is not None
    try:
        with _Clock() as clock:
            for line in process.stdout:
                said.append(line)
                if line.strip().startswith(NEWS):
                    clock.show(line.strip())
        status = process.wait()
    except BaseException:
        _end(process)
        raise
    finally:
        process.stdout.close()
        _write(log, words, said)
    if status:
        raise ToolError("".join(said))
    return "".join(said)


def _write(log: Path, words: list[str], said: list[str]) -> None:
    # A full disk must not hide the message about the full disk.
    with suppress(OSError), log.open("a", encoding="utf-8") as file:
        file.write("$ " + " ".join(words) + "\n" + "".join(said) + "\n")


def _end(process: subprocess.Popen[str]) -> None:
    """Ends the tool and its children, at first politely."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=2)
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Clock:
    """Shows lines as they come and, on a terminal, the seconds that pass between them."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> _Clock:
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
            sys.stderr.write("\r" + " " * 24 + "\r")

    def show(self, line: str) -> None:
        with self._turn:
            start = "\r" if sys.stderr.isatty() else ""
            sys.stderr.write(f"{start}{INDENT}{line}\n")
            sys.stderr.flush()

    def _tick(self) -> None:
        while not self._ended.wait(1):
            with self._turn:
                sys.stderr.write(f"\r{INDENT}{time.monotonic() - self._began:.0f} s ")
                sys.stderr.flush()
