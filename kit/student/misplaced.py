"""Files that lie where nothing reads them: what somebody writes there changes nothing."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from kit.course import Course, Lab
from kit.language import _
from kit.running import PACKAGE

TAG = re.compile(r"# lab (\d+)\b")
CHECKPOINTS = ".ipynb_checkpoints"
# How copies are called: by JupyterLab, by browsers, and by the file managers of each system.
COPIES = [
    re.compile(r"(?i)copy (?:\(\d+\) )?of (?P<stem>.+?)(?P<ending>\.\w+)"),
    re.compile(r"(?i)(?P<stem>.+?)(?: -|-|_)? ?copy ?(?:\(?\d+\)?)?(?P<ending>\.\w+)"),
    re.compile(r"(?P<stem>.+?) ?\(\d+\)(?P<ending>\.\w+)"),
    re.compile(r"(?P<stem>.+?)(?P<ending>\.\w+)\.txt"),
]
MOST = 5  # that are told


def misplaced(course: Course, lab: Lab) -> list[str]:
    """Return a sentence for each file of a lab that lies in a wrong place, as far as it looks so.

    It looks at names and, of JupyterLab's own copies, at what is in them. What cannot be read is
    passed over.
    """
    try:
        found = list(dict.fromkeys(_found(course, lab)))
    except OSError:
        return []
    more = len(found) - MOST
    return [*found[:MOST], _("And {more} more files.").format(more=more)] if more > 0 else found


def _found(course: Course, lab: Lab) -> Iterator[str]:
    known = _names(course, lab.number)
    yield from _beside(course, lab, known)
    yield from _in_other_labs(course, lab, known)
    if not lab.package.is_dir():
        return
    for path in sorted(lab.package.rglob("*")):
        inside = path.relative_to(lab.package)
        if path.is_dir() or "__pycache__" in inside.parts:
            continue
        if CHECKPOINTS in inside.parts:
            yield from _edited_checkpoint(lab, path)
        elif inside.parts[0] == PACKAGE:
            yield (
                _(
                    "`{folder}` is a folder `{package}` inside"
                    " `{package}`: nothing reads it. Move what is in it one folder up."
                ).format(folder=_short(course, lab.package / PACKAGE), package=PACKAGE)
            )
        elif original := _copied(inside, lab.package):
            yield (
                _(
                    "`{file}` is a copy, and nothing reads it: your server imports"
                    " `{original}`. Is your work in the copy?"
                ).format(file=_short(course, path), original=original)
            )


def _beside(course: Course, lab: Lab, known: frozenset[str]) -> Iterator[str]:
    """Yield what lies beside the package, or above the lab's folder."""
    for folder in (lab.folder, lab.folder.parent):
        for path in sorted(folder.glob("*")):
            if path.is_file() and path.name in known:
                right = _short(course, lab.package / path.name)
                yield (
                    _(
                        "`{file}` lies outside `{package}`, so nothing reads it."
                        " Is it meant to be `{right}`?"
                    ).format(file=_short(course, path), package=PACKAGE, right=right)
                )


def _in_other_labs(course: Course, lab: Lab, known: frozenset[str]) -> Iterator[str]:
    """Yield files that come with this lab, and lie in the package of one before it."""
    for other in course.labs:
        if other.number >= lab.number or not other.package.is_dir():
            continue
        for name in sorted(known - _names(course, lab.number - 1)):
            if (other.package / name).is_file():
                yield (
                    _(
                        "`{file}` lies in the folder of lab"
                        " {other}, and this file comes with lab {number}. Is it meant to be"
                        " `{right}`?"
                    ).format(
                        file=_short(course, other.package / name),
                        other=other.number,
                        number=lab.number,
                        right=_short(course, lab.package / name),
                    )
                )


def _edited_checkpoint(lab: Lab, path: Path) -> Iterator[str]:
    """Yield a sentence where JupyterLab's copy of a file is newer than the file, and differs."""
    original = path.parent.parent / path.name.replace("-checkpoint", "")
    if not original.is_file() or path.stat().st_mtime_ns <= original.stat().st_mtime_ns:
        return
    if path.read_bytes() != original.read_bytes():
        name = path.relative_to(lab.package.parent).as_posix()
        yield (
            _(
                "`{name}` is JupyterLab's own copy of `{original}`, and newer than your file."
                " Did you edit the copy? Nothing reads it."
            ).format(name=name, original=original.name)
        )


def _copied(inside: Path, package: Path) -> str:
    """Return the name of the file that this one is a copy of, if it is called so."""
    for pattern in COPIES:
        if match := pattern.fullmatch(inside.name):
            original = inside.with_name(match["stem"].strip() + match["ending"])
            if original != inside and (package / original).is_file():
                return original.as_posix()
    return ""


@lru_cache
def _comes_with(reference: Path) -> dict[str, int]:
    """Return the modules of the finished server, each with the lab that it comes with."""
    found = {}
    for path in reference.glob("*.py"):
        labs = [int(number) for number in TAG.findall(path.read_text(encoding="utf-8"))]
        if labs and not path.name.startswith("__"):
            found[path.name] = min(labs)
    return found


def _names(course: Course, number: int) -> frozenset[str]:
    """Return the names of the modules that the package has after the lab of this number."""
    comes_with = _comes_with(course.reference)
    return frozenset(name for name, lab in comes_with.items() if lab <= number)


def _short(course: Course, path: Path) -> str:
    return path.relative_to(course.root).as_posix()
