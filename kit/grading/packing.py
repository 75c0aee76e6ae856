"""Pack what a student hands in: what is theirs, in the form that grading reads."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.course import Course, Lab
from kit.cut import FETCHED, Tree
from kit.grading.intake import folders, zips
from kit.grading.intake.contents import Contents, Unreadable
from kit.grading.intake.layout import packages
from kit.language import _

MADE = (2026, 1, 1, 0, 0, 0)  # the same files make the same archive


class NotPacked(Exception):
    """Something cannot be handed in. Its text says what, and what to do."""


@dataclass(frozen=True)
class Packed:
    """The package of one lab, as it is handed in; `notes` say what is left out of it."""

    lab: Lab
    package: Tree
    notes: tuple[str, ...]


def collect(lab: Lab) -> Packed:
    """Return the student's files of a lab, without what tools and set-up leave there.

    Raises NotPacked where there are none, or too much of it.
    """
    contents = Contents()
    try:
        if lab.package.is_dir():
            folders.read(lab.package, contents)
    except Unreadable as error:
        raise NotPacked(
            _(
                "{title}: {package} cannot be handed in, for {error}."
                " Take away what does not belong to your app."
            ).format(title=lab.title, package=lab.package, error=error)
        ) from None
    package = {
        name: text for name, text in contents.files.items() if not name.startswith(f"{FETCHED}/")
    }
    if not package:
        raise NotPacked(
            _(
                "{title}: there is nothing of yours yet. To begin: python3 -m kit start {number}"
            ).format(title=lab.title, number=lab.number)
        )
    return Packed(lab, package, tuple(contents.notes))


def archive(packed: Sequence[Packed], course: Course) -> bytes:
    """Return a zip of these packages. Raises NotPacked where grading would not read the same."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for one in packed:
            for name in sorted(one.package):
                entry = zipfile.ZipInfo(f"{folder(one.lab)}/{name}", MADE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                opened.writestr(entry, one.package[name])
    content = written.getvalue()
    if _read(content, course) != {one.lab.number: one.package for one in packed}:
        raise NotPacked(
            _(
                "What was packed would not be read again as it is. Are there two files in your labs"
                " whose names differ only in how an accent is written?"
            )
        )
    return content


def folder(lab: Lab) -> str:
    """Return where the package of a lab lies in the project, and in the archive."""
    return lab.package.relative_to(lab.root).as_posix()


def save(content: bytes, path: Path) -> None:
    """Write the archive, so that it is there whole or as it was."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _read(content: bytes, course: Course) -> Mapping[int | None, Tree]:
    contents = Contents()
    try:
        zips.read(content, contents)
    except Unreadable as error:
        raise NotPacked(
            _("It is too much to be handed in at once: {error}.").format(error=error)
        ) from None
    return packages(contents.files, "", course).by_lab
