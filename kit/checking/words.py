"""Why a server did not start, in words for who has started it: in a notebook, or a terminal."""

from pathlib import Path

from kit.checking.causes import of_a_crash
from kit.checking.codebase import Codebase
from kit.checking.failure import open_task
from kit.language import _, spoken
from kit.running import StartFailed


def why_not_started(failure: StartFailed, folder: Path) -> str:
    """Return what kept the package in `folder` from starting, and what to do next."""
    if failure.crash:
        crash = failure.crash
        task = open_task(crash)
        if task:
            return _("A task is still there: {task} ({line}).").format(
                task=task, line=spoken(str(crash.where))
            )
        cause = of_a_crash(crash, Codebase(folder))
        cause = cause.spoken()
        where = f"\n  {spoken(str(crash.where))}: {crash.where.code}" if crash.where else ""
        return _("It raised {crash}\nLikely: {likely}\nNext: {next_step}").format(
            crash=f"{crash}{where}", likely=cause.likely, next_step=cause.next_step
        )
    if failure.code is not None:
        return _("Its process ended by itself, with exit status {code}.").format(code=failure.code)
    if not failure.stuck:
        return _("It did not come to listen in time.")
    return _("It did not come to listen in time. It was at {line}: {code}").format(
        line=spoken(str(failure.stuck)), code=failure.stuck.code
    )
