"""Follows the panel from a terminal: the verdicts on one lab, as its page shows them."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
import socketio
from socketio.exceptions import SocketIOError

from kit.checking.verdict import Verdict
from kit.course import Lab
from kit.language import current
from kit.panel import finding
from kit.panel.address import Address

LOOK = 1.0  # seconds between two looks whether the panel is there still
ANSWER_SECONDS = 20.0


@dataclass(frozen=True)
class Told:
    """What the panel says of a lab: a verdict, `trouble` of ours, or that it is `checking`."""

    verdict: Verdict | None = None
    trouble: str = ""
    checking: bool = False


class Following:
    """A view of one lab, which is told what the panel of the project in `root` decides.

    While it is open the panel stays. One that was started for this view ends with it, unless others
    look by then.
    """

    def __init__(self, root: Path, lab: Lab) -> None:
        self._root, self._lab = root, lab
        self._is_ours = finding.running(root) is None
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._client: socketio.Client | None = None
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy stands between us and the loopback
        self._gone = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()
        self._session.close()
        if self._is_ours:
            finding.release(self._root)

    def told(self) -> Iterator[Told]:
        """Yield what is told, from now on without an end. Raises PanelDidNotStart."""
        speaks: str | None = current()
        while True:
            address = finding.ensure(self._root, speaks=speaks)
            speaks = None  # whoever starts one in another language later wants that
            with contextlib.suppress(SocketIOError, requests.RequestException):
                self._connect(address)
                yield from self._until_gone(address)
            self._hang_up()

    def _connect(self, address: Address) -> None:
        self._gone.clear()
        self._session.headers["Authorization"] = f"Bearer {address.key}"
        client = socketio.Client(
            http_session=self._session, reconnection=False, handle_sigint=False
        )
        client.on("verdict", lambda told: self._news.put(str(told["phase"])))
        client.on("disconnect", lambda *_: self._gone.set())
        self._client = client
        client.connect(
            address.url, headers=dict(self._session.headers), wait_timeout=ANSWER_SECONDS
        )
        answer = client.call("join_lab", {"lab": self._lab.number}, timeout=ANSWER_SECONDS)
        self._news.put(str(answer["verdict"]["phase"]))

    def _until_gone(self, address: Address) -> Iterator[Told]:
        number = -1
        while not self._gone.is_set():
            try:
                phase = self._news.get(timeout=LOOK)
            except queue.Empty:
                continue
            if phase == "checking":
                yield Told(checking=True)
                continue
            found = self._ask(address)
            if found["phase"] != "checking" and found["number"] != number:
                number = found["number"]
                verdict = Verdict.from_dict(found["verdict"]) if found["verdict"] else None
                yield Told(verdict, found["trouble"])

    def _ask(self, address: Address) -> dict[str, Any]:
        where = f"{address.url}labs/{self._lab.number}/verdict"
        answer = self._session.get(where, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _hang_up(self) -> None:
        if self._client:
            # Without the goodbyes of the protocol, for which a client waits.
            with contextlib.suppress(Exception):
                self._client.eio.disconnect(abort=True)
            self._client = None


def verdicts(root: Path, lab: Lab, begin: Callable[[], None]) -> Iterator[Verdict]:
    """Yield each verdict on a lab that the panel tells; `begin` is called when one is on its way.

    Raises PanelDidNotStart, and PanelBroke with a traceback of ours.
    """
    with Following(root, lab) as following:
        for told in following.told():
            if told.checking:
                begin()
            elif told.trouble:
                raise PanelBroke(told.trouble)
            elif told.verdict:
                yield told.verdict


class PanelBroke(Exception):
    """The checks could not be run. Its text is the traceback."""
