"""What passed between clients and the servers of a check: its picture is made of that."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kit.checking.verdict import Mark, Packet
from kit.language import N_, _, spoken

MOST = 40  # messages of one picture
FIRST = 4  # of them from the beginning, where there are more
LONGEST = 140  # characters of one message
ALIKE = 3  # so many rounds alike are shown as one, of at most so many messages:
ROUND = 4


class Kind(StrEnum):
    """What a message is."""

    CONNECT = N_("connect")
    LET_IN = N_("connected")
    REFUSED = N_("refused")
    EVENT = "event"
    ACK = N_("acknowledged")
    LEFT = N_("disconnected")
    LOST = N_("lost the connection")
    CLOSED = N_("closed the connection")
    REQUEST = "request"
    ANSWER = "answer"


@dataclass(eq=False)
class Passed:
    """One message between a client and an app of a server; `sent` are those of the client.

    `name` is that of the event, or the method and the path of a request. `data` is what the message
    holds, `options` how the client has connected, or asked. What has not `come` was missed.
    """

    kind: Kind
    client: str
    sent: bool
    name: str = ""
    data: tuple[Any, ...] = ()
    id: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    app: int = 0
    came: bool = True
    server: int = 0  # which of those that a check has started
    at: float = field(default_factory=time.monotonic)


class Transcript:
    """All messages of one server, in the order in which the check saw them."""

    def __init__(self) -> None:
        self.messages: list[Passed] = []
        self.looked_at: Passed | None = None  # what the check has looked at last

    def add(self, message: Passed) -> Passed:
        """Add a message, and return it."""
        self.messages.append(message)
        return message

    def look_at(self, *, client: str, name: str = "") -> None:
        """Take note that the check looks at the last event that a client heard, of this name.

        Where it looks at all of them, an acknowledgement that it has looked at may be newer.
        """
        for message in reversed(self.messages):
            if message is self.looked_at and message.client == client and not name:
                return
            is_it = message.kind is Kind.EVENT and not message.sent and message.client == client
            if is_it and name in ("", message.name):
                self.looked_at = message
                return

    def find(self, *, client: str, names: Iterable[str]) -> list[Passed]:
        """Return the events of these names that a client heard."""
        wanted = {*names}
        return [
            one
            for one in self.messages
            if one.kind is Kind.EVENT
            and not one.sent
            and one.client == client
            and one.name in wanted
        ]


def pictured(
    transcripts: Iterable[Transcript], marked: Mapping[Passed, Mark]
) -> tuple[Packet, ...]:
    """Return what passed, as a picture shows it: bounded, and with what is `marked`.

    Where nothing is, what the check has looked at last is marked as that.
    """
    transcripts = list(transcripts)
    messages: list[Passed] = []
    for number, transcript in enumerate(transcripts):
        for message in transcript.messages:
            if message.came or message in marked:
                message.server = number
                messages.append(message)
        if not marked and transcript.looked_at and transcript is transcripts[-1]:
            marked = {transcript.looked_at: Mark.LOOKED_AT}
    messages.sort(key=lambda message: message.at)
    asked = _asked(messages)
    rows = list(_rows(messages, marked))
    left_out = max(0, len(rows) - MOST)
    shown: list[Packet] = []
    for index, (message, times) in enumerate(rows):
        if FIRST <= index < FIRST + left_out and message not in marked:
            _leave_out(shown, times)
        else:
            shown.append(_packet(message, times, asked.get(message, ""), marked))
    return tuple(shown)


def _rows(messages: list[Passed], marked: Mapping[Passed, Mark]) -> Iterator[tuple[Passed, int]]:
    """Yield what is shown as one: a message, and how often one like it came in turn.

    Rounds of a few messages that are alike and follow each other are shown as their last one.
    """
    kinds = [id(one) if one in marked else _alike(one) for one in messages]
    at = 0
    while at < len(messages):
        length, times = max(
            ((size, _times(kinds, at, size)) for size in range(1, ROUND + 1)),
            key=lambda found: (found[1] >= ALIKE, found[0] * found[1]),
        )
        if times < ALIKE:
            length = times = 1
        at += length * times
        yield from ((message, times) for message in messages[at - length : at])


def _alike(message: Passed) -> object:
    return message.kind, message.client, message.sent, message.name, message.server, message.app


def _times(kinds: list[object], at: int, size: int) -> int:
    """Return how often the round of `size` messages that begins at `at` is there in a row."""
    times = 1
    while kinds[at + times * size : at + (times + 1) * size] == kinds[at : at + size]:
        times += 1
    return times


def _leave_out(shown: list[Packet], times: int) -> None:
    if shown and shown[-1].mark is Mark.LEFT_OUT:
        times += shown.pop().times
    shown.append(Packet("", False, "", times=times, mark=Mark.LEFT_OUT))


def _packet(message: Passed, times: int, asked: str, marked: Mapping[Passed, Mark]) -> Packet:
    lane = _("server")
    if message.server:
        lane = _("server {number}").format(number=message.server + 1)
    if message.app:
        lane = _("{server}, app {number}").format(server=lane, number=message.app + 1)
    mark = marked.get(message, Mark.NONE)
    return Packet(spoken(message.client), message.sent, _words(message, asked), times, mark, lane)


def _asked(messages: Iterable[Passed]) -> dict[Passed, str]:
    """Return for each acknowledgement that a client was sent the event that it is for."""
    asked: dict[object, str] = {}
    found = {}
    for message in messages:
        call = message.server, message.app, message.client, message.id
        if message.kind is Kind.EVENT and message.sent:
            asked[call] = message.name
        elif message.kind is Kind.ACK and not message.sent:
            found[message] = asked.get(call, "")
    return found


def _words(message: Passed, asked: str) -> str:
    """Return a message in words, what is code in backticks; `asked` is the event of its ack."""
    data = " ".join(map(_json, message.data)).replace("`", "'")
    name = message.name.replace("`", "'")
    if message.kind is Kind.EVENT:
        return f"`{name}` {data}".strip()
    if message.kind is Kind.ACK:
        return " ".join(one for one in (_(message.kind), asked and f"`{asked}`", data) if one)
    if message.kind is Kind.REQUEST:
        return f"`{name}` {data}".strip()
    if message.kind is Kind.ANSWER:
        return " ".join(str(one) for one in message.data) or _("an answer")
    namespace = message.options.get("namespace", "/")
    told = _(message.kind)
    if namespace != "/" and message.sent:
        told = _("{done} to `{namespace}`").format(done=told, namespace=namespace)
    return f"{told} {data}".strip()


def _json(value: Any) -> str:
    text = " ".join(json.dumps(value, ensure_ascii=False, default=str).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
