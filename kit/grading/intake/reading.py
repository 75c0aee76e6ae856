"""Read a class: everything that was handed in, by student, and what is wrong with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from kit.course import Course
from kit.cut import Tree
from kit.grading.intake import folders, names, tarballs, zips
from kit.grading.intake.contents import Contents, Unreadable
from kit.grading.intake.layout import Packages, packages
from kit.running import PACKAGE

MOST_ARCHIVE = 100_000_000  # bytes
JUNK = {"__MACOSX", "Thumbs.db", "desktop.ini", "index.html"}
KNOWN_FOLDER = re.compile(rf"{PACKAGE}|labs|lab[-_ ]?\d+|\d\d_\w+", re.IGNORECASE)


class NoClass(Exception):
    """The folder holds no class. Its text says what it seems to be, and what to name instead."""


@dataclass
class HandedIn:
    """All that one student has handed in.

    `packages` holds what counts, by the number of the lab; under None what names no lab. `notes`
    say what was left out, and of several hand-ins which one counts. `unreadable` says of what
    nothing could be read, and why.
    """

    student: str
    id: str = ""
    packages: dict[int | None, Tree] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    _from: dict[int | None, str] = field(default_factory=dict)

    def package(self, lab: int) -> Tree | None:
        """Return what counts for a lab: what names it, or else what names none."""
        return self.packages.get(lab, self.packages.get(None))

    def take(self, found: Packages, source: str) -> None:
        """Let these packages count instead of earlier ones for the same labs."""
        self.notes += [f"{source}: {note}" for note in found.notes]
        for lab, tree in found.by_lab.items():
            earlier = self._from.get(lab)
            if earlier:
                self.notes.append(f"Handed in more than once: {source} counts, not {earlier}.")
            self.packages[lab] = tree
            self._from[lab] = source


def read(folder: Path, course: Course) -> list[HandedIn]:
    """Return what is in `folder`, by student, in the order of their names. Raises NoClass."""
    entries = _entries(_class_folder(folder))
    if not entries:
        raise NoClass(f"There is nothing in {folder}. Name the folder that holds the submissions.")
    read_names = {path: names.read(path, course) for path in entries}
    found: dict[str, HandedIn] = {}
    for path in sorted(entries, key=lambda path: _when(path, read_names[path])):
        name = read_names[path]
        called = _called(name, read_names.values())
        student = found.setdefault(called, HandedIn(called, name.id))
        if name.is_late:
            student.notes.append(f"{path.name} was handed in late.")
        try:
            contents = _contents(path)
        except Unreadable as error:
            student.unreadable.append(f"{path.name}: {error}.")
            continue
        student.notes += [f"{path.name}: {note}." for note in contents.notes]
        inside = packages(contents.files, name.what, course)
        if inside.by_lab:
            student.take(inside, path.name)
        else:
            student.unreadable.append(f"{path.name}: there is no package `{PACKAGE}` in it.")
    return [found[name] for name in sorted(found, key=str.casefold)]


def _class_folder(folder: Path) -> Path:
    """Return the folder that holds the submissions: this one, or the only one in it."""
    entries = _entries(folder)
    if any(entry.name == "__init__.py" or entry.name.casefold() == PACKAGE for entry in entries):
        raise NoClass(
            f"{folder} seems to be one submission. Name the folder that holds all of them."
        )
    if len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink():
        inner = _entries(entries[0])
        is_submission = any(
            KNOWN_FOLDER.fullmatch(entry.name) or entry.name == "__init__.py" for entry in inner
        )
        if len(inner) > 1 and not is_submission:
            return entries[0]
    return folder


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, without what systems leave there."""
    return sorted(
        path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in JUNK
    )


def _called(name: names.Name, others: Iterable[names.Name]) -> str:
    """Return what a student is called, with the system's number where two have the same name."""
    numbers = {other.number for other in others if other.student == name.student}
    return f"{name.student} ({name.number})" if len(numbers) > 1 else name.student


def _when(path: Path, name: names.Name) -> tuple[int, float, str]:
    """Return what tells earlier from later: how often it was handed in, or else the time."""
    return name.again, path.lstat().st_mtime, path.name


def _contents(path: Path) -> Contents:
    """Return what is in a folder or an archive; raises Unreadable."""
    contents = Contents()
    if path.is_symlink():
        raise Unreadable("it is a link")
    if path.is_dir():
        folders.read(path, contents)
    elif not path.is_file():
        raise Unreadable("it is neither a folder nor a file")
    elif path.stat().st_size > MOST_ARCHIVE:
        raise Unreadable(f"it is larger than {MOST_ARCHIVE // 1_000_000} megabytes")
    else:
        _unpack(path.read_bytes(), path.name, contents)
    _open_what_is_nested(contents)
    return contents


def _unpack(archive: bytes, name: str, contents: Contents) -> None:
    ending = name.casefold()
    if archive.startswith((b"PK\x03\x04", b"PK\x05\x06")) or ending.endswith(".zip"):
        zips.read(archive, contents)
    elif ending.endswith(names.ARCHIVES) or archive.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        tarballs.read(archive, contents)
    else:
        raise Unreadable("it is no folder, zip or tarball")


def _open_what_is_nested(contents: Contents) -> None:
    """Read the archives that lie in what was handed in: one step, and no further."""
    nested = {
        name: content
        for name, content in contents.files.items()
        if name.casefold().endswith(names.ARCHIVES)
    }
    for name, archive in nested.items():
        del contents.files[name]
        inner = Contents()
        try:
            _unpack(archive, name, inner)
        except Unreadable as error:
            contents.leave_out(name, str(error))
            continue
        above = names.without_ending(name)
        for path, content in inner.files.items():
            contents.take(f"{above}/{path}", BytesIO(content).read)
        contents.notes += [f"{name}: {note}" for note in inner.notes]
