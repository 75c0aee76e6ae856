"""Whether `create_app` makes an app, and whether it refuses to where it should."""

from collections.abc import Mapping

from kit.checking.evidence import Evidence, Rows, Seen, explained
from kit.checking.failure import Failure, NotStarted
from kit.checking.start import Start
from kit.checking.verdict import Cause
from kit.language import said
from kit.running import App
from kit.running.crash import Crash

Variables = Mapping[str, str | None]


def makes(start: Start, app: App, environment: Variables | None = None) -> Evidence:
    """Whether the submission makes this app, where the environment holds these variables."""

    def look(_: Seen) -> bool:
        try:
            start(app, environment=environment)
        except NotStarted:
            return False
        return True

    return look


def refuses(
    start: Start,
    *apps: App,
    environment: Variables | None = None,
    returns_none: Cause | None = None,
    otherwise: Cause,
    why: Rows = (),
) -> Crash:
    """Return the error that `create_app` raises for the last of these apps, or for one before.

    So the check has to know that those before it can be made. Raises Failure where none is raised:
    of the cause `returns_none`, if there is one, where it gives something that is no app, and of
    the cause `otherwise` where it gives one; `why` are rows that may explain that better. Raises
    NotStarted where the process ended without an error.
    """
    try:
        server = start(*apps, environment=environment)
    except NotStarted as failure:
        if failure.crash is None:
            raise
        if failure.crash.type == "NoAppReturned":
            raise (failure.because(returns_none) if returns_none else failure) from None
        return failure.crash
    expected = said("`create_app` raises an error")
    if len(apps) > 1:
        expected = said("`create_app` raises an error for the last of them")
    found = Failure(expected, said("it gave an app"), otherwise)
    raise explained(why, Seen(server, None, found))
