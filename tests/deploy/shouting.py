"""A worker with one event more: what a client shouts reaches the clients of all workers.

Run it as `python -m gevent.monkey --module tests.deploy.shouting`, with a worker's options.
"""

from dashboard.deploy import worker
from dashboard.extensions import socketio


@socketio.on("shout")
def shout(words: str) -> None:
    """Send `shouted` with the client's words to everybody in the room of the data set."""
    socketio.emit("shouted", words, to="dashboard_stocks", everywhere=True)


if __name__ == "__main__":
    worker.main()
