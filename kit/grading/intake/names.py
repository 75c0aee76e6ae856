"""Whose it is: names as learning systems, browsers and people make them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kit.course import Course
from kit.grading.intake.layout import LAB_NUMBER, lab_named
from kit.running import PACKAGE

ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".txz", ".tar", ".zip")
PART = re.compile(r"\.(?:(?:zip|7z|rar)\.\d{3}|z\d\d)$", re.IGNORECASE)  # of an archive in several
OTHER_ENDING = re.compile(r"\.[a-z0-9]{1,5}$", re.IGNORECASE)

# garciazoe_LATE_88321_5512_dashboard-1.zip; of a text that was typed in, garciazoe_88321_text.html
CANVAS = re.compile(r"(?P<who>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?:\d+_(?P<what>.+)|text)")
# Zoë García_12345_assignsubmission_file_, perhaps with what was handed in behind it
MOODLE = re.compile(r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<what>.*)")
# Lab 3_zgarcia_attempt_2026-11-30-12-30-15_dashboard.zip; without a file's name, it is the receipt
BLACKBOARD = re.compile(
    r"(?P<task>.+)_(?P<who>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<what>.+))?"
)
# 12345-67890 - Zoë García - Nov 30, 2026 1205 PM, perhaps with what was handed in behind it
BRIGHTSPACE = re.compile(
    r"(?P<id>\d+)-\d+ - (?P<who>.+?) - (?P<when>[^-]*\b\d{4}\b[^-]*?)(?: - (?P<what>.+))?"
)
BRIGHTSPACE_TIMES = (
    "%b %d, %Y %I%M %p",
    "%B %d, %Y %I%M %p",
    "%d %b, %Y %I%M %p",
    "%d %B, %Y %I%M %p",
    "%d %B, %Y %H%M",
)
AGAIN = re.compile(r"(?:-(?P<canvas>\d+)| ?\((?P<browser>\d+)\))$")
LAST_PART = re.compile(rf"[-_ .]+(?P<last>lab[-_ ]?\d{{1,2}}|\d\d_\w+|{PACKAGE})$", re.IGNORECASE)
# GitHub Classroom's: rooms-zgarcia, lab-6-zgarcia, lab6-rooms-zgarcia
FIRST_PART = re.compile(
    r"(?P<first>(?:lab[-_]?\d{1,2})|(?:\d\d[-_])?[a-z_]+)-(?P<rest>.+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Name:
    """Who has handed something in, what it is called, and how often it was handed in before.

    `id` is the number of the student in Canvas; `number` tells students of the same name apart.
    `username`, `email` and `sis_id` are there where a system tells them. `when` is when it was
    handed in, where that is told: by the system's clock, without a zone if it tells none.
    """

    student: str
    what: str
    id: str = ""
    number: str = ""
    again: int = 0
    is_late: bool = False
    username: str = ""
    email: str = ""
    sis_id: str = ""
    when: datetime | None = None


def read(path: Path, course: Course) -> Name:
    """Return what the name of a folder or an archive says."""
    name = unicodedata.normalize("NFC", path.name)
    is_folder = path.is_dir()
    stem = name if is_folder else without_ending(PART.sub("", name))
    if not is_folder and stem == name:
        stem = OTHER_ENDING.sub("", name) or name
    if match := BLACKBOARD.fullmatch(stem):
        what, who = f"{match['task']} {match['what'] or ''}".strip(), match["who"]
        return Name(who, what, username=who, when=_time(match["when"], ["%Y-%m-%d-%H-%M-%S"]))
    if match := BRIGHTSPACE.fullmatch(stem):
        when = _time(match["when"], BRIGHTSPACE_TIMES)
        return Name(match["who"].strip(), match["what"] or "", number=match["id"], when=when)
    if match := CANVAS.fullmatch(stem):
        what, number = match["what"] or "", match["id"]
        again = AGAIN.search(what)
        count = int(again["canvas"] or again["browser"]) if again else 0
        return Name(match["who"], what, number, number, count, bool(match["late"]))
    if match := MOODLE.fullmatch(stem):
        return Name(match["who"].strip(), match["what"], number=match["id"])
    return _plain(stem, course, is_folder=is_folder)


def _plain(stem: str, course: Course, *, is_folder: bool) -> Name:
    """Return what a name says that no learning system has made."""
    again = None if is_folder else AGAIN.search(stem)
    count = int(again["browser"] or 0) if again else 0
    if again and again["browser"]:
        stem = stem[: again.start()]
    last = LAST_PART.search(stem)
    if last and names_work(last["last"], course):
        return Name(stem[: last.start()].strip() or stem, last["last"], again=count)
    told: list[str] = []
    while (first := FIRST_PART.fullmatch(stem)) and lab_named([first["first"]], course):
        told.append(first["first"])
        stem = first["rest"]
    return Name(stem.strip(), " ".join(told), again=count)


def names_work(name: str, course: Course) -> bool:
    """Whether something is called after a lab, or after the package: that is nobody's name."""
    is_lab = LAB_NUMBER.search(name) or lab_named([name], course)
    return name.casefold() == PACKAGE or bool(is_lab)


def without_ending(name: str) -> str:
    """Return the name of an archive without what says that it is one."""
    ending = next((end for end in ARCHIVES if name.casefold().endswith(end)), "")
    return name[: len(name) - len(ending)] or name


def _time(text: str, forms: tuple[str, ...] | list[str]) -> datetime | None:
    """Return the time in the first of these forms that fits, or None."""
    for form in forms:
        try:
            return datetime.strptime(text.strip(), form)
        except ValueError:
            continue
    return None
