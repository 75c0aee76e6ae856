"""Where the warm parent runs, with all that it forks, when that is not simply this machine."""

import socket
from pathlib import Path
from typing import Protocol

from kit.running.plan import Plan

# What stands in each enclosure, under the same name in all of them.
HANDED_IN = Path("/handed-in")  # the submission, which cannot be written to
FOLDER = Path("/submission")  # its copy, where it runs
COMPILED = Path("/tmp/compiled")
WRITABLE = (Path("/tmp"), Path("/dev/shm"), FOLDER)  # new for each submission

MEGABYTE = 1 << 20
MOST_WRITTEN = 64 * MEGABYTE  # in each place where a submission may write


class Parent(Protocol):
    """A warm parent, seen from outside."""

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""

    def process_id(self, inside: int) -> int:
        """Return what the process that it calls `inside` is called out here.

        Where there is no such process any more, nobody has the id that is returned.
        """

    def end(self, *, at_once: bool) -> str:
        """Return when it has ended, with all that it has forked, and what it said at last.

        It ends by itself when its socket is closed, unless it has to be `at_once`.
        """


class Enclosure(Protocol):
    """A place of its own for a warm parent. What runs in there has other paths and process ids."""

    def open(self, theirs: socket.socket) -> Parent:
        """Return a warm parent in there, which has the socket `theirs`. Raises LauncherBroke."""

    def inside(self, plan: Plan) -> Plan:
        """Return the plan with the paths of in there."""
