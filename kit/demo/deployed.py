"""The dashboard as it is deployed: several processes that share what they know, behind nginx."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack

from kit import ports
from kit.cli import USAGE, Trouble
from kit.commands import say
from kit.course import ROOT
from kit.language import _
from kit.running.redis_server import RedisMissing, RedisServer
from kit.temporary import TemporaryFolder


def serve(
    count: int,
    url: str | None,
    at: tuple[str, int],
    variables: dict[str, str],
    told: Callable[[int], None],
    *,
    may_move: bool,
) -> int:
    """Serve with `count` workers until Ctrl-C; then raise KeyboardInterrupt.

    Return the exit status where they end by themselves; they have said why.

    They are reached `at` a host and a port; `told` is called with the port when they answer: where
    they `may_move`, perhaps another one. What they share is the Redis at `url`, or one that is
    started for them. It is this process that looks after them.
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
            say(
                _("Started {name} for them, at {url}; it ends with them.").format(
                    name=server.name, url=server.url
                )
            )
            url = server.url
        shared = ["--redis", url] if url else []
        host, port = at

        def serve_at(port: int) -> int:
            own = folder / str(port)
            own.mkdir()
            options = ["--workers", str(count), "--host", host, "--port", str(port), *shared]
            return workers.main(options, lambda _: told(port), own, renews=False)

        status = serve_at(port)
        if status == workers.ADDRESS_TAKEN and may_move:
            moved = ports.spare_port(host)
            say(
                _(
                    "Another program has taken port {port} meanwhile. Starting again at {moved}."
                ).format(port=port, moved=moved)
            )
            status = serve_at(moved)
    if status:
        return USAGE if status == workers.ADDRESS_TAKEN else status
    raise KeyboardInterrupt
