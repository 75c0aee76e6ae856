# lab 14 (given): a module for several processes behind one address
"""Several one-process servers that act as one, with nginx in front.

`python -m dashboard --workers 4 --redis redis://127.0.0.1:6379/0` starts them, and starts again
what ends. SIGHUP renews them one after another, such as for new code; SIGTERM and Ctrl-C end all
of them gracefully. Every variable `DASHBOARD_…` reaches the workers.
"""

import argparse
import json
import os
import secrets
import select
import signal
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from redis.exceptions import RedisError

from . import children, logs, sharing
from .place import LONGEST_END, Place
from .proxy import CannotServe, Proxy, reachable

STEP = 0.05  # seconds between two looks while something comes or goes
Wait = Callable[[float | None], list[int]]


def main(arguments: Sequence[str], told: Callable[[str], object] | None = None) -> int:
    """Serve until a signal comes, and return the exit status: 0, 1 for a failure, 2 for usage.

    `told` is called with the address as soon as there is an answer at it.
    """
    options = read(arguments)
    logs.configure(os.environ.get("DASHBOARD_LOG_LEVEL", "INFO"))
    allow_many_connections()
    try:
        with ExitStack() as stack:
            # Signals first: whatever happens from here on, what was begun is ended.
            wait = stack.enter_context(signals())
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dashboard-")))
            check_redis(options.redis)
            proxy = Proxy(folder, options.host, options.port, options.metrics_port)
            names = [f"w{number}" for number in range(1, options.workers + 1)]
            variables = environment(options)
            places = [Place(name, folder, variables) for name in names]
            proxy.prepare([(place.name, place.path) for place in places])
            supervisor = Supervisor(places, proxy, wait)
            stack.callback(supervisor.end)
            supervisor.run(told or announce)
    except CannotServe as reason:
        print(reason, file=sys.stderr)
        return 2
    return 1 if supervisor.has_failed else 0


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of the command line. Raises SystemExit where they are wrong."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("--workers", type=int, default=1, help="how many processes serve")
    parser.add_argument("--redis", help="what they share, such as redis://127.0.0.1:6379/0")
    parser.add_argument("--queue", help="another way for their events, such as amqp://localhost")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen at")
    parser.add_argument("--proxies", type=int, default=0, help="how many others are in front")
    parser.add_argument("--metrics-port", type=int, help="where Prometheus asks, at 127.0.0.1")
    options = parser.parse_args(arguments)
    if options.workers < 1:
        parser.error("--workers has to be 1 at least")
    if options.workers > 1 and not options.redis:
        parser.error("several workers share what they know through Redis: add --redis URL")
    if sys.platform == "win32":
        parser.error("workers need Unix sockets and signals: use Linux, macOS or WSL")
    return options


def environment(options: argparse.Namespace) -> dict[str, str]:
    """Return the variables for the workers: ours, and what was asked for."""
    variables = dict(os.environ)
    # As JSON, so that a key which happens to be all digits stays a text.
    variables.setdefault("DASHBOARD_SECRET_KEY", json.dumps(secrets.token_hex(32)))
    variables["DASHBOARD_PROXIES"] = str(1 + options.proxies)
    if options.redis:
        variables["DASHBOARD_REDIS"] = json.dumps(options.redis)
    if options.queue or options.redis:
        variables["DASHBOARD_QUEUE"] = json.dumps(options.queue or options.redis)
    found = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, found))
    return variables


def check_redis(url: str | None) -> None:
    """Raise CannotServe where Redis does not answer at `url`."""
    if url is None:
        return
    try:
        sharing.connect(url).ping()
    except (RedisError, ValueError) as error:
        shown = url.rpartition("@")[2]  # without a password
        raise CannotServe(
            f"Redis does not answer at {shown}: {error}. Start it, or correct --redis."
        ) from None


def allow_many_connections() -> None:
    """Let us, and so all workers and nginx, have as many connections as the system allows."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def announce(address: str) -> None:
    """Print the address."""
    print(f"The dashboard is at {address}\nCtrl-C stops it.", flush=True)


@contextmanager
def signals() -> Iterator[Wait]:
    """Give a function that waits so many seconds at most and returns the signals that have come."""
    numbers = (signal.SIGCHLD, signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
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
    """Sees to it that every place is filled, and that the proxy runs."""

    def __init__(self, places: Sequence[Place], proxy: Proxy, wait: Wait) -> None:
        self.places = places
        self.proxy = proxy
        self.wait = wait
        self.to_renew: deque[Place] = deque()
        self.is_announced = False
        self.has_failed = False
        self.had_terminal = has_terminal()

    def run(self, told: Callable[[str], object]) -> None:
        """Start everything, and keep it running until a signal says to stop.

        Where a worker does not even start for the first time, none is tried again.
        """
        while not self.has_failed:
            for place in self.places:
                place.look()
            if self.is_announced:
                self.proxy.look()
                self.renew()
            elif all(place.process for place in self.places):
                self.open(told)
            elif any(place.has_failed for place in self.places):
                self.has_failed = True
            for number in self.wait(self.pause()):
                is_hangup = number == signal.SIGHUP and not self.has_lost_terminal()
                if is_hangup:
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
