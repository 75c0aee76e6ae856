"""Why is an answer over HTTP another than expected? Evidence for rows, like that in `evidence`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kit.checking.evidence import Seen
from kit.checking.http import Response
from kit.checking.verdict import Cause


@dataclass(frozen=True)
class Answered(Seen):
    """An answer that is not as it should be; `statuses` are those that it might have had."""

    response: Response
    statuses: tuple[int, ...]


Evidence = Callable[[Answered], bool | str]
AnswerRows = Sequence[tuple[Evidence, Cause | None]]


def has_status(*statuses: int) -> Evidence:
    """Whether the answer has one of these statuses."""
    return lambda seen: seen.response.status in statuses


def has_other_status(*known: int) -> Evidence:
    """Whether the answer has none of the statuses that were expected, nor one of these."""
    return lambda seen: seen.response.status not in (*seen.statuses, *known)


def leads_to(ending: str) -> Evidence:
    """Whether the answer redirects to an address whose path ends like this."""
    return lambda seen: re.split("[?#]", seen.response.location)[0].endswith(ending)


def adds_a_slash(seen: Answered) -> bool:
    """Whether the answer redirects to the same address with a slash at its end."""
    return bool(leads_to(f"{seen.response.path}/")(seen))


def begins_with(text: str) -> Evidence:
    """Whether the body begins with this, whatever its media type."""
    return lambda seen: seen.response.text.lstrip().startswith(text)


def has_route(pattern: str) -> Evidence:
    """Return what the app answers at, if this regular expression fits one of these addresses."""

    def look(seen: Answered) -> str:
        routes = seen.server.app.routes()
        return lists_routes(seen) if any(re.fullmatch(pattern, one) for one in routes) else ""

    return look


def lists_routes(seen: Answered) -> str:
    """Return what the app answers at: a last row, where the address is not there."""
    routes = ", ".join(seen.server.app.routes()) or "nothing"
    return f"it was answered with status {seen.response.status}; the app answers at: {routes}"
