"""Where the warm parent runs, with all that it forks, when that is not simply this machine."""

import subprocess
from pathlib import Path
from typing import Protocol

from kit.running.plan import Plan

# What stands in each enclosure, under the same name in all of them.
HANDED_IN = Path("/handed-in")  # the submission, which cannot be written to
FOLDER = Path("/submission")  # its copy, where it runs
COMPILED = Path("/tmp/compiled")

MEGABYTE = 1 << 20
MOST_WRITTEN = 64 * MEGABYTE  # in each place where a submission may write


class Enclosure(Protocol):
    """A place of its own for a warm parent. What runs in there has other paths and process ids."""

    def command(self, descriptor: int) -> list[str]:
        """Return what runs the warm parent in there, with the socket `descriptor`."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that it has in there, and no others."""

    def inside(self, plan: Plan) -> Plan:
        """Return the plan with the paths of in there."""

    def process_id(self, process: "subprocess.Popen[bytes]", inside: int) -> int:
        """Return what the process `inside` is called out here; `process` runs the command.

        Where there is no such process any more, nobody has the id that is returned.
        """

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """End everything in there, at once."""
