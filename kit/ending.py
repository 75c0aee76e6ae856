"""Ends a command as Ctrl-C does when its terminal is closed, or when it is asked to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("SIGHUP", "SIGTERM")  # not every system has both


@contextmanager
def tidily() -> Iterator[None]:
    """Let these signals raise KeyboardInterrupt in the block, so that what it began is ended.

    What was told to ignore one, as `nohup` does, goes on ignoring it.
    """
    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    before = {one: signal.getsignal(one) for one in numbers}
    heard = [one for one in numbers if before[one] != signal.SIG_IGN]

    def end(*_: object) -> None:
        for one in heard:  # a second one must not break off what ends
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for one in heard:
        signal.signal(one, end)
    try:
        yield
    finally:
        for one in heard:
            signal.signal(one, before[one])
