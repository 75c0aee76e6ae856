"""Has a process read all that was sent to it? Seen from outside, on Linux."""

from collections.abc import Collection
from pathlib import Path


def nothing_unread(pid: int, ports: Collection[int]) -> bool:
    """Whether nothing is on its way from or to these TCP ports, neither unread nor unsent.

    False where the system does not say.
    """
    lines = []
    for family in ("tcp", "tcp6"):
        try:
            lines += Path(f"/proc/{pid}/net/{family}").read_text().splitlines()[1:]
        except OSError:
            if family == "tcp":
                return False
    for line in lines:
        _, here, there, _, queues, *_ = line.split()
        ends = {int(end.rpartition(":")[2], 16) for end in (here, there)}
        if ends & {*ports} and queues.strip("0:"):
            return False
    return True
