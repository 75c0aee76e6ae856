"""Where the panel of a course answers, and the key that it asks for: a file in `.cache`."""

from __future__ import annotations

import hmac
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from itsdangerous import BadData, TimestampSigner

from kit import patience

HOST = "127.0.0.1"
# Set for the kernels of the JupyterLab that the kit starts: the panel's path below its base.
VARIABLE = "ROUNDTRIP_PANEL"
TICKET_SECONDS = 600  # a notebook draws a cell that is out of sight when somebody scrolls there


@dataclass(frozen=True)
class Address:
    """The port and the process id of a panel, and its `key`: who does not show it, sees nothing."""

    port: int
    key: str
    pid: int

    @property
    def url(self) -> str:
        """The address for programs of this machine, with a slash at its end."""
        return f"http://{HOST}:{self.port}/"

    def proof(self, challenge: str) -> str:
        """Return what only those can answer to `challenge` who know the key."""
        return hmac.new(self.key.encode(), challenge.encode(), "sha256").hexdigest()

    def ticket(self) -> str:
        """Return what lets a browser in as the key does, for a while: it may stand in a file."""
        return TimestampSigner(self.key, salt="panel").sign("ticket").decode()

    def admits(self, ticket: str) -> bool:
        """Whether a ticket was made with this key, at most TICKET_SECONDS ago."""
        try:
            TimestampSigner(self.key, salt="panel").unsign(ticket, max_age=TICKET_SECONDS)
        except BadData:
            return False
        return True


def folder(root: Path) -> Path:
    """The folder of everything that the panel of the project in `root` keeps."""
    return root / ".cache" / "panel"


def read(root: Path) -> Address | None:
    """Return the address that the newest panel of `root` has left; None where there is none."""
    try:
        told = json.loads(_file(root).read_text(encoding="utf-8"))
        return Address(int(told["port"]), str(told["key"]), int(told["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(root: Path, address: Address) -> None:
    """Leave the address for others, readable for this user alone. Raises OSError."""
    folder(root).mkdir(parents=True, exist_ok=True)
    # Made with mode 0600, and put in place whole.
    descriptor, temporary = tempfile.mkstemp(dir=folder(root), prefix="address")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(address), file)
        patience.replace(Path(temporary), _file(root))
    finally:
        Path(temporary).unlink(missing_ok=True)


def _file(root: Path) -> Path:
    return folder(root) / "address.json"
