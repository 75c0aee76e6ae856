"""The verdict on the whole course: each lab that was begun, by its own checks."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rich.console import Console

from kit.checking.verdict import Outcome, Verdict
from kit.checking.watch import Watch
from kit.cli import BROKE, FAILED, PASSED
from kit.commands import write_json
from kit.course import Course, Lab
from kit.report import terminal
from kit.running import Launcher
from kit.student.progress import remember

AT_ONCE = 2  # labs: their checks mostly wait, so one after another takes a quarter longer


def check_all(course: Course, console: Console, json_file: str | None) -> int:
    """Check the student's copy of each lab, print a line for each, and return the exit code.

    Under the line of a lab stands what did not pass in it. Labs that were not begun are named;
    they count neither for nor against. Where there is none that was begun, that is FAILED.
    """
    began = time.monotonic()
    begun = [lab for lab in course.labs if lab.package.exists()]
    verdicts: dict[Lab, Verdict] = {}
    for lab, verdict in _verdicts(course, begun):
        terminal.show_briefly(console, verdict, title=lab.title)
        verdicts[lab] = verdict
        keep(lab, verdict, console)
    left = [lab for lab in course.labs if lab not in verdicts]
    numbers = [lab.number for lab in left]
    seconds = time.monotonic() - began
    terminal.show_course(console, list(verdicts.values()), numbers, seconds=seconds)
    if json_file:
        write_json(json_file, _as_data(verdicts, left))
    if any(verdict.count(Outcome.CHECKER_BROKE) for verdict in verdicts.values()):
        return BROKE
    return PASSED if _passed(verdicts) else FAILED


def keep(lab: Lab, verdict: Verdict, console: Console) -> None:
    """Keep the verdict for `progress` and `hint`; that it cannot be kept does not change it."""
    try:
        remember(lab, verdict)
    except OSError as error:
        terminal.cannot_remember(console, error)


def _verdicts(course: Course, labs: list[Lab]) -> Iterator[tuple[Lab, Verdict]]:
    """Yield the verdict on each lab, in their order, from one launcher."""
    left = threading.Event()  # by who asked, as with Ctrl-C
    with Launcher() as launcher, ThreadPoolExecutor(AT_ONCE) as pool:

        def decide(lab: Lab) -> Verdict:
            with Watch(course, lab, lab.folder, launcher=launcher) as watching:
                return watching.verdict(given_up=left)

        try:
            yield from zip(labs, pool.map(decide, labs), strict=True)
        finally:
            left.set()


def _passed(verdicts: dict[Lab, Verdict]) -> bool:
    return bool(verdicts) and all(verdict.passed for verdict in verdicts.values())


def _as_data(verdicts: dict[Lab, Verdict], left: list[Lab]) -> dict[str, Any]:
    return {
        "passed": _passed(verdicts),
        "labs": [verdict.to_dict() for verdict in verdicts.values()],
        "not_begun": [lab.number for lab in left],
    }
