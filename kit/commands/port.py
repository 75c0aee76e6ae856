"""Whether a port is free to listen at."""

import os
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
