"""The two walls around submissions, built by bubblewrap.

The outer one gives a grading worker a network with the loopback alone, and nothing else: so the
harness reaches what listens there, and that reaches nobody. The inner one is around the process
that makes a cell for each submission (`kit/running/walled.py`): it holds the packages, the part of
the kit that runs apps, and one submission at a time.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kit.language import _
from kit.running.enclosure import HANDED_IN, WRITABLE
from kit.running.plan import KIT_ROOT

BUBBLEWRAP = "bwrap"
PATIENCE = 20  # seconds that the trial may take
FIRST_USER = 1 << 30  # above all that systems give to accounts and containers

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "alternatives")
# Settings of the system with which ordinary users get no user namespaces.
FORBIDS = {"kernel/apparmor_restrict_unprivileged_userns": "1", "user/max_user_namespaces": "0"}
# Behind the inner wall: the kit, but only what runs an app, and the packages.
KIT, PACKAGES = Path("/kit"), Path("/packages")
PARTS = ("__init__.py", "running", "temporary.py", "folder_lock.py", "greenlets.py", "language.py")


def why_not() -> str:
    """Return why submissions cannot be confined on this machine, or nothing where they can."""
    if sys.platform != "linux":
        return _("bubblewrap, which confines them, is there for Linux alone")
    if shutil.which(BUBBLEWRAP) is None:
        return _("bubblewrap is not installed (on Debian and Ubuntu: apt-get install bubblewrap)")
    if any(Path(sys.base_prefix).resolve().is_relative_to(place) for place in WRITABLE):
        return _("Python itself lies in a folder for temporary files: {place}").format(
            place=sys.base_prefix
        )
    try:
        with tempfile.TemporaryDirectory() as nothing:
            tried = subprocess.run(
                around(inner(Path(nothing), [], -1)),
                capture_output=True,
                text=True,
                env=environment(),
                timeout=PATIENCE,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _("bubblewrap does not work here: {error}").format(error=error)
    if tried.returncode:
        said = tried.stderr.strip() or _("exit status {code}").format(code=tried.returncode)
        return _("bubblewrap does not work here: {error}").format(error=f"{said}{_forbidden()}")
    return ""


def _forbidden() -> str:
    """Return that the system forbids what bubblewrap needs, where that is known."""
    for name, value in FORBIDS.items():
        with contextlib.suppress(OSError):
            if Path("/proc/sys", name).read_text().strip() == value:
                return " " + _("(user namespaces are restricted: {setting})").format(
                    setting=f"{name.replace('/', '.')} = {value}"
                )
    return ""


def around(command: list[str]) -> list[str]:
    """Return what runs `command` as it is, but in a network of its own with the loopback alone."""
    start = [BUBBLEWRAP, "--unshare-net", "--dev-bind", "/", "/", "--die-with-parent"]
    # Whoever is root builds the inner wall as root, too.
    start += ["--cap-add", "ALL"] if _is_root() else ["--unshare-user"]
    return [*start, "--", *command]


def environment() -> dict[str, str]:
    """Return the variables behind the inner wall: none says anything about this account."""
    return {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        # Threads of the linear algebra would not survive the fork, and are not needed.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{_python().parent}:/usr/bin:/bin",
        "PYTHONUTF8": "1",
    }


def inner(handed_in: Path, hidden: Iterable[Path], descriptor: int) -> list[str]:
    """Return what makes cells for what lies in the folder `handed_in`, behind the inner wall.

    `hidden` are folders that must not be seen even where they lie in a part of the system that is;
    `descriptor` is the socket that asks for the cells, -1 to try whether one can be made.
    """
    command = [
        BUBBLEWRAP,
        *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--die-with-parent", "--as-pid-1", "--hostname", "roundtrip"),
    ]
    if _is_root():
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user"]
    mounts = sorted(_mounts(hidden), key=lambda mount: len(mount[0].parts))
    for above in dict.fromkeys(
        folder for path, _inside in mounts for folder in [*path.parents][-2::-1]
    ):
        if not any(above.is_relative_to(mounted) for mounted, _ in mounts):
            # In there it holds what is mounted below it and no more, so everybody may pass.
            command += ["--perms", "0755", "--dir", str(above)]
    for path, options in mounts:
        command += [*options, str(path)]
    # A cell has a /proc of its own over this one. The system lets it only where nothing of this
    # one is covered, so it is not bubblewrap's.
    command += ["--dev-bind", "/proc", "/proc", "--dev", "/dev"]
    for place in WRITABLE:  # each cell has its own
        command += ["--tmpfs", str(place), "--remount-ro", str(place)]
    command += ["--ro-bind", str(handed_in), str(HANDED_IN)]
    # What has been mounted on these stays as it is.
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(KIT), "--"]
    user = FIRST_USER + os.getpid() if _is_root() else 0
    python = [str(_python()), "-B", "-m", "kit.running.walled"]
    return [*command, *python, str(descriptor), str(user)]


def _mounts(hidden: Iterable[Path]) -> list[tuple[Path, list[str]]]:
    """Return where something is mounted, and how; what lies below comes over what lies above."""
    found: list[tuple[Path, list[str]]] = []
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            found.append((path, ["--symlink", str(path.readlink())]))
        elif path.is_dir():
            found.append((path, ["--ro-bind", str(path)]))
    python = Path(sys.base_prefix).resolve()
    if not python.is_relative_to("/usr"):
        found.append((python, ["--ro-bind", str(python)]))
    found += [(Path("/etc") / name, ["--ro-bind-try", f"/etc/{name}"]) for name in SETTINGS]
    found += [(KIT / "kit" / name, ["--ro-bind", str(KIT_ROOT / "kit" / name)]) for name in PARTS]
    # psutil counts what is read and written on disks whose names it finds there.
    found += [(disk, ["--dir"]) for disk in Path("/sys/block").glob("*")]
    if _has_an_environment():
        found.append((PACKAGES, ["--ro-bind", str(Path(sys.prefix).resolve())]))
    for path in hidden:
        if any(path.is_relative_to(seen) and path != seen for seen in (Path("/usr"), python)):
            found.append((path, ["--tmpfs"]))
    return found


def _has_an_environment() -> bool:
    """Whether the packages are in a virtual environment, and not beside Python itself."""
    return sys.prefix != sys.base_prefix


def _python() -> Path:
    """Return what Python is called behind the inner wall."""
    if _has_an_environment():
        return PACKAGES / Path(sys.executable).relative_to(sys.prefix)
    return Path(sys.executable).resolve()


def _is_root() -> bool:
    return os.geteuid() == 0
