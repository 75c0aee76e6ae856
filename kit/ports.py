"""Ports to listen at: whether one is free, and one that is."""

import os
import random
import socket


def why_not(host: str, port: int) -> str | None:
    """Return why no server can listen at `host` and `port`, or None where one can.

    Port 0 stands for any port.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if os.name != "nt":  # there it would let two programs have the same port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def spare_port(host: str = "127.0.0.1") -> int:
    """Return a free port below those that the system gives away: nobody is given it meanwhile."""
    while True:
        port = random.randrange(20_000, 30_000)
        if why_not(host, port) is None:
            return port
