"""Why is an answer over HTTP another than expected? Evidence for rows, like that in `evidence`.

All of it says no where no answer came.
"""

import re

from kit.checking.evidence import Evidence, Seen
from kit.language import said


def is_there(seen: Seen) -> bool:
    """Whether an answer came at all: the last row, where it is not as it should be."""
    return seen.answer is not None


def has_status(*statuses: int) -> Evidence:
    """Whether the answer has one of these statuses."""
    return lambda seen: is_there(seen) and seen.response.status in statuses


def has_other_status(*known: int) -> Evidence:
    """Whether the answer has none of the statuses that were expected, nor one of these."""
    return lambda seen: is_there(seen) and seen.response.status not in (*seen.statuses, *known)


def leads_to(ending: str) -> Evidence:
    """Whether the answer redirects to an address whose path ends like this."""

    def look(seen: Seen) -> bool:
        return is_there(seen) and re.split("[?#]", seen.response.location)[0].endswith(ending)

    return look


def adds_a_slash(seen: Seen) -> bool:
    """Whether the answer redirects to the same address with a slash at its end."""
    return is_there(seen) and bool(leads_to(f"{seen.response.path}/")(seen))


def begins_with(text: str) -> Evidence:
    """Whether the body begins with this, whatever its media type."""
    return lambda seen: is_there(seen) and seen.response.text.lstrip().startswith(text)


def has_route(pattern: str) -> Evidence:
    """Return what the app answers at, if this regular expression fits one of these addresses.

    Where the status is one that was expected it says no: the address is not what is wrong.
    """

    def look(seen: Seen) -> str:
        if not has_other_status()(seen):
            return ""
        routes = seen.server.app.routes()
        return _routes(seen) if any(re.fullmatch(pattern, one) for one in routes) else ""

    return look


def has_no_route(seen: Seen) -> str:
    """Return what the app answers at, where it has nothing at this address."""
    return _routes(seen) if has_status(404, 405)(seen) else ""


def _routes(seen: Seen) -> str:
    routes = ", ".join(seen.server.app.routes()) or said("nothing")
    return said(
        "it was answered with status {status}; the app answers at: {routes}",
        status=seen.response.status,
        routes=routes,
    )
