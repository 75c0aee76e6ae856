# lab 2 (given): from local times to UTC
"""Turn times as the clock on a wall showed them into UTC, in the order in which they were written.

At the end of summer time an hour comes twice. Which of the two a time belongs to is told by the one
before it: where the clock steps back, the second has begun.
"""

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from .. import SourceError

STEP_BACK = timedelta(minutes=15)  # less is disorder


def find_zone(name: str | None) -> ZoneInfo | None:
    """Return the time zone of an IANA name. Raises SourceError where there is none."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        alike = get_close_matches(name, available_timezones(), n=3)
        raise SourceError(
            f"There is no time zone {name!r}. Name one as the IANA does, such as "
            f"{' or '.join(alike or ['Europe/Berlin', 'America/New_York'])}."
        ) from None


class Clock:
    """A clock on a wall in `zone`; without one it shows UTC."""

    def __init__(self, zone: ZoneInfo | None) -> None:
        self.zone = zone
        self.unsure = 0  # times in an hour that comes twice, where only one of the two was written
        self._before: datetime | None = None
        self._repeats = False  # whether several rows have the same time, as those of some stations
        self._first = 0  # times so far in the first of two equal hours
        self._is_second = False

    def to_utc(self, wall: datetime) -> datetime | None:
        """Return what time it was in UTC; None where the clock never showed this."""
        if self.zone is None:
            return wall
        first, second = (
            wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC).replace(tzinfo=None)
            for fold in (0, 1)
        )
        if first > second:  # clocks went forward, and left this out
            return None
        if first == second:
            self._repeats |= wall == self._before
            self.unsure += self._first
            self._first, self._is_second = 0, False
        elif self._first and self._steps_back(wall):
            self._first, self._is_second = 0, True
        elif not self._is_second:
            self._first += 1
        self._before = wall
        return second if self._is_second else first

    def _steps_back(self, wall: datetime) -> bool:
        assert self._before is not None
        back = self._before - wall
        return back >= STEP_BACK or (back == timedelta() and not self._repeats)
