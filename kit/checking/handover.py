"""A server that goes on from one check to another."""

from dataclasses import dataclass

from kit.checking.connection import Connection
from kit.running import Plan, RunningApp


@dataclass(frozen=True)
class Handover:
    """A server that one check leaves running for another."""

    plan: Plan
    app: RunningApp
    connections: tuple[Connection, ...]  # each without its client now

    def close(self) -> None:
        """End the process, and the connections to it."""
        self.app.stop()
        for connection in self.connections:
            connection.drop()
