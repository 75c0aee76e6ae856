"""A RabbitMQ of our own: one node in a folder, which nothing else on this machine knows of."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

from kit.ports import spare_port
from tests.waiting import until

LONGEST_START = 90.0  # seconds: Erlang loads much, and slowly on a busy machine
# Without threads that turn round and round for work: they take it from the servers under test.
QUIET = "+sbwt none +sbwtdcpu none +sbwtdio none +S 1:1"
SYSTEM = "/usr/sbin"  # where Debian has it, which is not on everybody's PATH


class RabbitMissing(Exception):
    """There is no RabbitMQ to start here. The text says what to do."""


def program() -> str:
    """Return the path of the script that starts a node. Raises RabbitMissing."""
    found = shutil.which("rabbitmq-server", path=f"{os.environ.get('PATH', '')}:{SYSTEM}")
    if found is None or shutil.which("epmd") is None:
        raise RabbitMissing("No RabbitMQ for these tests: install rabbitmq-server.")
    # Debian's command starts it for an account of its own; what it calls lies beside it.
    real = Path(found).resolve()
    beside = real.parent / "rabbitmq-server"
    return str(beside if beside.is_file() else real)


class Rabbit:
    """A node of RabbitMQ and the port mapper that it needs, both at 127.0.0.1 alone.

    It can be stopped and started again, at the same address.
    """

    def __init__(self, folder: Path) -> None:
        """Keep everything in `folder`. Raises RabbitMissing."""
        self.program = program()
        self.folder = folder
        self.port = spare_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.log = folder / "output.txt"
        self.processes: list[subprocess.Popen[bytes]] = []
        (folder / "plugins").write_text("[].")
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        mapper = spare_port()
        variables = {
            "HOME": str(self.folder),  # for the cookie of Erlang's nodes
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(spare_port()),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_NODENAME": f"roundtrip{self.port}@localhost",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{QUIET} -kernel inet_dist_use_interface"
            " {127,0,0,1}",
        }
        # The node would start the mapper as a daemon, and leave it behind.
        self._begin(["epmd", "-address", "127.0.0.1", "-port", str(mapper)], variables)
        until(lambda: takes_connections(mapper), what="Erlang's port mapper")
        node = self._begin([self.program], variables)

        def is_up() -> bool:
            assert node.poll() is None, self.log.read_text(errors="replace")
            return takes_connections(self.port)

        until(is_up, seconds=LONGEST_START, what=f"RabbitMQ, which writes to {self.folder}")

    def _begin(self, command: list[str], variables: dict[str, str]) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            begun = subprocess.Popen(
                command,
                env=os.environ | variables,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(begun)
        return begun

    def stop(self) -> None:
        """End it, and return when both processes are gone."""
        for process in reversed(self.processes):  # the node first: its script passes the signal on
            process.terminate()
            process.wait(30)
        self.processes.clear()


def takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
