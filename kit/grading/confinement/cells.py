"""Cells behind a wall: one for each submission, one after the other."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kit.grading.confinement.bubblewrap import environment, inner
from kit.grading.confinement.processes import NO_PROCESS, child_called, children
from kit.language import _
from kit.running import LauncherBroke, Plan
from kit.running.enclosure import COMPILED, FOLDER

# Seconds on the clock that the process behind the wall has for a request; the first one comes
# while it still imports.
LONGEST = 180
LAST_WORDS = 10
MOST_WORDS = 2000  # bytes


class Wall:
    """A wall with room for one cell at a time, for the submission that lies in `handed_in` then.

    `hidden` are folders that no submission may see.
    """

    def __init__(self, handed_in: Path, hidden: Iterable[Path] = ()) -> None:
        """Build nothing before the first cell is asked for."""
        self._handed_in = handed_in
        self._hidden = tuple(hidden)
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._cell: Cell | None = None
        self._asking = threading.RLock()

    def __enter__(self) -> "Wall":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._said.close()

    def open(self, theirs: socket.socket) -> "Cell":
        """Return a new cell, whose warm parent has the socket `theirs`. Raises LauncherBroke."""
        with self._asking:
            if self._cell:
                self._cell.end(at_once=True)
            self.build()
            try:
                message = json.dumps({"want": "open"}).encode()
                socket.send_fds(self._socket, [message], [theirs.fileno()])
                waits = int(self._answer()["pid"])
            except (OSError, ValueError, KeyError) as error:
                self.close()
                said = _("No cell could be made: {error}\n{last_words}").format(
                    error=error, last_words=self.last_words()
                )
                raise LauncherBroke(said) from error
            self._cell = Cell(self, waits)
            return self._cell

    def inside(self, plan: Plan) -> Plan:
        """Return the plan with the paths of a cell."""
        return replace(plan, folder=FOLDER, compiled=COMPILED)

    @property
    def cell(self) -> "Cell | None":
        """The cell that there is now."""
        return self._cell

    @property
    def first(self) -> int:
        """What the first process behind the wall is called out here."""
        below = children(self._process.pid) if self._process else []
        return below[0] if below else NO_PROCESS

    def empty(self) -> None:
        """End the cell, and everything in it. Where that takes too long, the wall goes with it."""
        with self._asking:
            self._cell = None
            if self._process is None:
                return
            try:
                self._socket.send(json.dumps({"want": "close"}).encode())
                self._answer()
            except (OSError, ValueError):
                self.close()

    def close(self) -> None:
        """Take the wall down, with everything behind it."""
        self._cell = None
        process, self._process = self._process, None
        if process is None:
            return
        # With the first process of a namespace go all others; bubblewrap waits for it.
        below = children(process.pid)
        with contextlib.suppress(OSError):
            self._socket.close()
        for first in below:
            with contextlib.suppress(OSError):
                os.kill(first, signal.SIGKILL)
        try:
            process.wait(LAST_WORDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def last_words(self) -> str:
        """Return what was said behind the wall at last; no submission can say anything there."""
        said = self._said.fileno()  # what is written there goes on where it ended: no seeking
        start = max(os.fstat(said).st_size - MOST_WORDS, 0)
        return os.pread(said, MOST_WORDS, start).decode(errors="replace")

    def build(self) -> None:
        """Build the wall, unless it stands; it falls when the thread that has built it ends."""
        if self._process and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(LONGEST)
        with theirs:
            self._process = subprocess.Popen(
                inner(self._handed_in, self._hidden, theirs.fileno()),
                env=environment(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
            )
        self._socket = ours

    def _answer(self) -> dict[str, Any]:
        message = self._socket.recv(1024)
        if not message:
            raise OSError(_("the process behind the wall has ended"))
        answer: dict[str, Any] = json.loads(message)
        return answer


class Cell:
    """One cell: a warm parent, and the servers of one submission that it has forked."""

    def __init__(self, wall: Wall, waits: int) -> None:
        """See the cell that the process `waits` has been forked for, as it is called in there."""
        self._wall = wall
        self._waits = waits
        self._is_open = True

    @property
    def is_running(self) -> bool:
        """Whether nobody has ended it; that its warm parent has gone, its socket tells."""
        return self._is_open

    @property
    def first(self) -> int:
        """What its first process, the warm parent, is called out here."""
        below = children(child_called(self._wall.first, self._waits))
        return below[0] if below else NO_PROCESS

    def process_id(self, inside: int) -> int:
        """Return what the process that the warm parent calls `inside` is called out here."""
        return child_called(self.first, inside)

    def end(self, *, at_once: bool) -> str:  # noqa: ARG002  # there is nothing to wait for
        """Return when everything in it has ended, and what was said behind the wall."""
        if self._is_open:
            self._is_open = False
            self._wall.empty()
        return self._wall.last_words()
