"""A participant: one client in the story that a check tells.

Each thing that a participant does is noted in words, so that a failure can say what was done. What
fails to happen becomes a `Failure` with its likely cause.
"""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from kit.checking.causes import (
    CLOSED,
    NO_HANDLER,
    OTHER_NAMESPACE,
    REFUSED,
    SILENT,
    STUCK,
    STUCK_AT_A_LOCK,
    UNANSWERED,
)
from kit.checking.connection import Connection
from kit.checking.evidence import Rows, Seen, explained
from kit.checking.failure import Failure, Silence, TimedOut
from kit.checking.http import shortened
from kit.checking.process import Process
from kit.checking.transcript import Kind, Passed
from kit.checking.transport import Gone
from kit.checking.verdict import Cause, Mark
from kit.language import said

if TYPE_CHECKING:
    from kit.checking.contract import Told

Payload = TypeVar("Payload", bound="Told")
AT_A_LOCK = re.compile(r"\bwith\b.*lock\b|\.acquire\(", re.IGNORECASE)


class Participant:
    """A client of `server`. `name` is what the story calls it, `sid` its connection's id.

    `beside` is how another client joins the same server: it takes a name, and returns who came.
    """

    def __init__(
        self,
        name: str,
        server: Process,
        connection: Connection,
        beside: "Callable[[str], Participant]",
    ) -> None:
        self.name = name
        self.server = server
        self.beside = beside
        self._connection = connection
        self._last_sent = "connect"
        # What this client waits for an answer to: nothing that it sent itself, at first.
        self._answered: str | None = None

    @property
    def sid(self) -> str:
        """What the server calls this connection: equal to its `request.sid`."""
        return self._connection.sid

    def connect(self, auth: Any = None) -> None:
        """Ask to be let in. Raises Failure where the server does not say yes."""
        where = self._connection.namespace
        if where == "/":
            self.server.note(said("{name} connected", name=self.name))
        else:
            self.server.note(said("{name} connected to `{where}`", name=self.name, where=where))
        expected = said("{name} is let in", name=self.name)
        try:
            let_in = self._connection.connect(self.server.patience(), auth)
        except Gone:
            raise self._silence(expected, self._missing(Kind.LET_IN)) from None
        if let_in:
            return
        if self._connection.refusal is not None:
            refused = self.server.transcript.messages[-1:]
            raise self.server.explained(
                expected,
                said("the server refused: {answer}", answer=_shown(self._connection.refusal)),
                REFUSED,
            ).mark(Mark.WRONG, *refused)
        raise self._silence(expected, self._missing(Kind.LET_IN))

    def is_turned_away(self, otherwise: Cause, unanswered: Cause, auth: Any = None) -> Any:
        """Ask to be let in, and return what the server says that refuses; see `Server`."""
        where = self._connection.namespace
        if where == "/":
            self.server.note(said("{name} tried to connect", name=self.name))
        else:
            self.server.note(
                said("{name} tried to connect to `{where}`", name=self.name, where=where)
            )
        expected = said("{name} is refused", name=self.name)
        try:
            if self._connection.connect(self.server.patience(), auth):
                let_in = self.server.transcript.messages[-1:]
                raise Failure(expected, said("the server let this client in"), otherwise).mark(
                    Mark.UNEXPECTED, *let_in
                )
        except Gone:
            pass
        if self._connection.refusal is None:
            got = said("it was told nothing, neither yes nor no")
            found = self.server.trouble(expected) or Silence(expected, got, unanswered)
            raise found.because(unanswered).mark(Mark.MISSING, self._missing(Kind.REFUSED))
        self.settle()
        if heard := [event for event, _ in self.everything_heard()]:
            expected = said("{name} is refused, and nothing is sent to it", name=self.name)
            raise Failure(
                expected, said("it was sent {events}", events=_listed(heard)), otherwise
            ).mark(Mark.UNEXPECTED, *self.server.transcript.find(client=self.name, names=heard))
        return self._connection.refusal

    def emit(self, event: str, *payload: Any) -> None:
        """Send an event and go on at once."""
        self._sends(event, payload)
        try:
            self._connection.emit(event, *payload)
        except Gone:
            raise self._silence(
                said("{name} can send `{event}`", name=self.name, event=event)
            ) from None

    def call(self, event: str, *payload: Any) -> Any:
        """Send an event, and return its acknowledgement: when that is here, the handler is done.

        Several values come as a list. Raises Failure where none came: TimedOut while the app is
        still at work, otherwise Silence; and NotAttempted where its task is still there.
        """
        self._sends(event, payload, is_call=True)
        try:
            ack = self._connection.call(self.server.patience(event), event, *payload)
        except Gone:
            ack = None
        if ack is None:
            missing = self._missing(Kind.ACK, number=self._connection.last_id)
            raise self._silence(said("`{event}` is acknowledged", event=event), missing)
        self.server.transcript.looked_at = self._connection.acknowledged()
        return ack[0] if len(ack) == 1 else ack or None

    def ask(
        self, answer: type[Payload], event: str, *payload: Any, why: Rows = (), **given: Any
    ) -> Payload:
        """Send an event, and return its acknowledgement, read as an `answer`.

        `given` are values that it must have. Raises what `call` does where none came, and Failure
        where it is another; `why` are rows that may explain either.
        """
        try:
            ack = self.call(event, *payload)
            return answer.read(ack, said("the acknowledgement of `{event}`", event=event), **given)
        except Failure as failure:
            if not failure.marks and (wrong := self._connection.acknowledged()):
                failure.mark(Mark.WRONG, wrong)
            raise self.explained(failure, why) from None

    @overload
    def expect(self, event: str, *, why: Rows = ()) -> Any: ...
    @overload
    def expect(
        self, event: str, model: type[Payload], *, why: Rows = (), wrong: Rows = (), **given: Any
    ) -> Payload: ...
    def expect(
        self,
        event: str,
        model: type[Payload] | None = None,
        *,
        why: Rows = (),
        wrong: Rows = (),
        **given: Any,
    ) -> Any:
        """Return the payload of the next such event that was not expected before.

        It is read as a `model`, if there is one; `given` are values that it must have. Raises what
        `call` does where none comes, and Failure where it is another; `why` are rows that may
        explain that none came, `wrong` rows that may explain that it is another.
        """
        try:
            heard = self._connection.take(self.server.patience(self._answered), event)
        except Gone:
            heard = None
        if heard is None:
            missing = self._missing(Kind.EVENT, event)
            raise self.explained(
                self._silence(
                    said("{name} is sent `{event}`", name=self.name, event=event), missing
                ),
                why,
            )
        self.server.transcript.looked_at = heard.passed
        try:
            return model.read(heard.payload, **given) if model else heard.payload
        except Failure as failure:
            if heard.passed:
                failure.mark(Mark.WRONG, heard.passed)
            raise self.explained(failure, wrong) from None

    def hears_more(self, event: str, *, times: int = 1, why: Rows = ()) -> None:
        """Return when this client hears so many such events more than so far.

        The app's background, if it is paused, goes on meanwhile. Raises what `call` does where they
        do not come; `why` are rows that may explain that.
        """
        self.settle()
        enough = len(self.heard(event)) + times
        with self.server.resumed():
            while len(self.heard(event)) < enough:
                self.expect(event, why=why)

    def hears_on(self, event: str, after: str, otherwise: Cause) -> None:
        """See that this client hears more such events than were on their way. Raises Failure.

        `after` says after what, for the story; `otherwise` is the cause where none comes.
        """
        self.server.note(said("{name} listened on, after {after}", name=self.name, after=after))
        try:
            self.hears_more(event, times=2)
        except Silence as silence:
            raise (silence if silence.crash else silence.because(otherwise)) from None

    def explained(self, failure: Failure, why: Rows) -> Failure:
        """Return what this client has met, with the cause of the first row that fits."""
        return explained(why, Seen(self.server, self, failure))

    def settle(self) -> None:
        """Return when everything that was sent to this client before has arrived.

        Raises Failure where the server does not answer any more.
        """
        if not self._connection.settle(self.server.patience()):
            found = self._silence(said("the connection of {name} goes on", name=self.name))
            # No handler is asked for anything here, so none can have failed to answer.
            unexplained = found.cause in (UNANSWERED, NO_HANDLER)
            raise TimedOut(found.expected, said("no answer came"), SILENT) if unexplained else found

    def heard(self, event: str) -> list[Any]:
        """Return the payloads of every such event so far. To be sure of them, `settle` first."""
        self.server.transcript.look_at(client=self.name, name=event)
        return self._connection.payloads(event)

    def told(self, *models: type[Payload], otherwise: Cause | None = None) -> list[Payload]:
        """Return what this client was sent so far of events that these models are of, in order.

        Raises Failure where a payload is another, of the cause `otherwise` if there is one.
        """
        self.settle()
        by_event = {model.event: model for model in models}
        return [
            by_event[event].read(payload, otherwise=otherwise)
            for event, payload in self.everything_heard()
            if event in by_event
        ]

    def everything_heard(self) -> list[tuple[str, Any]]:
        """Return every event so far, with its payload, in order."""
        self.server.transcript.look_at(client=self.name)
        return [(heard.event, heard.payload) for heard in self._connection.heard]

    def unexpected(self, event: str, failure: Failure, **holding: Any) -> Failure:
        """Return a finding about an event that this client should not have been sent.

        The newest one whose payload has the values `holding` is marked, if there is one.
        """
        found = self.server.transcript.find(client=self.name, names=[event])
        fitting = [one for one in found if _holds(one.data, holding)]
        return failure.mark(Mark.UNEXPECTED, *fitting[-1:])

    def acknowledges(self, *values: Any) -> None:
        """From now on acknowledge all that this client is asked to, with these values.

        What it has been asked to before is acknowledged now. Raises Failure.
        """
        shown = ", ".join(map(_shown, values))
        if values:
            self.server.note(
                said("{name} acknowledged with {values}", name=self.name, values=shown)
            )
        else:
            self.server.note(said("{name} acknowledged", name=self.name))
        is_late, self._connection.says = self._connection.says is None, values
        asked = [one.id for one in self._connection.heard if one.id is not None]
        try:
            for number in asked if is_late else []:
                self._connection.acknowledge(number)
        except Gone:
            raise self._silence(said("{name} can acknowledge", name=self.name)) from None
        self.settle()

    def times_asked(self, event: str) -> int:
        """Return how often this client was asked to acknowledge such an event so far."""
        heard = self._connection.heard
        return sum(one.event == event and one.id is not None for one in heard)

    def leave(self) -> None:
        """Disconnect, as a client does that is done."""
        self.server.note(said("{name} disconnected", name=self.name))
        self._connection.leave()

    def drop(self) -> None:
        """Lose the connection, as a client does whose network is gone."""
        self.server.note(said("{name} lost the connection", name=self.name))
        self._connection.note(Kind.LOST, sent=True)
        self._connection.drop()

    def close(self) -> None:
        """Let go of the connection, after the story."""
        self._connection.drop()

    def put_by(self) -> Connection | None:
        """Let go of the connection, and return it where another client can have it."""
        return self._connection if self._connection.put_by() else None

    def _sends(self, event: str, payload: tuple[Any, ...], *, is_call: bool = False) -> None:
        self._last_sent = self._answered = event
        fields = {"name": self.name, "event": event, "payload": ", ".join(map(_shown, payload))}
        if payload and is_call:
            told = said(
                "{name} sent `{event}` with {payload} and asked for an acknowledgement", **fields
            )
        elif payload:
            told = said("{name} sent `{event}` with {payload}", **fields)
        elif is_call:
            told = said(
                "{name} sent `{event}` without a payload and asked for an acknowledgement", **fields
            )
        else:
            told = said("{name} sent `{event}` without a payload", **fields)
        self.server.note(told)

    def _missing(self, kind: Kind, name: str = "", number: int | None = None) -> Passed:
        """Return what should have come to this client now, where the picture can show it."""
        return self._connection.note(kind, name, number=number, came=False)

    def _silence(self, expected: str, missing: Passed | None = None) -> Failure:
        """Return the finding that something did not arrive, with the reason if one can be seen.

        Raises NotAttempted where that is the starter's task.
        """
        found = self._why_silent(expected)
        return found.mark(Mark.MISSING, missing) if missing else found

    def _why_silent(self, expected: str) -> Failure:
        server, event = self.server, self._last_sent
        found = server.trouble(expected)
        if found:
            return found
        if self._connection.is_closed:
            return Silence(
                expected, said("the server closed the connection of {name}", name=self.name), CLOSED
            )
        if server.lacks(event):
            elsewhere = server.codebase.other_namespace(event)
            if elsewhere:
                got = said(
                    "nothing came; `{event}` is not in the clients' one: {elsewhere}",
                    event=event,
                    elsewhere=elsewhere,
                )
                return Silence(expected, got, OTHER_NAMESPACE)
            names = ", ".join(f"`{name}`" for name in server.app.handlers() or [])
            got = said(
                "nothing came; the app has handlers for: {names}", names=names or said("none")
            )
            return Silence(expected, got, NO_HANDLER)
        stuck = server.app.stacks()
        if stuck:
            cause = STUCK_AT_A_LOCK if AT_A_LOCK.search(stuck[0].code) else STUCK
            return TimedOut(
                expected,
                said("the app was still at {line}: `{code}`", line=stuck[0], code=stuck[0].code),
                cause,
            )
        others = [heard.event for heard in self._connection.heard if not heard.taken]
        others = [name for name in others if name != "welcome"]
        got = said("{name} was not sent it", name=self.name)
        if others:
            got = said(
                "{name} was not sent it; what came instead: {events}",
                name=self.name,
                events=_listed(others),
            )
        return Silence(expected, got, UNANSWERED)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


def _holds(data: tuple[Any, ...], values: dict[str, Any]) -> bool:
    """Whether the first thing that a message holds is an object with these values."""
    first = data[0] if data else None
    return isinstance(first, dict) and all(first.get(key) == values[key] for key in values)


def _shown(payload: Any) -> str:
    return shortened(json.dumps(payload, ensure_ascii=False, default=str))
