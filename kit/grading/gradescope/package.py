"""The zip that Gradescope builds its image of: the kit, the checks, and what is run there."""

import io
import os
import zipfile
from pathlib import Path

from kit.course import Course
from kit.grading.gradescope.once import SCHEME, SETTINGS, Settings
from kit.running import PACKAGE

HERE = Path(__file__).parent
AT_THE_ROOT = ("setup.sh", "run_autograder")  # as Gradescope wants it
FOLDERS = ("kit", "checks", "labs")
LEFT_OUT = {"__pycache__", "submissions", PACKAGE}
MADE = (2026, 1, 1, 0, 0, 0)  # the same files make the same archive


def archive(course: Course, settings: Settings, scheme: bytes | None) -> bytes:
    """Return the zip: without the reference, without solutions and anybody's own work."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name in AT_THE_ROOT:
            _add(opened, name, (HERE / name).read_bytes().replace(b"\r\n", b"\n"), 0o755)
        _add(opened, SETTINGS, settings.text().encode())
        if scheme is not None:
            _add(opened, SCHEME, scheme)
        for path in _files(course.root):
            _add(opened, path.relative_to(course.root).as_posix(), path.read_bytes())
    return written.getvalue()


def _files(root: Path) -> list[Path]:
    found = [root / "requirements.txt"]
    for top in FOLDERS:
        for place, folders, names in os.walk(root / top):
            folders[:] = sorted(
                name
                for name in folders
                if name not in LEFT_OUT and not name.startswith((".", f"{PACKAGE}."))
            )
            found += [Path(place) / name for name in sorted(names) if not name.startswith(".")]
    return found


def _add(opened: zipfile.ZipFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = zipfile.ZipInfo(name, MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = mode << 16
    opened.writestr(entry, content)
