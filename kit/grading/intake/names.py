"""Whose it is: names as learning systems, browsers and people make them."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from kit.course import Course
from kit.grading.intake.layout import LAB_NUMBER, lab_named

ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".txz", ".tar", ".zip")

# garciazoe_LATE_88321_5512_dashboard-1.zip
CANVAS = re.compile(r"(?P<who>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<what>.+)")
# Zoë García_12345_assignsubmission_file_, perhaps with what was handed in behind it
MOODLE = re.compile(r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<what>.*)")
AGAIN = re.compile(r"(?:-(?P<canvas>\d+)| ?\((?P<browser>\d+)\))$")
LAST_PART = re.compile(r"[-_ .]+(?P<last>lab[-_ ]?\d{1,2}|\d\d_\w+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """Who has handed something in, what it is called, and how often it was handed in before.

    `id` is the number of the student in Canvas; `number` tells students of the same name apart.
    """

    student: str
    what: str
    id: str = ""
    number: str = ""
    again: int = 0
    is_late: bool = False


def read(path: Path, course: Course) -> Name:
    """Return what the name of a folder or an archive says."""
    name = unicodedata.normalize("NFC", path.name)
    stem = name if path.is_dir() else without_ending(name)
    if match := CANVAS.fullmatch(stem):
        again = AGAIN.search(match["what"])
        count = int(again["canvas"] or again["browser"]) if again else 0
        number = match["id"]
        return Name(match["who"], match["what"], number, number, count, bool(match["late"]))
    if match := MOODLE.fullmatch(stem):
        return Name(match["who"].strip(), match["what"], number=match["id"])
    again = AGAIN.search(stem) if not path.is_dir() else None
    count = int(again["browser"] or 0) if again else 0
    if again and again["browser"]:
        stem = stem[: again.start()]
    last = LAST_PART.search(stem)
    if last and (LAB_NUMBER.search(last["last"]) or lab_named([last["last"]], course)):
        return Name(stem[: last.start()].strip() or stem, last["last"], again=count)
    return Name(stem.strip(), "", again=count)


def without_ending(name: str) -> str:
    """Return the name of an archive without what says that it is one."""
    ending = next((end for end in ARCHIVES if name.casefold().endswith(end)), "")
    return name[: len(name) - len(ending)] or name
