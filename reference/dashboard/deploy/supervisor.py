# lab 14 (given): a module that looks after the workers
"""Looks after the workers and the proxy: starts them, starts them again, renews and ends them."""

import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from . import children
from .place import LONGEST_END, Place
from .proxy import CannotServe, Proxy, reachable

STEP = 0.05  # seconds between two looks while something comes or goes
Wait = Callable[[float | None], list[int]]


@contextmanager
def signals() -> Iterator[Wait]:
    """Give a function that waits so many seconds at most and returns the signals that have come."""
    numbers = [signal.SIGCHLD, signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as below `nohup`
        numbers.append(signal.SIGHUP)
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    waker = signal.set_wakeup_fd(writer.fileno())

    def wait(seconds: float | None) -> list[int]:
        ready, _, _ = select.select([reader], [], [], seconds)
        return list(reader.recv(4096)) if ready else []

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(waker)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()


class Supervisor:
    """Sees to it that every place is filled, and that the proxy runs.

    A SIGHUP that comes from no closed terminal renews all places, if it `renews` at all.
    """

    def __init__(
        self, places: Sequence[Place], proxy: Proxy, wait: Wait, *, renews: bool = True
    ) -> None:
        self.places = places
        self.proxy = proxy
        self.wait = wait
        self.renews = renews
        self.to_renew: deque[Place] = deque()
        self.is_announced = False
        self.has_failed = False
        self.had_terminal = has_terminal()

    def run(self, told: Callable[[str], object]) -> None:
        """Start everything, and keep it running until a signal says to stop.

        Where a worker does not even start for the first time, none is tried again. Raises
        CannotServe where it said what a person can put right.
        """
        while not self.has_failed:
            for place in self.places:
                place.look()
            if self.is_announced:
                self.proxy.look()
                self.renew()
                for place in self.places:
                    place.log_refusal()
            elif all(place.process for place in self.places):
                self.open(told)
            elif any(place.has_failed for place in self.places):
                self.has_failed = True
                for place in self.places:
                    if place.refusal is not None:  # the others would say the same
                        raise CannotServe(place.refusal)
            for number in self.wait(self.pause()):
                is_hangup = number == signal.SIGHUP and not self.has_lost_terminal()
                if is_hangup and self.renews:
                    self.to_renew = deque(self.places)
                elif number != signal.SIGCHLD:
                    return

    def open(self, told: Callable[[str], object]) -> None:
        """Start the proxy, and tell where it is as soon as it answers. Raises CannotServe."""
        self.proxy.look()
        if self.proxy.is_up():
            host, port = self.proxy.address
            shown = reachable(host)
            self.is_announced = True
            told(f"http://{f'[{shown}]' if ':' in shown else shown}:{port}")

    def renew(self) -> None:
        """Begin with the next process that is to be renewed, when all others are at work."""
        if self.to_renew and all(place.is_settled for place in self.places):
            self.to_renew.popleft().start()

    def pause(self) -> float | None:
        """Return the seconds until there is something to do, or None for as long as it takes."""
        if not self.is_announced or self.to_renew or any(one.is_busy for one in self.places):
            return STEP
        kept: list[Place | Proxy] = [*self.places, self.proxy]
        due = [one.pauses.due for one in kept if one.process is None]
        return max(min(due) - time.monotonic(), STEP) if due else None

    def has_lost_terminal(self) -> bool:
        """Whether the terminal that we were started in has been closed."""
        return self.had_terminal and not has_terminal()

    def end(self) -> None:
        """End every worker gracefully, then the proxy. One more signal ends them at once."""
        ends = time.monotonic() + LONGEST_END
        for process in self.processes():
            process.send_signal(signal.SIGTERM)
        while time.monotonic() < ends and any(one.poll() is None for one in self.processes()):
            if set(self.wait(STEP)) - {signal.SIGCHLD}:
                break
        for process in self.processes():
            children.kill(process)
        self.proxy.stop()

    def processes(self) -> list[children.Process]:
        """Return the processes of all workers."""
        return [process for place in self.places for process in place.processes()]


def has_terminal() -> bool:
    """Whether there is a terminal that could be closed, or whose Ctrl-C could reach us."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
