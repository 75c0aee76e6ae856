# lab 14 (given): a module for clients that cannot keep up
"""Slow clients: what is sent to one waits in this process's memory until it has gone out.

Without a bound, one phone in a tunnel could fill the memory for everybody. A client that is too
far behind is disconnected: it comes back by itself, and gets what it has missed, or the figure.
"""

from ..extensions import socketio

MOST_WAITING = 500  # packets for one client


# lab 14 (given): let go of who is too far behind
def disconnect() -> list[str]:
    """Close every connection for which too much is waiting; return their transports' ids."""
    engine = socketio.server.eio  # type: ignore[attr-defined]
    behind = [one for one in list(engine.sockets.values()) if one.queue.qsize() > MOST_WAITING]
    for one in behind:
        one.close(wait=False, abort=True)
    return [one.sid for one in behind]
