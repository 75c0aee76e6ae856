"""The entries of a checklist: one a check, but one for all that the same failed start stops."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kit.checking.verdict import Outcome, Result
from kit.language import _


@dataclass(frozen=True)
class Entry:
    """What is shown as one: the result of a check, or that of a server which stops the checks."""

    result: Result
    stops: tuple[Result, ...] = ()

    @property
    def checks(self) -> int:
        """How many checks this entry stands for."""
        return len(self.stops) or 1

    @property
    def name(self) -> str:
        """What tells it from the others: the check, the first one where there are several."""
        return f"{self.result.check} and others" if self.stops else self.result.check


def entries(results: Iterable[Result]) -> list[Entry]:
    """Return results as they are shown, in their order.

    Checks for which a server did not start, all for the same reason, make one entry, where the
    first of them would stand.
    """
    results = list(results)
    found: dict[object, list[Result]] = {}
    for result in results:
        found.setdefault(_reason(result), []).append(result)
    return [_entry(alike) for alike in found.values()]


def _reason(result: Result) -> object:
    """Return what is the same for all that belongs together: of most results, the check."""
    if result.started:
        return result.lab, result.check
    finding = result.finding
    return result.outcome, finding and (finding.got, finding.cause), result.detail


def _entry(alike: list[Result]) -> Entry:
    first, *more = alike
    if not more:
        return Entry(first)
    title = _("Your server does not start")
    if first.outcome is Outcome.NOT_ATTEMPTED:
        title = _("Your server does not start yet")
    return Entry(replace(first, title=title), tuple(alike))
