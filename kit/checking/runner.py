"""Run a lab's checks on a submission."""

import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from kit.checking.check import Check
from kit.checking.failure import Failure, NotAttempted, TimedOut
from kit.checking.server import Starter
from kit.checking.source import Source
from kit.checking.verdict import Finding, Outcome, Result, Verdict
from kit.running import Launcher

AT_ONCE = 3  # checks; each has a server of its own, and mostly waits for it


def run(
    checks: Iterable[Check],
    folder: Path,
    launcher: Launcher,
    *,
    at_once: int = AT_ONCE,
    tell: Callable[[Result], None] = lambda _: None,
) -> Verdict:
    """Return the verdict of `checks` on the submission whose package lies in `folder`.

    Every check has a fresh server, so none can disturb another. `tell` hears each result as soon
    as it is known, in any order.
    """
    began = time.monotonic()
    checks = list(checks)
    names = {check.name for check in checks}
    known: dict[str, Result] = {}
    left = _longest_way_first(checks)
    running: dict[Future[Result], Check] = {}
    with ThreadPoolExecutor(at_once, thread_name_prefix="check") as pool:
        try:
            while left or running:
                ready = [check for check in left if known.keys() >= names & set(check.stands_on)]
                for check in ready[: at_once - len(running)]:
                    left.remove(check)
                    grounds = [known[name] for name in check.stands_on if name in known]
                    running[pool.submit(_decide, check, grounds, folder, launcher)] = check
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    known[running.pop(done).name] = done.result()
                    tell(done.result())
        except (KeyboardInterrupt, SystemExit):  # a submission may never answer
            pool.shutdown(wait=False, cancel_futures=True)
            launcher.close()
            raise
    lab = max((check.lab for check in checks), default=0)
    results = tuple(known[check.name] for check in checks)
    return Verdict(lab, results, round(time.monotonic() - began, 3))


def _longest_way_first(checks: list[Check]) -> list[Check]:
    """Return the checks in the order in which to begin them: first what most others wait for."""
    way: dict[str, int] = {}
    for check in reversed(checks):  # what stands on a check comes after it
        above = [way[other.name] for other in checks if check.name in other.stands_on]
        way[check.name] = 1 + max(above, default=0)
    return sorted(checks, key=lambda check: -way[check.name])


def _decide(check: Check, grounds: list[Result], folder: Path, launcher: Launcher) -> Result:
    missing = next((ground for ground in grounds if not ground.passed), None)
    if missing is None:
        return _try(check, folder, launcher)
    reason = f"It needs this to pass first: {missing.title}"
    return Result(check.name, check.lab, check.title, Outcome.NOT_TRIED, 0.0, None, reason)


def _try(check: Check, folder: Path, launcher: Launcher) -> Result:
    began = time.monotonic()
    start = Starter(launcher, folder)
    outcome, finding, detail = Outcome.PASSED, None, ""
    try:
        arguments: dict[str, object] = {"start": start, "folder": folder}
        if "server" in check.fixtures:
            arguments["server"] = start()
        check.function(**{name: arguments[name] for name in check.fixtures})
    except NotAttempted as task:
        outcome, detail = Outcome.NOT_ATTEMPTED, str(task)
    except Failure as failure:
        # An error of the student's own code is told, whatever else is left to do.
        detail = "" if failure.crash else _task_left(check, folder)
        if detail:
            outcome = Outcome.NOT_ATTEMPTED
        else:
            outcome = Outcome.TIMED_OUT if isinstance(failure, TimedOut) else Outcome.FAILED
            finding = Finding(tuple(start.story), failure.expected, failure.got, failure.cause)
    except Exception:
        outcome, detail = Outcome.CHECKER_BROKE, traceback.format_exc()
    finally:
        start.stop()
    seconds = round(time.monotonic() - began, 3)
    return Result(check.name, check.lab, check.title, outcome, seconds, finding, detail)


def _task_left(check: Check, folder: Path) -> str:
    """Return where a task of this check still stands in the submission, or nothing."""
    for words in check.tasks:
        line = Source(folder).task(check.lab, words)
        if line:
            return f"The task is still there ({line}): {words}. When it is done, delete that line."
    return ""
