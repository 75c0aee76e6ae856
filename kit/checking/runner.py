"""Run a lab's checks on a submission."""

import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
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
    as it is known, in any order and from any thread.
    """
    began = time.monotonic()
    checks = list(checks)
    futures: dict[str, Future[Result]] = {}

    def decide(check: Check) -> Result:
        # What a check stands on was submitted before it, so it is running or done already.
        grounds = [futures[name].result() for name in check.stands_on if name in futures]
        missing = next((ground for ground in grounds if not ground.passed), None)
        if missing:
            reason = f"It needs this to pass first: {missing.title}"
            result = Result(
                check.name, check.lab, check.title, Outcome.NOT_TRIED, 0.0, None, reason
            )
        else:
            result = _try(check, folder, launcher)
        tell(result)
        return result

    with ThreadPoolExecutor(at_once, thread_name_prefix="check") as pool:
        try:
            for check in checks:
                futures[check.name] = pool.submit(decide, check)
            results = tuple(futures[check.name].result() for check in checks)
        except (KeyboardInterrupt, SystemExit):  # a submission may never answer
            pool.shutdown(wait=False, cancel_futures=True)
            launcher.close()
            raise
    lab = max((check.lab for check in checks), default=0)
    return Verdict(lab, results, round(time.monotonic() - began, 3))


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
