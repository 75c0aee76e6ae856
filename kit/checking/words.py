"""Why a server did not start, in words for who has started it: in a notebook, or a terminal."""

from pathlib import Path

from kit.checking.causes import of_a_crash
from kit.checking.codebase import Codebase
from kit.running import StartFailed


def why_not_started(failure: StartFailed, folder: Path) -> str:
    """Return what kept the package in `folder` from starting, and what to do next."""
    if failure.crash:
        crash = failure.crash
        if crash.type == "NotImplementedError" and crash.message.startswith("lab "):
            return f"A task is still there: {crash.message} ({crash.where})."
        cause = of_a_crash(crash, Codebase(folder))
        where = f"\n  {crash.where}: {crash.where.code}" if crash.where else ""
        return f"It raised {crash}{where}\nLikely: {cause.likely}\nNext: {cause.next_step}"
    if failure.code is not None:
        return f"Its process ended by itself, with exit status {failure.code}."
    at = f" It was at {failure.stuck}: {failure.stuck.code}" if failure.stuck else ""
    return f"It did not come to listen in time.{at}"
