"""From a save to its verdict: how long a learner waits, lab by lab.

For each lab the panel's page is open in a real browser, over a copy of the project with the
solution in it. Known-wrong submissions and the solution are saved in turns, only the files that
differ, and the time from the last write until the page shows the verdict is taken. Every verdict
is compared with what the submission is known to deserve: a fast wrong one would be worth nothing.
"""

import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kit.bench import panel_page
from kit.course import Course, Lab
from kit.cut import Tree
from kit.proving.audit import cases
from kit.proving.case import Case, compare

REST = 0.4  # seconds between a verdict and the next save, in which servers are made ready
# Seconds that a verdict may take, at the median and for 19 of 20: on right submissions of the labs
# up to EARLY, and on all others.
EARLY = 6
QUICK, USUAL = (0.35, 0.6), (0.5, 1.0)


@dataclass
class Waits:
    """The seconds from save to verdict in one lab, by what was saved; `is_early` is one up to 6."""

    lab: str
    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    slowest: str = ""  # the submission that took longest
    unlike: list[str] = field(default_factory=list)  # submissions that got another verdict
    is_early: bool = True

    @property
    def is_met(self) -> bool:
        """Whether right and wrong submissions alike are decided as fast as they should be."""
        kinds = [
            (self.right, QUICK if self.is_early else USUAL),
            (self.wrong, (math.inf, USUAL[1]) if self.is_early else USUAL),
        ]
        known = [(seconds, bounds) for seconds, bounds in kinds if seconds]
        fast = all(
            statistics.median(seconds) <= middle and p95(seconds) <= most
            for seconds, (middle, most) in known
        )
        return bool(known) and fast and not self.unlike

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
    Raises NoVerdict, and BrowserMissing.
    """
    found = cases(course, lab)
    solution = next(case for case in found if case.kind == "solution")
    wrong = [case for case in found if case.kind == "known-wrong"]
    waits = Waits(lab.slug, is_early=lab.number <= EARLY)
    longest = 0.0
    with panel_page.opened(course, lab) as page:
        package = page.lab.package
        save({}, solution.tree, package)
        page.wait(page.number())  # nothing is warm yet
        before = solution
        for case in _in_turns(spread(wrong, saves), solution):
            tell(f"{lab.title}: {case.name}")
            time.sleep(REST)
            page.wait()  # of a save that was seen twice
            number = page.number()
            save(before.tree, case.tree, package)
            saved = time.monotonic()
            seconds = page.wait(number) - saved
            (waits.right if case is solution else waits.wrong).append(seconds)
            if seconds > longest:
                longest, waits.slowest = seconds, case.name
            if compare(case, page.verdict()):
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
