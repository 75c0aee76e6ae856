"""Read a class: everything that was handed in, by student, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from kit.course import Course
from kit.cut import Tree
from kit.grading.intake import entries, folders, names, tarballs, zips
from kit.grading.intake.contents import Contents, Unreadable
from kit.grading.intake.entries import Entry, is_bare
from kit.grading.intake.layout import Packages, packages
from kit.language import _
from kit.running import PACKAGE

MOST_ARCHIVE = 100_000_000  # bytes
BEGINNINGS = {b"Rar!": "RAR", b"7z\xbc\xaf": "7-Zip"}  # of archives that nothing here can read
ZIP, TARBALL = (b"PK\x03\x04", b"PK\x05\x06"), (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
TAR_AT, TAR = 257, b"ustar"  # in one that is not compressed


@dataclass
class HandedIn:
    """All that one student has handed in.

    `packages` holds what counts, by the number of the lab; under None what names no lab; `times`
    say when that was handed in, where it is known. `notes` say what was left out, and of several
    hand-ins which one counts. `unreadable` says of what nothing could be read, and why. What the
    system says of the student is in `id` (Canvas's own number), `username`, `email` and `sis_id`.
    """

    student: str
    id: str = ""
    username: str = ""
    email: str = ""
    sis_id: str = ""
    packages: dict[int | None, Tree] = field(default_factory=dict)
    times: dict[int | None, datetime | None] = field(default_factory=dict)
    late: set[int | None] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    _from: dict[int | None, str] = field(default_factory=dict)

    def package(self, lab: int) -> Tree | None:
        """Return what counts for a lab: what names it, or else what names none."""
        return self.packages.get(lab, self.packages.get(None))

    def take(self, found: Packages, entry: Entry) -> None:
        """Let these packages count instead of earlier ones for the same labs."""
        source = entry.path.name
        self.notes += [f"{source}: {note}" for note in found.notes]
        for lab, tree in found.by_lab.items():
            earlier = self._from.get(lab)
            if earlier:
                note = _("Handed in more than once: {source} counts, not {earlier}.").format(
                    source=source, earlier=earlier
                )
                if note not in self.notes:  # one archive may hold several labs
                    self.notes.append(note)
            self.packages[lab] = tree
            self.times[lab] = entry.name.when
            self.late.discard(lab)
            if entry.name.is_late:
                self.late.add(lab)
            self._from[lab] = source


def read(folder: Path, course: Course) -> list[HandedIn]:
    """Return what is in `folder`, by student, in the order of their names. Raises NoClass."""
    return _taken_in(entries.read(folder, course), course)


def read_one(path: Path, student: str, course: Course, when: datetime | None = None) -> HandedIn:
    """Return what this one folder or archive holds, which `student` handed in at `when`."""
    (found,) = _taken_in([Entry(path, names.Name(student, "", when=when))], course)
    return found


def _taken_in(handed_in: list[Entry], course: Course) -> list[HandedIn]:
    alike = [entry.name for entry in handed_in]
    found: dict[str, HandedIn] = {}
    opened: dict[Path, Contents | Unreadable] = {}
    held: dict[bytes, bytes] = {}
    for entry in sorted(handed_in, key=_when):
        name = entry.name
        called = _called(name, alike)
        student = found.setdefault(
            called, HandedIn(called, name.id, name.username, name.email, name.sis_id)
        )
        if name.is_late:
            student.notes.append(_("{name} was handed in late.").format(name=entry.path.name))
        if entry.is_receipt:
            student.unreadable.append(
                _("{name}: no file was handed in with it.").format(name=entry.path.name)
            )
            continue
        if entry.path not in opened:
            opened[entry.path] = _opened(entry.path)
        contents = opened[entry.path]
        if isinstance(contents, Unreadable):
            student.unreadable.append(f"{entry.path.name}: {contents}.")
            continue
        student.notes += [f"{entry.path.name}: {note}." for note in contents.notes]
        for file, content in contents.files.items():  # most of it is given, and all have the same
            contents.files[file] = held.setdefault(content, content)
        inside = packages(contents.files, name.what, course)
        if inside.by_lab:
            student.take(inside, entry)
        else:
            student.unreadable.append(f"{entry.path.name}: {_nothing_in(entry.path, inside)}")
    return [found[name] for name in sorted(found, key=str.casefold)]


def _called(name: names.Name, others: Iterable[names.Name]) -> str:
    """Return what a student is called, with the system's number where two have the same name."""
    numbers = {other.number for other in others if other.student == name.student}
    return f"{name.student} ({name.number})" if len(numbers) > 1 else name.student


def _when(entry: Entry) -> tuple[int, float, str]:
    """Return what tells earlier from later: how often it was handed in, or else the time."""
    when = entry.name.when
    seconds = when.timestamp() if when else entry.path.lstat().st_mtime
    return entry.name.again, seconds, entry.path.name


def _nothing_in(path: Path, found: Packages) -> str:
    """Return what is said where something was handed in and holds no package."""
    if found.is_project:
        return _(
            "it is the whole project without any work in it: there is no `labs/*/{package}`."
            " Perhaps it was not committed."
        ).format(package=PACKAGE)
    if is_bare(path):
        return _("it is a bare git repository. Clone it, and grade the clone.")
    return _("there is no package `{package}` in it.").format(package=PACKAGE)


def _opened(path: Path) -> Contents | Unreadable:
    try:
        return _contents(path)
    except Unreadable as error:
        return error


def _contents(path: Path) -> Contents:
    """Return what is in a folder or an archive; raises Unreadable."""
    contents = Contents()
    if path.is_symlink():
        raise Unreadable(_("it is a link"))
    if path.is_dir():
        folders.read(path, contents)
    elif not path.is_file():
        raise Unreadable(_("it is neither a folder nor a file"))
    elif path.stat().st_size > MOST_ARCHIVE:
        raise Unreadable(
            _("it is larger than {most} megabytes").format(most=MOST_ARCHIVE // 1_000_000)
        )
    else:
        _unpack(path.read_bytes(), path.name, contents)
    _open_what_is_nested(contents)
    return contents


def _unpack(archive: bytes, name: str, contents: Contents) -> None:
    """Take in the files of an archive: what it is tells its beginning, then its name."""
    ending = name.casefold()
    is_tar = archive[TAR_AT : TAR_AT + len(TAR)] == TAR
    if not archive:
        raise Unreadable(_("it is empty"))
    if names.PART.search(ending):
        raise Unreadable(_("it is one part of an archive in several; ask for a single zip"))
    if kind := next((BEGINNINGS[sign] for sign in BEGINNINGS if archive.startswith(sign)), ""):
        raise Unreadable(
            _("it is a {kind} archive, which cannot be read here; ask for a zip").format(kind=kind)
        )
    if archive.startswith(ZIP):
        zips.read(archive, contents)
    elif archive.startswith(TARBALL) or is_tar:
        tarballs.read(archive, contents)
    elif ending.endswith(".zip"):
        zips.read(archive, contents)
    elif ending.endswith(names.ARCHIVES):
        tarballs.read(archive, contents)
    elif ending.endswith((".py", ".html", ".css", ".js", ".json", ".txt", ".ipynb")):
        raise Unreadable(
            _("it is a single file; a package `{package}` is handed in as a zip").format(
                package=PACKAGE
            )
        )
    else:
        raise Unreadable(_("it is no folder, zip or tarball"))


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
