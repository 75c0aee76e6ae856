"""Ports for servers that have to be told theirs."""

import random
import socket


def spare_port() -> int:
    """Return a free port below those that the system gives away: nobody takes it meanwhile."""
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
