"""What the last gradebook said: what an instructor has seen, and what a comparison begins with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.grading.own_marks import OwnMark, Place
from kit.grading.results import Beneath, CheckMark
from kit.language import _


@dataclass(frozen=True)
class EarlierLab:
    """How one lab of one student stood. `own` and `given_on` are an instructor's own mark."""

    points: float | None
    most: float
    state: str
    days_late: int | None
    taken: float
    by_check: tuple[CheckMark, ...]
    beneath: Beneath
    own: OwnMark | None
    given_on: Beneath | None


@dataclass(frozen=True)
class Earlier:
    """The last gradebook: each lab by student and number, and each student's total in percent."""

    labs: dict[Place, EarlierLab] = field(default_factory=dict)
    totals: dict[str, float | None] = field(default_factory=dict)


class NoGradebook(ValueError):
    """There is no gradebook to read, or it is another program's. Its text says which."""


def read(path: Path) -> Earlier:
    """Return what `gradebook.json` says. Raises NoGradebook."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        labs = {
            (student["name"], lab["lab"]): _lab(lab)
            for student in found["students"]
            for lab in student["labs"]
        }
        return Earlier(labs, {one["name"]: one.get("total") for one in found["students"]})
    except FileNotFoundError:
        raise NoGradebook(
            _("There is no gradebook in {parent} yet. Grade without --compare first.").format(
                parent=path.parent
            )
        ) from None
    except OSError as error:
        raise NoGradebook(
            _("{path} cannot be read: {strerror}").format(path=path, strerror=error.strerror)
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoGradebook(
            _(
                "{path} is no gradebook of this kit, or is damaged. Take it away to go on."
                " Verdicts are kept apart from it."
            ).format(path=path)
        ) from None


def _lab(lab: Mapping[str, Any]) -> EarlierLab:
    results = lab["verdict"]["results"] if lab["verdict"] else []
    beneath = Beneath(lab["state"], {one["check"]: one["outcome"] for one in results})
    mark = lab.get("mark") or {}
    own = None
    if mark.get("is_own") or mark.get("comment") or mark.get("judged") is not None:
        points = mark["points"] if mark["is_own"] else None
        own = OwnMark(points, mark["is_excused"], mark["comment"], mark.get("judged"))
    by_check = tuple(CheckMark(**one) for one in mark.get("by_check", ()))
    return EarlierLab(
        lab["points"],
        lab["most"],
        lab["state"],
        mark.get("days_late", 0),
        mark.get("taken", 0),
        by_check
        or tuple(CheckMark(one["check"], one["outcome"] == "passed", 1) for one in results),
        beneath,
        own,
        Beneath(**mark["given_on"]) if mark.get("given_on") else None,
    )
