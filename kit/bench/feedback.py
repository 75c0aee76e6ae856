"""From a save to its verdict: how long a learner waits, lab by lab.

For each lab a copy of the solution is watched, as a learner's own folder is. Known-wrong
submissions and the solution are saved in turns, only the files that differ, and the time from the
last write to the verdict is taken. Every verdict is compared with what the submission is known to
deserve: a fast wrong one would be worth nothing.
"""

import contextlib
import math
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kit.checking.verdict import Verdict
from kit.checking.watch import Watch
from kit.course import Course, Lab
from kit.cut import Tree
from kit.proving.audit import cases
from kit.proving.case import Case, compare
from kit.running import PACKAGE

LONGEST = 120.0  # seconds to wait for one verdict
REST = 0.4  # seconds between a verdict and the next save, in which servers are made ready
MEDIAN, P95 = 0.5, 1.0  # seconds that a verdict may take


class NoVerdict(Exception):
    """A save that no verdict followed."""


@dataclass
class Waits:
    """The seconds from save to verdict in one lab, by what was saved."""

    lab: str
    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    slowest: str = ""  # the submission that took longest
    unlike: list[str] = field(default_factory=list)  # submissions that got another verdict

    @property
    def is_met(self) -> bool:
        """Whether right and wrong submissions alike are decided as fast as they should be."""
        kinds = [seconds for seconds in (self.right, self.wrong) if seconds]
        fast = all(statistics.median(one) <= MEDIAN and p95(one) <= P95 for one in kinds)
        return bool(kinds) and fast and not self.unlike

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON-ready data."""
        figures = {
            kind: {"median": statistics.median(seconds), "p95": p95(seconds), "saves": len(seconds)}
            for kind, seconds in (("right", self.right), ("wrong", self.wrong))
            if seconds
        }
        return asdict(self) | {"figures": figures, "met": self.is_met}


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile, by the nearest rank."""
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1]


def measure(
    course: Course, lab: Lab, saves: int, tell: Callable[[str], object] = lambda _: None
) -> Waits:
    """Save `saves` wrong submissions of `lab`, the solution after each, and return the waits.

    The wrong ones are taken from all over the lab's proof. `tell` hears what is saved.
    Raises NoVerdict.
    """
    found = cases(course, lab)
    solution = next(case for case in found if case.kind == "solution")
    wrong = [case for case in found if case.kind == "known-wrong"]
    waits = Waits(lab.slug)
    longest = 0.0
    with tempfile.TemporaryDirectory(prefix="feedback-") as folder:
        package = Path(folder, PACKAGE)
        save({}, solution.tree, package)
        with _verdicts(course, lab, Path(folder)) as verdicts:
            _next(verdicts, lab)  # nothing is warm yet
            before = solution
            for case in _in_turns(spread(wrong, saves), solution):
                tell(f"{lab.title}: {case.name}")
                time.sleep(REST)
                while not verdicts.empty():  # of a save that was seen twice
                    verdicts.get()
                save(before.tree, case.tree, package)
                saved = time.monotonic()
                verdict, known = _next(verdicts, lab)
                seconds = known - saved
                (waits.right if case is solution else waits.wrong).append(seconds)
                if seconds > longest:
                    longest, waits.slowest = seconds, case.name
                if compare(case, verdict):
                    waits.unlike.append(case.name)
                before = case
    return waits


def spread(found: list[Case], count: int) -> list[Case]:
    """Return `count` of the cases, evenly from the first to the last; all where there are fewer."""
    count = min(count, len(found))
    return [found[at * len(found) // count] for at in range(count)]


def save(before: Tree, now: Tree, package: Path) -> None:
    """Write the files of `now` that differ from those of `before`, and remove what is gone."""
    for name in before.keys() - now.keys():
        (package / name).unlink()
    for name, content in now.items():
        if before.get(name) != content:
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_bytes(content)


def _in_turns(wrong: list[Case], solution: Case) -> Iterator[Case]:
    for case in wrong:
        yield case
        yield solution


Verdicts = queue.SimpleQueue[tuple[Verdict, float]]


@contextlib.contextmanager
def _verdicts(course: Course, lab: Lab, folder: Path) -> Iterator[Verdicts]:
    """Give a queue of the verdicts on `folder`, each with the moment when it was known."""
    made: Verdicts = queue.SimpleQueue()
    stop = threading.Event()
    with Watch(course, lab, folder) as watch:

        def follow() -> None:
            for verdict in watch.verdicts(stop):
                made.put((verdict, time.monotonic()))

        following = threading.Thread(target=follow, name="verdicts")
        following.start()
        try:
            yield made
        finally:
            stop.set()
            following.join()


def _next(verdicts: Verdicts, lab: Lab) -> tuple[Verdict, float]:
    try:
        return verdicts.get(timeout=LONGEST)
    except queue.Empty:
        raise NoVerdict(f"{lab.title}: no verdict came within {LONGEST:.0f} s.") from None
