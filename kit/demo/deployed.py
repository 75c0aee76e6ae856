"""The dashboard as it is deployed: several processes that share what they know, behind nginx."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack

from kit.cli import USAGE, Trouble
from kit.commands import say
from kit.course import ROOT
from kit.running.redis_server import RedisMissing, RedisServer
from kit.temporary import TemporaryFolder


def serve(
    count: int,
    url: str | None,
    at: tuple[str, int],
    variables: dict[str, str],
    told: Callable[[], None],
) -> int:
    """Serve with `count` workers until Ctrl-C; then raise KeyboardInterrupt.

    Return the exit status where they end by themselves; they have said why.

    They are reached `at` a host and a port; `told` is called when they answer. What they share is
    the Redis at `url`, or one that is started for them. It is this process that looks after them.
    Raises Trouble where they cannot be served.
    """
    sys.path.insert(0, str(ROOT / "reference"))
    from dashboard.deploy import children, workers

    os.environ.update(variables)
    with ExitStack() as stack:
        # Not in the project: a socket's path must not be long.
        folder = stack.enter_context(TemporaryFolder())
        if url is None and count > 1:
            try:
                server = RedisServer(folder, begin=children.start)
            except RedisMissing as missing:
                raise Trouble(str(missing), USAGE) from None
            stack.callback(server.stop)
            server.start()
            say(f"Started {server.name} for them, at {server.url}; it ends with them.")
            url = server.url
        shared = ["--redis", url] if url else []
        options = ["--workers", str(count), "--host", at[0], "--port", str(at[1]), *shared]
        status = workers.main(options, lambda _: told(), folder, renews=False)
    if status:
        return status
    raise KeyboardInterrupt
