"""The lines of a server's log, as programs read them."""

from collections.abc import Callable
from typing import Any

from kit.checking.http import strict_json
from kit.running import RunningApp
from tests.waiting import until

Line = dict[str, Any]


def lines(app: RunningApp) -> list[Line]:
    """Return every line so far. Raises ValueError for one that is no strict JSON."""
    read = [strict_json(line.text) for line in list(app.log)]
    assert all(isinstance(line, dict) for line in read)
    return read


def line_with(app: RunningApp, wanted: Callable[[Line], bool]) -> Line:
    """Return the first line that is wanted, as soon as it is there."""
    found = until(lambda: [line for line in lines(app) if wanted(line)], what="the line")
    return found[0]


def handled(app: RunningApp, event: str) -> Line:
    """Return the line of the first event of this name that was handled."""
    return line_with(app, lambda line: line["message"] == f"handled {event}")
