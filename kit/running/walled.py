"""Behind the wall: one warm process, from which a cell is made for each submission.

The wall has been built by whoever started this process (`kit/grading/confinement`). A cell is
forked in milliseconds, with everything imported, and confines itself before any code of the
submission runs: it has processes, a user, mounts and shared memory of its own, new places to write
to, and no privileges. Nobody in a cell sees this process, or one of another cell.
"""

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import socket
import sys
from pathlib import Path

from kit.running import warm
from kit.running.enclosure import COMPILED, FOLDER, HANDED_IN, MEGABYTE, MOST_WRITTEN, WRITABLE

# For each process of a submission; processes, with their threads, are counted for all of a cell.
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
NEW_MOUNTS, NEW_NAMES, NEW_MEMORY = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PROCESSES = 0x10000000, 0x20000000
NO_SET_USER, NO_DEVICES, NO_PROGRAMS = 2, 4, 8
RECURSIVE, PRIVATE = 1 << 14, 1 << 18
CAPABILITIES_3 = 0x20080522  # the version of the structures that `capset` takes

_libc = ctypes.CDLL(None, use_errno=True)


def main(descriptor: int, user: int) -> None:
    """Make cells for the harness at the other end of `descriptor`, as `user` unless that is 0.

    `open` makes one, whose warm parent has the socket that comes with the request; `close` ends
    it, with all that is in it. Without a descriptor (-1), only try to make one.
    """
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    warm.prctl(warm.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user takes it back
    warm.prctl(PR_SET_DUMPABLE, 1)  # and makes what describes us in /proc somebody else's
    if descriptor < 0:
        _, status = os.waitpid(_cell(None), 0)
        sys.exit(os.waitstatus_to_exitcode(status))
    harness = socket.socket(fileno=descriptor)
    while True:
        message, descriptors, _, _ = socket.recv_fds(harness, 1024, 1)
        if not message:
            return  # and with the first process of a namespace go all others
        if json.loads(message)["want"] == "open":
            warm.prepare(_named())
            theirs = socket.socket(fileno=descriptors[0])
            cell = _cell(theirs)
            theirs.close()
            harness.send(json.dumps({"event": "opened", "pid": cell}).encode())
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(cell, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.waitpid(-1, 0)
            harness.send(json.dumps({"event": "closed"}).encode())


def _named() -> set[str]:
    """Return which of the libraries that take long to import the submission seems to need.

    One that it hides its servers import themselves, and take their time.
    """
    wanted = {module.partition(".")[0] for module in warm.HEAVY}
    files = [file for file in HANDED_IN.rglob("*.py") if file.is_file()]
    texts = (file.read_bytes() for file in files)
    return {name for text in texts for name in wanted if name.encode() in text}


def _cell(theirs: socket.socket | None) -> int:
    """Fork a cell, whose warm parent has this socket, and return the process that waits for it."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        status = _confined(theirs)
    except BaseException as error:
        print(f"The cell was not made: {error}", file=sys.stderr, flush=True)
    os._exit(status)


def _confined(theirs: socket.socket | None) -> int:
    """Confine what is forked from here on, fork it, and return its exit status."""
    warm.prctl(warm.PR_SET_PDEATHSIG, signal.SIGKILL)
    user, group = os.getuid(), os.getgid()
    _must(
        _libc.unshare(NEW_USER | NEW_MOUNTS | NEW_PROCESSES | NEW_MEMORY | NEW_NAMES), "a namespace"
    )
    _name_us((0, user), (0, group))  # whom the new namespaces obey
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    for name in ("shmall", "msgmni"):  # memory of the new namespace, which no process has to hold
        with contextlib.suppress(OSError):  # older systems do not let us
            Path("/proc/sys/kernel", name).write_text("16")
    _mount("none", "/", "", RECURSIVE | PRIVATE)
    _mount("proc", "/proc", "proc", NO_SET_USER | NO_DEVICES | NO_PROGRAMS)
    for place in WRITABLE:
        size = f"size={MOST_WRITTEN},nr_inodes=20k,mode=1777"
        _mount("tmpfs", str(place), "tmpfs", NO_SET_USER | NO_DEVICES, size)
    _must(_libc.unshare(NEW_USER), "a user namespace")
    _name_us((user, 0), (group, 0))
    _give_up_privileges()
    warm.prctl(warm.PR_SET_PDEATHSIG, signal.SIGKILL)
    if theirs is None:
        return 0
    for part in HANDED_IN.iterdir():  # folders: the package, and what lies beside it
        shutil.copytree(part, FOLDER / part.name)
    COMPILED.mkdir()
    # What is forked from here on is of the same user: it must not stop, trace or rewrite the
    # process that starts and ends all of it.
    warm.prctl(PR_SET_DUMPABLE, 0)
    warm.main(theirs.detach(), _enter)
    return 0


def _name_us(user: tuple[int, int], group: tuple[int, int]) -> None:
    """Say what this user and group, the second ones, are called in a new user namespace."""
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{user[0]} {user[1]} 1")
    (own / "gid_map").write_text(f"{group[0]} {group[1]} 1")


def _mount(what: str, place: str, kind: str, flags: int, options: str = "") -> None:
    texts = (text.encode() for text in (what, place, kind))
    _must(_libc.mount(*texts, ctypes.c_ulong(flags), options.encode()), f"{what} at {place}")


def _give_up_privileges() -> None:
    """Have no privileges any more, not even those over what is the cell's own."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0)
    none = (ctypes.c_uint32 * 6)()
    _must(_libc.capset(ctypes.byref(header), ctypes.byref(none)), "no privileges")


def _must(failed: int, what: str) -> None:
    if failed:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


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
