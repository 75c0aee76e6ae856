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
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from redis.exceptions import RedisError

from .. import logs
from ..cluster import sharing, store
from ..config import Config
from ..middleware.hosts import OWN
from .place import Place
from .proxy import AddressTaken, CannotServe, Proxy
from .supervisor import Supervisor, signals

ADDRESS_TAKEN = 3  # an exit status


def main(
    arguments: Sequence[str],
    told: Callable[[str], object] | None = None,
    folder: Path | None = None,
    *,
    renews: bool = True,
) -> int:
    """Serve until a signal comes, and return the exit status.

    It is 0, 1 for a failure, 2 for usage, and `ADDRESS_TAKEN` where nobody can listen there.

    `told` is called with the address as soon as there is an answer at it. Our files go to
    `folder`, or to a temporary one. Unless it `renews` the workers, SIGHUP ends them too.
    """
    options = read(arguments)
    logs.configure(os.environ.get("DASHBOARD_LOG_LEVEL", "INFO"))
    allow_many_connections()
    try:
        with ExitStack() as stack:
            # Signals first: whatever happens from here on, what was begun is ended.
            wait = stack.enter_context(signals())
            if folder is None:
                made = stack.enter_context(tempfile.TemporaryDirectory(prefix="dashboard-"))
                folder = Path(made)
            check_redis(options.redis)
            check_queue(options.queue)
            proxy = Proxy(folder, options.host, options.port, options.metrics_port)
            names = [f"w{number}" for number in range(1, options.workers + 1)]
            variables = environment(options)
            places = [Place(name, folder, variables) for name in names]
            proxy.prepare([(place.name, place.path) for place in places])
            supervisor = Supervisor(places, proxy, wait, renews=renews)
            stack.callback(supervisor.end)
            supervisor.run(told or announce)
    except CannotServe as reason:
        print(reason, file=sys.stderr)
        return ADDRESS_TAKEN if isinstance(reason, AddressTaken) else 2
    return 1 if supervisor.has_failed else 0


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of the command line. Raises SystemExit where they are wrong."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("--workers", type=int, default=1, help="how many processes serve")
    parser.add_argument("--redis", help="what they share, such as redis://127.0.0.1:6379/0")
    parser.add_argument("--prefix", help="what this deployment's names in Redis begin with")
    parser.add_argument("--queue", help="another way for their events, such as amqp://localhost")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen at")
    parser.add_argument(
        "--proxies", type=int, default=Config.PROXIES, help="how many others are in front"
    )
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
    if options.host in OWN and not options.proxies:
        # Behind a proxy any name will do, unless it is told; this one only this machine can reach.
        variables.setdefault("DASHBOARD_TRUSTED_HOSTS", "localhost")
    if options.redis:
        variables["DASHBOARD_REDIS"] = json.dumps(options.redis)
    if options.prefix:
        variables["DASHBOARD_REDIS_PREFIX"] = json.dumps(options.prefix)
    if options.queue or options.redis:
        variables["DASHBOARD_QUEUE"] = json.dumps(options.queue or options.redis)
    found = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, found))
    return variables


def check_redis(url: str | None) -> None:
    """Raise CannotServe where Redis does not answer at `url`."""
    if url is None:
        return
    try:
        store.connect(url).ping()
    except (RedisError, ValueError) as error:
        shown = url.rpartition("@")[2]  # without a password
        raise CannotServe(
            f"Redis does not answer at {shown}: {error}. Start it, or correct --redis."
        ) from None


def check_queue(url: str | None) -> None:
    """Raise CannotServe where `url` is the address of no queue. It need not answer yet."""
    try:
        sharing.client_manager(url, prefix="")
    except ValueError as error:
        raise CannotServe(f"{error}. Correct --queue, such as amqp://localhost.") from None


def allow_many_connections() -> None:
    """Let us, and so all workers and nginx, have as many connections as the system allows."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def announce(address: str) -> None:
    """Print the address."""
    print(f"The dashboard is at {address}\nCtrl-C stops it.", flush=True)
