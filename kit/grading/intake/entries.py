"""What in a class's folder is a hand-in, and whose: a line for each student that it belongs to."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from kit.course import Course
from kit.grading.intake import names
from kit.grading.intake.layout import lab_named
from kit.grading.intake.names import Name
from kit.language import _
from kit.running import PACKAGE

GRADESCOPE = "submission_metadata.yml"
MOST_METADATA = 50_000_000  # bytes
JUNK = {"__MACOSX", "Thumbs.db", "desktop.ini", "index.html", GRADESCOPE}
KNOWN_FOLDER = re.compile(rf"{PACKAGE}|labs|lab[-_ ]?\d+|\d\d_\w+", re.IGNORECASE)
# What Blackboard writes for each attempt, whether there is a file with it or not.
RECEIPT = re.compile(r"(?P<attempt>.+_attempt_\d{4}(?:-\d\d){5})\.txt", re.IGNORECASE)
RECEIPT_NAME = re.compile(r"^Name: (?P<name>.+) \((?P<username>[^()]+)\)\s*$", re.MULTILINE)
MOST_RECEIPT = 100_000  # bytes


class NoClass(Exception):
    """The folder holds no class. Its text says what it seems to be, and what to name instead."""


@dataclass(frozen=True)
class Entry:
    """Something that was handed in, and by whom. `is_receipt` where there is no file with it."""

    path: Path
    name: Name
    is_receipt: bool = False


def read(folder: Path, course: Course) -> list[Entry]:
    """Return what was handed in; what a group has, once for each of them. Raises NoClass."""
    found: list[Entry] = []
    for place, lab in _class_folders(folder, course):
        inside = _named(place, course)
        found += [
            replace(entry, name=replace(entry.name, what=f"{lab} {entry.name.what}".strip()))
            if lab and not lab_named([entry.name.what], course)
            else entry
            for entry in inside
        ]
    if not found:
        raise NoClass(
            _("There is nothing in {folder}. Name the folder that holds the submissions.").format(
                folder=folder
            )
        )
    return found


def _class_folders(folder: Path, course: Course) -> list[tuple[Path, str]]:
    """Return the folders that hold submissions, each with the lab that it is for, if it says so.

    Mostly that is the one folder, or the only one in it; or it holds a folder for each lab.
    """
    inside = _inside(folder)
    is_submission = any(
        entry.name in {"__init__.py", "labs"} or entry.name.casefold() == PACKAGE
        for entry in inside
    )
    if is_submission:
        raise NoClass(
            _(
                "{folder} seems to be one submission. Name the folder that holds all of them."
            ).format(folder=folder)
        )
    if whole := _only_zip_of_a_class(inside, course):
        raise NoClass(
            _(
                "{folder} holds one zip, with several submissions in it. Name that:"
                " python3 -m kit grade {zip}"
            ).format(folder=folder, zip=whole)
        )
    by_lab = {entry: entry.name for entry in inside if lab_named([entry.name], course)}
    if inside and by_lab.keys() == set(inside) and all(map(_holds_submissions, inside)):
        return list(by_lab.items())
    is_alone = len(inside) == 1 and len(_inside(inside[0])) > 1 and not is_bare(inside[0])
    if is_alone and _holds_submissions(inside[0]):
        return [(inside[0], "")]
    return [(folder, "")]


def _only_zip_of_a_class(inside: list[Path], course: Course) -> Path | None:
    """Return what is alone in a folder where that is a zip of several people's archives."""
    if len(inside) != 1 or not inside[0].is_file():
        return None
    try:
        with zipfile.ZipFile(inside[0]) as opened:
            stems = [
                names.without_ending(Path(name).name)
                for name in opened.namelist()
                if name.casefold().endswith(names.ARCHIVES)
            ]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None  # it is told where that is read
    return inside[0] if len([s for s in stems if not names.names_work(s, course)]) > 1 else None


def is_bare(folder: Path) -> bool:
    """Whether a folder is a git repository without files to look at."""
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir()


def _holds_submissions(folder: Path) -> bool:
    """Whether a folder holds several submissions, and is not one itself."""
    inside = _inside(folder)
    return bool(inside) and not any(
        KNOWN_FOLDER.fullmatch(entry.name) or entry.name == "__init__.py" for entry in inside
    )


def _inside(folder: Path) -> list[Path]:
    """Return what lies in a folder, without what systems leave there; nothing where it is none."""
    if folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in JUNK
    )


def _named(folder: Path, course: Course) -> list[Entry]:
    if (folder / GRADESCOPE).is_file():
        return list(_of_gradescope(folder, course))
    inside = _inside(folder)
    receipts = {match["attempt"]: path for path in inside if (match := _receipt(path))}
    found = []
    with_files = set()
    for path in inside:
        if path in receipts.values():
            continue
        name = names.read(path, course)
        attempt = next((one for one in receipts if path.name.startswith(f"{one}_")), "")
        if attempt:
            with_files.add(attempt)
            name = _told_by_receipt(receipts[attempt], name)
        found.append(Entry(path, name))
    for attempt, path in receipts.items():
        if attempt not in with_files:
            name = _told_by_receipt(path, names.read(path.with_name(attempt), course))
            found.append(Entry(path, name, is_receipt=True))
    return found


def _receipt(path: Path) -> re.Match[str] | None:
    is_file = path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_RECEIPT
    return RECEIPT.fullmatch(path.name) if is_file else None


def _told_by_receipt(receipt: Path, name: Name) -> Name:
    """Return the name with what Blackboard's receipt says: a file's name has the login alone."""
    text = receipt.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    told = RECEIPT_NAME.search(text)
    if told is None:
        return name
    return replace(name, student=told["name"].strip(), username=told["username"].strip())


def _of_gradescope(folder: Path, course: Course) -> Iterator[Entry]:
    """Yield the folders that Gradescope's list names, for each of their submitters."""
    listed = _gradescope_list(folder / GRADESCOPE)
    for path in _inside(folder):
        told = listed.get(path.name)
        people = (told.get(":submitters") if isinstance(told, dict) else None) or []
        people = [one for one in people if isinstance(one, dict)]
        for one in people:
            name = str(one.get(":name") or one.get(":email") or path.name).strip()
            email, sid = (str(one.get(key) or "").strip() for key in (":email", ":sid"))
            when = told.get(":created_at") if isinstance(told, dict) else None
            if isinstance(when, datetime):
                when = when if when.tzinfo else when.replace(tzinfo=UTC)
            else:
                when = None
            yield Entry(
                path, Name(name, "", number=email or sid, email=email, sis_id=sid, when=when)
            )
        if not people:
            yield Entry(path, names.read(path, course))


def _gradescope_list(path: Path) -> dict[str, Any]:
    """Return what Gradescope says of each submission. Raises NoClass."""
    try:
        if path.stat().st_size > MOST_METADATA:
            raise NoClass(
                _("{path} is larger than {most} megabytes.").format(
                    path=path, most=MOST_METADATA // 1_000_000
                )
            )
        listed = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise NoClass(
            _(
                "{path}, which says whose each submission is, cannot be read: {error}\n"
                "Download it once more, or take it away to grade by the folders' names."
            ).format(path=path, error=error)
        ) from None
    return listed if isinstance(listed, dict) else {}
