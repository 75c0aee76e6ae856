"""Inside the wall: the warm parent of one submission that nobody trusts.

The wall around it has been built by whoever started this process (`kit/grading/confinement`). Here
only that is done which has to be done from within: to be a user of its own, to lay the submission
where it may write, and to bound each process of it.
"""

import ctypes
import os
import resource
import shutil
import signal
import sys
from pathlib import Path

from kit.running import warm
from kit.running.enclosure import COMPILED, FOLDER, HANDED_IN, MEGABYTE

# For each process of the submission. Processes, with their threads, are counted together.
LIMITS = {
    resource.RLIMIT_AS: 4096 * MEGABYTE,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_CPU: 60,  # seconds
    resource.RLIMIT_FSIZE: 32 * MEGABYTE,
    resource.RLIMIT_MEMLOCK: MEGABYTE,
    resource.RLIMIT_MSGQUEUE: MEGABYTE,
    resource.RLIMIT_NOFILE: 1024,
    resource.RLIMIT_NPROC: 400,
}
PR_SET_DUMPABLE = 4
CLONE_NEWUSER = 0x10000000


def main(descriptor: int, user: int) -> None:
    """Serve the harness at the other end of `descriptor`, as `user` unless that is 0."""
    if user:
        _become(user)
    warm.prctl(warm.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user takes it back
    for part in HANDED_IN.iterdir():  # folders: the package, and what lies beside it
        shutil.copytree(part, FOLDER / part.name)
    COMPILED.mkdir()
    # What it forks is of the same user: it must not stop, trace or rewrite the process that
    # starts and ends all of it.
    warm.prctl(PR_SET_DUMPABLE, 0)
    warm.main(descriptor, _enter)


def _become(user: int) -> None:
    """Be this user from now on, of whom nobody else is, in a user namespace of its own."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    warm.prctl(PR_SET_DUMPABLE, 1)  # or the files below are not ours
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) == 0:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{user} {user} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(text)


def _enter() -> None:
    """Bound a child of the warm parent, which is about to run the submission."""
    for limit, most in LIMITS.items():
        _, hardest = resource.getrlimit(limit)
        bound = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        resource.setrlimit(limit, (bound, bound))
    os.umask(0o022)
    warm.prctl(PR_SET_DUMPABLE, 1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
