"""A folder that was handed in."""

import os
import stat
from pathlib import Path

from kit.grading.intake.contents import PASSED_OVER, Contents, Unreadable
from kit.language import _


def read(folder: Path, contents: Contents) -> None:
    """Take in the files below `folder`; links, pipes and devices are left out.

    Raises Unreadable.
    """
    for place, folders, files in os.walk(folder, onerror=_refuse):
        for name in sorted(folders):
            if (Path(place) / name).is_symlink():
                contents.leave_out(_inside(folder, place, name), _("it is a link"))
        folders[:] = sorted(name for name in folders if not _is_passed_over(name))
        for name in sorted(files):
            _take(Path(place) / name, _inside(folder, place, name), contents)


def _take(path: Path, name: str, contents: Contents) -> None:
    if path.is_symlink():
        contents.leave_out(name, _("it is a link"))
        return
    if not stat.S_ISREG(path.lstat().st_mode):
        contents.leave_out(name, _("it is no file, but a pipe, a socket or a device"))
        return
    try:
        with path.open("rb") as file:
            contents.take(name, file.read)
    except OSError as error:
        contents.leave_out(
            name, _("it cannot be read ({strerror})").format(strerror=error.strerror)
        )


def _is_passed_over(name: str) -> bool:
    return name in PASSED_OVER or name.startswith(".")


def _inside(folder: Path, place: str, name: str) -> str:
    return (Path(place) / name).relative_to(folder).as_posix()


def _refuse(error: OSError) -> None:
    raise Unreadable(
        _("{filename} cannot be read: {strerror}").format(
            filename=error.filename, strerror=error.strerror
        )
    )
