"""Wait for something to become so, without sleeping longer than it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def until(look: Callable[[], Seen], *, seconds: float = 40, what: str = "it") -> Seen:
    """Return what `look` gives as soon as that is true. Fails after `seconds`."""
    ends = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > ends:
            raise AssertionError(
                f"Waited {seconds} s, and {what} did not come. Last seen: {seen!r}"
            )
        time.sleep(0.02)
    return seen
