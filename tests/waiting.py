"""Wait for something to become so, without sleeping longer than it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


# On a loaded machine anything may take long, so this is no measure of it: what has not come by now
# never will. It is less than pytest's own limit, so that the test says what it waited for.
LONGEST = 200.0  # seconds


def until(look: Callable[[], Seen], *, seconds: float = LONGEST, what: str = "it") -> Seen:
    """Return what `look` gives as soon as that is true. Fails after `seconds`."""
    ends = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > ends:
            raise AssertionError(
                f"Waited {seconds} s, and {what} did not come. Last seen: {seen!r}"
            )
        time.sleep(0.02)
    return seen
