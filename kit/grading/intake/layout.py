"""Find the packages in what was handed in, and which lab each is for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kit.course import Course, Lab, UnknownLab
from kit.cut import Tree
from kit.language import _
from kit.running import PACKAGE

VERSION = re.compile(r"\bversion[-_ ](\d+)\b", re.IGNORECASE)  # as Teams calls what came again
LAB_NUMBER = re.compile(r"(?:^|[-_ .])lab[-_ ]?0*(?P<number>\d{1,2})(?![0-9])", re.IGNORECASE)


@dataclass
class Packages:
    """The packages that were found: by the number of the lab, and under None one for any lab.

    `is_project` says that it is the whole project, a clone for example: there the reference and
    what tests bring are packages as well, but nobody's work.
    """

    by_lab: dict[int | None, Tree] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_project: bool = False


def packages(files: Mapping[str, bytes], name: str, course: Course) -> Packages:
    """Return the packages among `files`; `name` is what they were handed in as.

    A package is a folder `dashboard`, however it is written, or, where there is none, what holds
    an `__init__.py`. It is for the lab that a folder above it names, or else `name`.
    """
    found = Packages()
    projects = _projects(files)
    found.is_project = bool(projects)
    for root in _roots(files):
        if any(
            root.startswith(f"{above}") and not root.startswith(f"{above}labs/")
            for above in projects
        ):
            continue
        parts = root.split("/") if root else []
        lab = lab_named([*reversed(parts), name], course)
        number = lab.number if lab else None
        if number in found.by_lab:
            found.notes.append(
                _("{root} is left out: there is another package before it").format(
                    root=root or name
                )
            )
            continue
        above = f"{root}/" if root else ""
        found.by_lab[number] = {
            path.removeprefix(above): files[path] for path in files if path.startswith(above)
        }
    return found


def lab_named(names: Iterable[str], course: Course) -> Lab | None:
    """Return the lab that the first of these names which names one does: `03_events`, `lab3`."""
    for name in names:
        stem = name.casefold()
        match = LAB_NUMBER.search(stem)
        for wanted in (match["number"] if match else "", "" if stem.isdigit() else stem):
            try:
                return course.lab(wanted)
            except UnknownLab:
                continue
    return None


def _projects(files: Iterable[str]) -> set[str]:
    """Return what comes before `labs/` and `reference/` where both are there: `kit-main/`."""
    above: dict[str, set[str]] = {}
    for path in files:
        parts = path.split("/")
        for depth, part in enumerate(parts[:-1]):
            if part in {"labs", "reference"}:
                place = "".join(f"{folder}/" for folder in parts[:depth])
                above.setdefault(place, set()).add(part)
                break
    return {place for place, both in above.items() if len(both) == 2}


def _rank(root: str) -> tuple[list[int], int, str]:
    return [-int(number) for number in VERSION.findall(root)], root.count("/"), root


def _roots(files: Mapping[str, bytes]) -> list[str]:
    """Return the folders that are packages, each once and none inside another.

    Of several called `dashboard`, one inside the other, it is the first that is a package: an
    archive may be called so as well. Of several versions the last comes first.
    """
    bare = {path.rpartition("/")[0] for path in files if path.split("/")[-1] == "__init__.py"}
    named: set[str] = set()
    for path in files:
        *above, _name = path.split("/")
        called = [
            "/".join(above[: depth + 1])
            for depth, part in enumerate(above)
            if part.casefold() == PACKAGE
        ]
        if called:
            named.add(next((root for root in called if root in bare), called[0]))
    found: list[str] = []
    for root in sorted(named or bare, key=_rank):
        if not any(root == above or root.startswith(f"{above}/") or not above for above in found):
            found.append(root)
    return found
