"""What is known of each lab, as its views are told: verdicts with numbers, and their results."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from kit.checking.check import Check
from kit.checking.verdict import Result, Verdict
from kit.course import Course, Lab
from kit.language import _
from kit.panel.extensions import socketio
from kit.report import page
from kit.report.entries import Entry, entries
from kit.report.words import NOT_TRIED, OUR_FAULT, summary
from kit.student import hints


class Phase(StrEnum):
    """What a lab's verdict is worth."""

    CHECKING = "checking"  # the newest files are not decided yet
    DECIDED = "decided"  # this is the verdict on the files as they are
    NO_COPY = "no copy"  # there is nothing to check
    BROKE = "broke"  # a fault of the kit


@dataclass
class Card:
    """One entry on the page, which stands for so many `checks`; empty where none is known yet.

    It is `fresh` when it says something about the newest files.
    """

    name: str
    title: str
    html: str
    passed: bool = False
    fresh: bool = False
    checks: int = 1


@dataclass
class Line:
    """What is known of one check, and whether that is about the newest files."""

    title: str
    result: Result | None = None
    fresh: bool = False


class Moment:
    """A moment, and how long ago it was: also on a machine that has slept since."""

    def __init__(self) -> None:
        self._clocks = time.monotonic(), time.time()

    def age(self) -> float:
        """Return the seconds since then; too many where the clock was set, but never too few."""
        return max(time.monotonic() - self._clocks[0], time.time() - self._clocks[1])


@dataclass
class Known:
    """What is known of a lab. Each change of it has a `number`."""

    number: int = 0
    phase: Phase = Phase.CHECKING
    lines: dict[str, Line] = field(default_factory=dict)
    verdict: Verdict | None = None
    decided: Moment | None = None
    trouble: str = ""
    notes: list[str] = field(default_factory=list)


class Board:
    """What is known of every lab; whoever changes it tells those who look.

    `lock` is held over each change, and over what must not miss one. Numbers begin anew with each
    process, so they count only together with the `run`.
    """

    def __init__(self, course: Course, run: str) -> None:
        self.run = run
        self.lock = threading.RLock()
        self._course = course
        self._known = {lab: Known() for lab in course.labs}

    def begin(self, lab: Lab, checks: Iterable[Check] = ()) -> None:
        """Tell that what is known of a lab is out of date, and which checks are now tried."""
        with self.lock:
            known = self._known[lab]
            known.phase = Phase.CHECKING
            older = known.lines
            for line in older.values():
                line.fresh = False
            if checks := list(checks):
                known.lines = {
                    check.name: older.get(check.name) or Line(check.title) for check in checks
                }
            self._tell(lab)

    def result(self, lab: Lab, result: Result, given_up: threading.Event) -> None:
        """Tell what became of one check, unless the files were saved since it was tried."""
        with self.lock:
            if given_up.is_set():
                return
            known = self._known[lab]
            before = known.lines[result.check].result
            known.lines[result.check] = Line(result.title, result, fresh=True)
            if not result.started or (before and not before.started):
                self._tell(lab)  # other checks may share its card
                return
            known.number += 1
            card = _card(Entry(result), hints.load(lab.hints), fresh=True)
            numbered = {"run": self.run, "number": known.number, "lab": lab.number}
            socketio.emit("result", numbered | {"card": asdict(card)}, to=room(lab))

    def decided(
        self,
        lab: Lab,
        verdict: Verdict | None,
        trouble: str = "",
        notes: Iterable[str] = (),
    ) -> None:
        """Tell the verdict on a lab's newest files, and `notes`, what is to be looked at besides.

        Without a verdict there is no copy of the lab; or there is `trouble`, a traceback of ours.
        """
        with self.lock:
            known = self._known[lab]
            known.phase = Phase.NO_COPY if verdict is None else Phase.DECIDED
            known.phase = Phase.BROKE if trouble else known.phase
            known.verdict, known.trouble, known.decided = verdict, trouble, Moment()
            known.notes = list(notes)
            results = verdict.results if verdict else ()
            known.lines = {
                result.check: Line(result.title, result, fresh=True) for result in results
            }
            self._tell(lab)

    def verdict(self, lab: Lab) -> dict[str, Any]:
        """Return all that a view of a lab is told, as JSON-ready data; `age` is in seconds."""
        with self.lock:
            known = self._known[lab]
            passed = known.verdict is not None and known.verdict.passed
            is_decided = known.phase is Phase.DECIDED
            return {
                "run": self.run,
                "number": known.number,
                "lab": lab.number,
                "phase": known.phase,
                "passed": is_decided and passed,
                "summary": summary(known.verdict) if is_decided and known.verdict else "",
                "seconds": known.verdict.seconds if known.verdict else None,
                "age": known.decided.age() if known.decided else None,
                "cards": [asdict(card) for card in _cards(lab, known)],
                "notes": [page.marked(note) for note in known.notes],
                "foot": _foot(known) if is_decided else "",
                "trouble": f"{_(OUR_FAULT)}\n\n{known.trouble}"
                if known.phase is Phase.BROKE
                else "",
            }

    def report(self, lab: Lab) -> dict[str, Any]:
        """Return the verdict on a lab as data, for a view that is no page."""
        with self.lock:
            known = self._known[lab]
            is_decided = known.phase is Phase.DECIDED and known.verdict is not None
            return {
                "run": self.run,
                "number": known.number,
                "phase": known.phase,
                "verdict": known.verdict.to_dict() if is_decided and known.verdict else None,
                "trouble": known.trouble if known.phase is Phase.BROKE else "",
            }

    def _tell(self, lab: Lab) -> None:
        self._known[lab].number += 1
        socketio.emit("verdict", self.verdict(lab), to=room(lab))


def room(lab: Lab) -> str:
    """Return the room of those who look at a lab."""
    return f"lab {lab.number}"


def _cards(lab: Lab, known: Known) -> list[Card]:
    """Return what is known as the cards of a page: what is fresh shares none with what is not."""
    ladders = hints.load(lab.hints)
    made: dict[str, Card] = {}  # by the check that a card stands at
    for fresh in (True, False):
        told = [line.result for line in known.lines.values() if line.fresh is fresh and line.result]
        made |= {one.result.check: _card(one, ladders, fresh=fresh) for one in entries(told)}
    unknown = {
        name: Card(name, line.title, "") for name, line in known.lines.items() if not line.result
    }
    made |= unknown
    return [made[name] for name in known.lines if name in made]


def _card(entry: Entry, ladders: Mapping[str, Sequence[str]], *, fresh: bool) -> Card:
    result = entry.result
    html = page.card(entry, ladders)
    return Card(entry.name, result.title, html, result.passed, fresh, entry.checks)


def _foot(known: Known) -> str:
    return _(NOT_TRIED) if known.verdict and known.verdict.waits else ""
