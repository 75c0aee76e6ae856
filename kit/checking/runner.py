"""Run a lab's checks on a submission."""

import contextlib
import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from kit.checking.check import Check
from kit.checking.codebase import Codebase
from kit.checking.failure import (
    Failure,
    NotAttempted,
    NotAttemptedAtStart,
    NotHere,
    NotStarted,
    TimedOut,
)
from kit.checking.handover import Handover
from kit.checking.start import Start
from kit.checking.variation import shuffled
from kit.checking.verdict import Outcome, Result, Verdict
from kit.language import _, spoken
from kit.running import Launcher

AT_ONCE = 6  # checks; each has a server of its own, and mostly waits for it
USUAL = 0.05  # seconds that a check takes
LOOK = 0.1  # seconds between two looks whether anybody still wants to know


Decided = Future[tuple[Result, Handover | None]]  # a check under way


class GivenUp(Exception):
    """Nobody wants to know the verdict any more."""


def run(
    checks: Iterable[Check],
    folder: Path,
    launcher: Launcher,
    *,
    at_once: int = AT_ONCE,
    ahead: bool = False,
    earlier: Verdict | None = None,
    given_up: threading.Event | None = None,
    tell: Callable[[Result], None] = lambda _: None,
) -> Verdict:
    """Return the verdict of `checks` on the submission whose package lies in `folder`.

    No check can disturb another: each has a fresh server, or takes over that of a check which has
    passed; and what does not pass there is tried again with a fresh one.

    With `ahead` a check begins as soon as there is room, before it is known whether those that it
    stands on pass: mostly they do, and nobody has waited. Where one does not, this one counts as
    never tried. `earlier` is a verdict of these checks: it tells how long each takes, and nothing
    else. `tell` hears each result as soon as it is known, in any order.

    Raises GivenUp soon after `given_up` is set; every server has ended then.
    """
    began = time.monotonic()
    checks = list(checks)
    took = {result.check: result.seconds for result in earlier.results} if earlier else {}
    ordered = _longest_way_first(checks, took)
    verdict = _Run(ordered, partial(Start, launcher, folder), ahead, tell)
    with ThreadPoolExecutor(at_once, thread_name_prefix="check") as pool:
        try:
            while len(verdict.known) < len(checks):
                verdict.begin(pool, at_once)
                verdict.hear()
                if given_up and given_up.is_set():
                    verdict.cancel()
                    break
        except (KeyboardInterrupt, SystemExit):  # a submission may never answer
            pool.shutdown(wait=False, cancel_futures=True)
            launcher.close()
            raise
    verdict.end_servers()
    if len(verdict.known) < len(checks):
        raise GivenUp
    lab = max((check.lab for check in checks), default=0)
    results = tuple(verdict.known[check.name] for check in checks)
    return Verdict(lab, results, round(time.monotonic() - began, 3))


class _Run:
    """The way to one verdict."""

    def __init__(
        self,
        checks: list[Check],
        start: Callable[[Handover | None], Start],
        ahead: bool,
        tell: Callable[[Result], None],
    ) -> None:
        """Begin the checks in this order, each with what `start` makes for it."""
        self.checks = checks
        self.tell = tell
        self.known: dict[str, Result] = {}  # what counts, by check
        self._found: dict[str, Result] = {}  # what was found, whether it counts or not
        self._left = list(checks)
        self._running: dict[Decided, tuple[Check, Start]] = {}
        self._done: queue.SimpleQueue[Decided] = queue.SimpleQueue()
        self._servers: dict[str, Handover] = {}  # by the check that leaves them
        self._ahead = ahead
        self._awaited = {check.goes_on for check in checks}
        self._names = {check.name for check in checks}
        self._start = start

    def begin(self, pool: ThreadPoolExecutor, at_once: int) -> None:
        """Begin as many checks as there is room for."""
        ready = [check for check in self._left if self._may_begin(check)]
        for check in ready[: at_once - len(self._running)]:
            self._left.remove(check)
            start = self._start(self._servers.pop(check.goes_on or "", None))
            decided = pool.submit(_decide, check, start, check.name in self._awaited)
            self._running[decided] = check, start
            decided.add_done_callback(self._done.put)

    def hear(self) -> None:
        """Wait a moment for a check to end, and settle what is known then."""
        with contextlib.suppress(queue.Empty):
            done = self._done.get(timeout=LOOK)
            check, _ = self._running.pop(done)
            self._found[check.name], server = done.result()
            if server:
                self._servers[check.name] = server
        for check in self.checks:  # what one waits for comes before it
            result = None if check.name in self.known else self._settled(check)
            if result:
                self.known[check.name] = result
                self.tell(result)

    def cancel(self) -> None:
        """End what is running; its checks will end soon then."""
        for one in self._running.values():
            one[1].cancel()

    def end_servers(self) -> None:
        """End the servers that were left for checks which did not come to it."""
        unheard = [decided.result()[1] for decided in self._running]
        for server in [*self._servers.values(), *unheard]:
            if server:
                server.close()

    def _settled(self, check: Check) -> Result | None:
        """Return what becomes of a check, or None where that is not known yet."""
        grounds = [self.known[name] for name in check.stands_on if name in self.known]
        missing = next((ground for ground in grounds if not ground.passed), None)
        if missing:
            self._give_up(check)
            self._found[check.name] = _not_tried(check, missing)
        elif not self._is_sure(check):
            return None
        return self._found.get(check.name)

    def _give_up(self, check: Check) -> None:
        if check in self._left:
            self._left.remove(check)
        for running, start in self._running.values():
            if running is check:
                start.cancel()

    def _may_begin(self, check: Check) -> bool:
        has_server = check.goes_on in self._found or check.goes_on not in self._names
        return has_server and (self._ahead or self._is_sure(check))

    def _is_sure(self, check: Check) -> bool:
        """Whether it is known what becomes of all that a check stands on."""
        return self.known.keys() >= self._names & set(check.stands_on)


def _longest_way_first(checks: list[Check], took: Mapping[str, float]) -> list[Check]:
    """Return the checks in the order in which to begin them: first what keeps others longest.

    `took` says how many seconds checks took so far.
    """
    way: dict[str, float] = {}
    for check in reversed(checks):  # what waits for a check comes after it
        above = [way[other.name] for other in checks if check.name in other.waits_for]
        # Never nothing: what waits for a check has to come after it in any case.
        way[check.name] = max(took.get(check.name, 0), USUAL) + max(above, default=0)
    return sorted(shuffled(checks), key=lambda check: -way[check.name])


def _not_tried(check: Check, missing: Result) -> Result:
    reason = _("It needs this to pass first: {title}").format(title=missing.title)
    return Result(check.name, check.lab, check.title, Outcome.NOT_TRIED, 0.0, None, reason)


def _decide(check: Check, start: Start, leaves: bool) -> tuple[Result, Handover | None]:
    """Return what becomes of a check, and the server that it `leaves` to another one."""
    try:
        result = _try(check, start)
        if not result.passed and start.took_over and not start.is_cancelled:
            start.stop()
            result = _try(check, start)
        return result, start.leave() if leaves and result.passed else None
    finally:
        start.stop()


def _try(check: Check, start: Start) -> Result:
    began = time.monotonic()
    outcome, finding, detail, started, is_lacking = Outcome.PASSED, None, "", True, False
    try:
        arguments: dict[str, object] = {"start": start, "folder": start.folder}
        if "server" in check.fixtures:
            arguments["server"] = start()
        check.function(**{name: arguments[name] for name in check.fixtures})
    except NotAttempted as task:
        # Its own task first: the one that was met may be of a later step.
        outcome, detail = Outcome.NOT_ATTEMPTED, _task_left(check, start.folder) or str(task)
        started = not isinstance(task, NotAttemptedAtStart)
    except NotHere as lack:
        outcome, detail, is_lacking = Outcome.NOT_TRIED, str(lack), True
    except Failure as failure:
        started = not isinstance(failure, NotStarted)
        # An error of the student's own code is told, whatever else is left to do.
        detail = "" if failure.crash else _task_left(check, start.folder)
        if detail:
            outcome = Outcome.NOT_ATTEMPTED
        else:
            outcome = Outcome.TIMED_OUT if isinstance(failure, TimedOut) else Outcome.FAILED
            finding = start.finding(failure, check)
    except Exception:
        outcome, detail = Outcome.CHECKER_BROKE, traceback.format_exc()
    seconds = round(time.monotonic() - began, 3)
    about = check.name, check.lab, check.title
    return Result(*about, outcome, seconds, finding, detail, started, is_lacking)


def _task_left(check: Check, folder: Path) -> str:
    """Return where a task of this check still stands in the submission, or nothing."""
    for words in check.tasks:
        line = Codebase(folder).task(check.lab, words)
        if line:
            return _(
                "The task is still there ({line}): {task}. When it is done, delete that line."
            ).format(line=spoken(str(line)), task=words)
    return ""
