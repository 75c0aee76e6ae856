# lab 14 (given): a module for a queue that is not Redis
"""A queue of Kombu's, such as RabbitMQ: it carries events to the clients of all other processes.

The updates do not go this way: every process reads them from Redis, for its own clients. So a queue
that is away holds up nothing but what was sent to everybody's clients.
"""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import socketio as python_socketio

from .. import logs

LONGEST_WAIT = 2.0  # seconds for the queue to take in an event, or a connection
PAUSE = 1.0  # seconds between two tries to listen


class Queue(python_socketio.KombuManager):  # type: ignore[misc]
    """python-socketio's manager, for a queue that comes and goes.

    That one tries to publish for ever, while a client waits for its answer; lets events of several
    clients mix on one connection; and does not log why the queue cannot be reached.
    """

    publisher_connection: Any  # Kombu's own, which have no types

    def __init__(self, url: str, channel: str) -> None:
        """Use the queue at `url`, such as `amqp://user:password@host//`, and call ours `channel`.

        Raises ValueError where Kombu knows no such queue.
        """
        try:
            super().__init__(
                url,
                channel,
                connection_options={
                    "connect_timeout": LONGEST_WAIT,
                    # Else an event counts as sent that a closed connection has swallowed.
                    "transport_options": {"confirm_publish": True},
                },
                # It ends with its connection: nothing piles up for a process that has died.
                queue_options={"exclusive": True},
            )
        except KeyError as error:
            raise ValueError(error.args[0]) from None
        self.publishing = threading.Lock()
        self.reaching = threading.Lock()
        self.is_reached = True  # by the newest try

    def _publish(self, data: dict[str, Any]) -> None:
        """Send `data` to the other processes; where that cannot be, log it, and go on."""
        with self.publishing:
            if not self.is_reached:
                return  # who listens sees first that it is back, and nobody waits meanwhile
            for last in (False, True):
                try:
                    self._send(json.dumps(data))
                    return
                except Exception as error:  # each of Kombu's queues has errors of its own
                    # Not closed as it should be: who does not answer would be waited for.
                    self.publisher_connection = self._connection()
                    if last:
                        logs.log.warning("an event is lost to the other processes: %s", error)

    def _send(self, text: str) -> None:
        """Send a text, and return when the queue has it."""
        connection = self.publisher_connection
        connect(connection)
        producer = connection.Producer(exchange=self._exchange(), auto_declare=True)
        producer.publish(text, timeout=LONGEST_WAIT, confirm_timeout=LONGEST_WAIT)
        producer.release()

    def _listen(self) -> Iterator[Any]:
        """Give what the other processes send, for ever."""
        while True:
            try:
                with self._connection() as connection:
                    connect(connection)
                    with connection.SimpleQueue(self._queue()) as queue:
                        self._note(None)
                        while True:
                            message = queue.get(block=True)
                            message.ack()
                            yield message.payload
            except Exception as error:  # each of Kombu's queues has errors of its own
                self._note(error)
            time.sleep(PAUSE)

    def _queue(self) -> Any:
        """Return this process's own queue, with a name that tells whose it is."""
        queue = super()._queue()
        queue.name = f"{self.channel}.{uuid.uuid4()}"
        return queue

    def _note(self, error: Exception | None) -> None:
        """Log that the queue cannot be reached any more, or can again: each of it once."""
        with self.reaching:
            if self.is_reached == (error is None):
                return
            self.is_reached = error is None
        if error is None:
            logs.log.info("the queue can be reached again")
        else:
            logs.log.warning("the queue cannot be reached, it is tried again: %s", error)


def connect(connection: Any) -> None:
    """Let `connection` be connected; where it was so once, try it a second time."""
    connection.ensure_connection(
        max_retries=1, interval_start=0, interval_step=0, timeout=LONGEST_WAIT
    )
