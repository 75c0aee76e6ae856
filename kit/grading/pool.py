"""Several workers, each with a deadline for what it is at."""

import contextlib
import errno
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from kit import cut, language
from kit.checking.verdict import Outcome, Result, Verdict
from kit.grading.confinement import around
from kit.grading.unit import Unit
from kit.language import _
from kit.running import PACKAGE
from kit.running.plan import KIT_ROOT
from kit.temporary import TemporaryFolder

LAST_WORDS = 10  # seconds
FULL = {errno.ENOSPC, errno.EDQUOT}
TRIES = 2  # where the kit itself broke


def grade(
    units: Iterable[Unit],
    *,
    jobs: int,
    confined: bool,
    hidden: Iterable[Path] = (),
    tell: Callable[[Unit, Verdict], None],
) -> None:
    """Decide about all units with so many workers; `tell` hears each verdict at once.

    It hears them one after the other, in any order. `hidden` are folders that no submission may
    see. What `tell` raises ends the grading, and is raised here.
    """
    waiting: queue.SimpleQueue[Unit] = queue.SimpleQueue()
    for unit in units:
        waiting.put(unit)
    telling = threading.Lock()
    workers = [Worker(confined, [str(path) for path in hidden]) for _ in range(jobs)]

    def work(worker: Worker) -> None:
        with worker, contextlib.suppress(queue.Empty, Stopped):
            while True:
                unit = waiting.get_nowait()
                verdict = worker.verdict(unit)
                with telling:
                    tell(unit, verdict)

    with ThreadPoolExecutor(jobs, thread_name_prefix="worker") as pool:
        working = [pool.submit(work, worker) for worker in workers]
        try:
            for one in as_completed(working):
                one.result()
        finally:
            for worker in workers:
                worker.stop()


class Stopped(Exception):
    """Nobody wants to know the verdict any more."""


class Worker:
    """One worker process, made anew when it was ended."""

    def __init__(self, confined: bool, hidden: list[str]) -> None:
        self._confined = confined
        self._hidden = hidden
        self._process: subprocess.Popen[str] | None = None
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._folder = TemporaryFolder()
        self._handed_in = self._folder.path / "handed-in"
        self._stopped = threading.Event()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        if process and process.stdin and not self._stopped.is_set():
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                process.stdin.close()  # that there are no more units
                process.wait(LAST_WORDS)
        self._end()
        self._folder.close()

    def stop(self) -> None:
        """End the process, from another thread: whoever waits for a verdict is told `Stopped`."""
        self._stopped.set()
        process = self._process
        if process:
            process.kill()

    def verdict(self, unit: Unit) -> Verdict:
        """Return the verdict on a unit. Raises Stopped."""
        for _try in range(TRIES):
            verdict = self._tried(unit)
            if self._stopped.is_set():
                raise Stopped
            if not verdict.count(Outcome.CHECKER_BROKE):
                break
            self._end()
        return verdict

    def _tried(self, unit: Unit) -> Verdict:
        known: list[Result] = []
        ends = time.monotonic() + unit.seconds
        try:
            _lay(unit, self._handed_in)
            asked = {"checks": str(unit.lab.checks), "seed": unit.seed}
            self._ask({**asked, "language": language.current()})
            while True:
                message = json.loads(self._said.get(timeout=max(ends - time.monotonic(), 0)))
                match message:
                    case {"result": result}:
                        known.append(Result.from_dict(result))
                    case {"verdict": verdict}:
                        return Verdict.from_dict(verdict)
                    case {"broke": why}:
                        return unit.broken(known, why)
        except queue.Empty:
            self._end()
            return unit.without_an_end(known)
        except (OSError, ValueError) as error:  # its last line is empty
            self._end()
            if isinstance(error, OSError) and error.errno in FULL:
                raise  # that is nobody's verdict
            return unit.broken(
                known, _("The process that grades has ended: {error}").format(error=error)
            )

    def _ask(self, asked: dict[str, Any]) -> None:
        if self._process is None:
            self._process = self._started()
            self._said = queue.SimpleQueue()
            threading.Thread(target=_listen, args=(self._process, self._said), daemon=True).start()
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def _started(self) -> "subprocess.Popen[str]":
        kind = "confined" if self._confined else "unconfined"
        command = [sys.executable, "-m", "kit.grading.worker"]
        command += [str(self._handed_in), kind, *self._hidden]
        return subprocess.Popen(
            around(command) if self._confined else command,
            cwd=KIT_ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is the business of who has started it
        )

    def _end(self) -> None:
        """End the worker, and with it all that it has started."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def _listen(process: "subprocess.Popen[str]", said: "queue.SimpleQueue[str]") -> None:
    assert process.stdout
    try:
        for line in process.stdout:
            said.put(line)
    except ValueError:  # it is closed
        return
    finally:
        said.put("")


def _lay(unit: Unit, folder: Path) -> None:
    """Write the package of a unit in place of the last one's.

    Behind the wall another user has to read it, whatever this one's usual permissions are.
    """
    for left in folder.glob("*"):
        shutil.rmtree(left)
    cut.write({f"{PACKAGE}/{name}": text for name, text in unit.package.items()}, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
