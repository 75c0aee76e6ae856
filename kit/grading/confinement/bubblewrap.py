"""The wall around a submission, built by bubblewrap.

Two of them, one inside the other. The outer one gives a grading worker a network with the loopback
alone, and nothing else: so the harness reaches what listens there, and that reaches nobody. The
inner one is made anew for each submission: it holds the packages, the module of the kit that runs
apps, and the submission.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kit.running import Plan
from kit.running.enclosure import COMPILED, FOLDER, HANDED_IN, MOST_WRITTEN
from kit.running.plan import KIT_ROOT

BUBBLEWRAP = "bwrap"
PATIENCE = 20  # seconds that the trial may take
NOBODY = 1 << 22  # higher than the id of any process
FIRST_USER = 1 << 30  # above all that systems give to accounts and containers

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "alternatives")
# What runs an app, and no more of the kit.
KIT = ("__init__.py", "running", "temporary.py", "folder_lock.py", "greenlets.py")


def why_not() -> str:
    """Return why submissions cannot be confined on this machine, or nothing where they can."""
    if sys.platform != "linux":
        return "bubblewrap, which confines them, is there for Linux alone"
    if shutil.which(BUBBLEWRAP) is None:
        return "bubblewrap is not installed (on Debian and Ubuntu: apt-get install bubblewrap)"
    trial = [*around(["true"])[:-1], *_inner(Path("/usr"), []), "true"]
    try:
        tried = subprocess.run(trial, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not work here: {error}"
    if tried.returncode:
        return f"bubblewrap does not work here: {tried.stderr.strip() or tried.returncode}"
    return ""


def around(command: list[str]) -> list[str]:
    """Return what runs `command` as it is, but in a network of its own with the loopback alone."""
    start = [BUBBLEWRAP, "--unshare-net", "--dev-bind", "/", "/", "--die-with-parent"]
    # Whoever is root builds the inner wall as root, too.
    start += ["--cap-add", "ALL"] if _is_root() else ["--unshare-user"]
    return [*start, "--", *command]


@dataclass(frozen=True)
class Bubblewrap:
    """The inner wall: the warm parent of the submission in `folder`, and all that it forks.

    `hidden` are folders that must not be seen even where they lie in a part of the system that is.
    """

    folder: Path
    hidden: tuple[Path, ...] = ()

    def command(self, descriptor: int) -> list[str]:
        """Return what runs the warm parent in there."""
        user = FIRST_USER + os.getpid() if _is_root() else 0
        return [
            *_inner(self.folder, self.hidden),
            sys.executable,
            *("-B", "-m", "kit.running.walled", str(descriptor), str(user)),
        ]

    def environment(self) -> dict[str, str]:
        """Return the variables in there: none that say anything about this machine's owner."""
        return {
            "HOME": "/tmp",
            "LANG": "C.UTF-8",
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONUTF8": "1",
        }

    def inside(self, plan: Plan) -> Plan:
        """Return the plan with the paths of in there."""
        return replace(plan, folder=FOLDER, compiled=COMPILED)

    def process_id(self, process: "subprocess.Popen[bytes]", inside: int) -> int:
        """Return what the process `inside` is called out here."""
        for parent in children(process.pid):
            for child in children(parent):
                if _innermost_id(child) == inside:
                    return child
        return NOBODY

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """End everything in there: all processes go with the first of their namespace."""
        for first in children(process.pid):
            with contextlib.suppress(OSError):
                os.kill(first, signal.SIGKILL)
        process.kill()


def children(process: int) -> list[int]:
    """Return the processes that this one has started and that are still below it."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def _inner(folder: Path, hidden: Iterable[Path]) -> list[str]:
    writable = ["--perms", "1777", "--size", str(MOST_WRITTEN), "--tmpfs"]
    command = [
        BUBBLEWRAP,
        *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--die-with-parent", "--as-pid-1", "--hostname", "roundtrip"),
    ]
    if _is_root():
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--disable-userns"]
    mounts = sorted(_mounts(hidden), key=lambda mount: len(mount[0].parts))
    for above in dict.fromkeys(folder for path, _ in mounts for folder in [*path.parents][-2::-1]):
        if not any(above.is_relative_to(mounted) for mounted, _ in mounts):
            # In there it holds what is mounted below it and no more, so everybody may pass.
            command += ["--perms", "0755", "--dir", str(above)]
    for path, options in mounts:
        command += [*options, str(path)]
    command += ["--proc", "/proc", "--dev", "/dev", *writable, "/dev/shm", *writable, "/tmp"]
    command += [*writable, str(FOLDER), "--ro-bind", str(folder), str(HANDED_IN)]
    # What has been mounted on these stays as it is.
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(KIT_ROOT), "--"]


def _mounts(hidden: Iterable[Path]) -> list[tuple[Path, list[str]]]:
    """Return where something is mounted, and how; what lies below comes over what lies above."""
    found: list[tuple[Path, list[str]]] = []
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            found.append((path, ["--symlink", str(path.readlink())]))
        elif path.is_dir():
            found.append((path, ["--ro-bind", str(path)]))
    seen = {Path("/usr")}
    for name in (sys.base_prefix, sys.prefix):
        path = Path(name).resolve()
        if not any(path.is_relative_to(other) for other in seen):
            seen.add(path)
            found.append((path, ["--ro-bind", str(path)]))
    found += [(Path("/etc") / name, ["--ro-bind-try", f"/etc/{name}"]) for name in SETTINGS]
    found.append((KIT_ROOT, ["--tmpfs"]))
    found += [
        (KIT_ROOT / "kit" / name, ["--ro-bind", str(KIT_ROOT / "kit" / name)]) for name in KIT
    ]
    for path in hidden:
        if any(path.is_relative_to(other) for other in seen if other != path):
            found.append((path, ["--tmpfs"]))
    return found


def _is_root() -> bool:
    return os.geteuid() == 0


def _innermost_id(process: int) -> int:
    """Return what a process is called in its own namespace; 0 where there is none any more."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("NSpid:")).split()[-1])
    return 0
