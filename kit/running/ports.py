"""Ports for servers that have to be told theirs."""

import random
import socket


def spare_port(host: str = "127.0.0.1") -> int:
    """Return a free port below those that the system gives away: nobody is given it meanwhile."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            socket.create_server((host, port), family=family).close()
        except OSError:
            continue
        return port
