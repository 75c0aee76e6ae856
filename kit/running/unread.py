"""Has a process read all that was sent to it? Seen from outside, on Linux."""

from collections.abc import Collection
from pathlib import Path


def nothing_unread(pid: int, ports: Collection[int]) -> bool:
    """Whether everything that was sent to these TCP ports of this machine has been read there.

    What comes from them does not count: a client may leave it unread for as long as it likes, and
    says only after a while that it has it. False where the system does not say.
    """
    lines = []
    for family in ("tcp", "tcp6"):
        try:
            lines += Path(f"/proc/{pid}/net/{family}").read_text().splitlines()[1:]
        except OSError:
            if family == "tcp":
                return False
    for line in lines:
        _, here, _, _, queues, *_ = line.split()
        unread = queues.rpartition(":")[2]
        if unread.strip("0") and int(here.rpartition(":")[2], 16) in ports:
            return False
    return True
