"""The running submission, as a check sees it: visitors ask for pages, participants join."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload
from urllib.parse import urlencode

from kit.checking import audience
from kit.checking.causes import STUCK, UNEXPECTED_STATUS, of_no_connection
from kit.checking.connection import NOTHING, Connection
from kit.checking.evidence import Rows, Seen, explained
from kit.checking.failure import Failure, Silence
from kit.checking.handover import Handover
from kit.checking.http import NoAnswer, Response, Visitor, shortened
from kit.checking.participant import Participant
from kit.checking.process import Process
from kit.checking.renaming import NONE, Renaming
from kit.checking.transcript import Kind, Passed
from kit.checking.transport import Handshake
from kit.checking.verdict import Cause, Mark
from kit.language import said
from kit.running import Plan, RunningApp

if TYPE_CHECKING:
    from kit.checking.contract import Told

Payload = TypeVar("Payload", bound="Told")

VISITOR: str = said("a visitor")  # who asks for pages where a check names nobody


class Server(Process):
    """A running process of a submission that visitors and clients use.

    With several apps, `app=1` means the second one of the plan.
    """

    def __init__(
        self,
        app: RunningApp,
        folder: Path,
        taken: Handover | None = None,
        renaming: Renaming = NONE,
    ) -> None:
        """Use `app`, started in `folder`; it must be listening already.

        `taken` is what was taken over from another check with it, `renaming` how it calls
        dashboards.
        """
        super().__init__(app, folder, is_taken_over=taken is not None)
        self.renaming = renaming
        self._connections = list(taken.connections) if taken else []
        self._visitors: dict[tuple[int, str], Visitor] = {}
        self._participants: list[Participant] = []

    def get(self, path: str, *, app: int = 0, **options: Any) -> Response:
        """Return the answer to GET `path`; `options` are those of `requests`."""
        return self.request("GET", path, app=app, **options)

    def post(self, path: str, *, app: int = 0, **options: Any) -> Response:
        """Return the answer to POST `path`; `options` are those of `requests`."""
        return self.request("POST", path, app=app, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        app: int = 0,
        by: str = VISITOR,
        shown_as: str = "",
        may_raise: bool = False,
        **options: Any,
    ) -> Response:
        """Return the answer to a request; each visitor keeps cookies from one to the next.

        `by` is what the story calls the visitor, and `shown_as` what the picture does, where that
        is another name: several visitors may be one there. Raises Failure where no answer comes, or
        where the view raised (unless it `may_raise`); NotAttempted where its task is still there.
        """
        form = options.get("data")
        told = said("{who} asked for {request}", who=by, request=f"{method} {shortened(path)}")
        if len(self.app.ports) > 1:
            told = said("{asked} of app {number}", asked=told, number=app + 1)
        if form is not None:
            told = said("{asked} with {payload}", asked=told, payload=shortened(str(form)))
        self.note(told)
        if (app, by) not in self._visitors:
            self._visitors[app, by] = Visitor(self.url(app), self.patience_over_http, self.renaming)
        visitor = self._visitors[app, by]
        expected = said("{request} is answered", request=f"{method} {path}")
        before = self.app.crash_count
        asked = f"{method} {path}"
        sent = () if form is None and options.get("json") is None else (form or options["json"],)
        how = {name: value for name, value in options.items() if value is not None}
        who = shown_as or by
        self.transcript.add(Passed(Kind.REQUEST, who, True, asked, sent, options=how, app=app))
        try:
            response = visitor.request(method, path, **options)
        except NoAnswer as silence:
            missing = Passed(Kind.ANSWER, who, False, app=app, came=False)
            raise self.no_answer(expected, silence).mark(
                Mark.MISSING, self.transcript.add(missing)
            ) from None
        kept = {"cookies": response.cookies} if response.cookies else {}
        answer = Passed(Kind.ANSWER, who, False, data=_said(response), options=kept, app=app)
        self.transcript.looked_at = self.transcript.add(answer)
        if response.status >= 500 and not may_raise:
            self.app.catch_up()  # the answer may be here before the report of what was raised
        if response.status >= 500 and self.app.crash_count > before and not may_raise:
            found = self.trouble(expected) or Silence(expected, said("nothing came"), STUCK)
            raise found.mark(Mark.WRONG, answer)
        return response

    @overload
    def expect(
        self,
        method: str,
        path: str,
        *,
        status: int | Sequence[int] = 200,
        kind: str = "",
        why: Rows = (),
        **options: Any,
    ) -> Response: ...
    @overload
    def expect(
        self,
        method: str,
        path: str,
        model: type[Payload],
        *,
        status: int | Sequence[int] = 200,
        kind: str = "",
        why: Rows = (),
        **options_and_given: Any,
    ) -> Payload: ...
    def expect(
        self,
        method: str,
        path: str,
        model: type[Payload] | None = None,
        *,
        status: int | Sequence[int] = 200,
        kind: str = "",
        why: Rows = (),
        app: int = 0,
        by: str = VISITOR,
        may_raise: bool = False,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
        json: Any = None,
        **given: Any,
    ) -> Any:
        """Return the answer to a request, read as a `model` if there is one.

        Its status should be `status`, or one of several; `kind` is the media type that it should
        have, and `given` are values that the model must have. The other arguments are those of
        `request`. Raises Failure, also where no answer comes; `why` are rows that may explain it:
        with a `kind`, one of them has to.
        """
        statuses = (status,) if isinstance(status, int) else tuple(status)
        options = {"headers": headers, "data": data, "json": json}
        answer = None
        try:
            answer = self.request(method, path, app=app, by=by, may_raise=may_raise, **options)
            if answer.status not in statuses or kind not in ("", answer.kind):
                expected = said(
                    "{request} answers with status {status}",
                    request=f"{method} {path}",
                    status=statuses[0],
                )
                if kind:
                    expected = said("{expected} and {kind}", expected=expected, kind=kind)
                raise Failure(expected, answer.summary, UNEXPECTED_STATUS)
            return model.of(answer, **given) if model else answer
        except Failure as failure:
            if not failure.marks and self.transcript.looked_at:
                failure.mark(Mark.WRONG, self.transcript.looked_at)
            raise explained(why, Seen(self, None, failure, answer, statuses)) from None

    def join(
        self,
        name: str,
        *,
        auth: Any = None,
        app: int = 0,
        as_visitor: bool | str = False,
        claims: Mapping[str, str] | None = None,
        namespace: str = "/",
    ) -> Participant:
        """Return a participant that has connected to a namespace. Raises Failure where it can't.

        `as_visitor` gives it the cookies of the visitor who asked for pages so far, or of the one
        of that name. `claims` are what it says of itself, in the address and in cookies that
        nobody gave it, or as headers where they are called `X-` or `Remote-`.
        """
        visitor = VISITOR if as_visitor is True else as_visitor
        handshake = Handshake(self._visitors[app, visitor].cookies) if visitor else NOTHING
        if claims:
            self.note(
                said(
                    "{name} came with {claims} in the address, as cookies and headers",
                    name=name,
                    claims=dict(claims),
                )
            )
            handshake = _claiming(claims)
        try:
            participant = self._met(name, app, handshake, namespace)
            participant.connect(auth)
        except Failure as failure:
            cause = None if failure.crash else of_no_connection(self.codebase)
            raise (failure.because(cause) if cause else failure) from None
        return participant

    def turns_away(
        self,
        name: str,
        *,
        otherwise: Cause,
        unanswered: Cause,
        auth: Any = None,
        app: int = 0,
        namespace: str = "/",
    ) -> Any:
        """Return what a client is told that tries to connect to a namespace, and is refused.

        Nothing may come to it afterwards, whatever it sends. Raises Failure: of the cause
        `otherwise` where it is let in, or heard, and `unanswered` where it is told nothing.
        """
        client = self._met(name, app, NOTHING, namespace)
        return client.is_turned_away(otherwise, unanswered, auth)

    def _met(self, name: str, app: int, handshake: Handshake, namespace: str) -> Participant:
        """Return a participant that has yet to ask to be let in. Raises Failure."""
        try:
            connection = self._connection(name, app, handshake, namespace)
        except (NoAnswer, Failure) as failure:
            self.note(said("{name} tried to connect", name=name))
            self.transcript.add(Passed(Kind.CONNECT, name, True, app=app))
            missing = self.transcript.add(Passed(Kind.LET_IN, name, False, app=app, came=False))
            expected = said("{name} can connect with Socket.IO", name=name)
            if isinstance(failure, NoAnswer):
                found = self.no_answer(expected, failure)
            else:
                found = self.trouble(expected) or failure
            raise found.mark(Mark.MISSING, missing) from None
        connection.transcript, connection.app = self.transcript, app
        participant = Participant(name, self, connection, self.join)
        self._participants.append(participant)
        return participant

    def _connection(self, name: str, app: int, handshake: Handshake, namespace: str) -> Connection:
        """Return a connection that was left, or else a new one. Raises NoAnswer and Failure."""
        while self._connections and handshake == NOTHING and not app and namespace == "/":
            connection = self._connections.pop()
            if connection.take_up(name, self.patience()):
                return connection
            connection.drop()
        return Connection(
            name,
            self.url(app),
            self.patience(),
            handshake,
            namespace=namespace,
            renaming=self.renaming,
        )

    only = staticmethod(audience.only)

    def close(self) -> None:
        """End the process, and every connection to it."""
        self.app.stop()
        self._hang_up()

    def leave(self, plan: Plan) -> Handover:
        """Let the process, started by `plan`, run on at its usual pace for another check."""
        self.at_usual_pace()
        connections = self._connections
        if len(self.app.ports) == 1:
            put_by = [participant.put_by() for participant in self._participants]
            connections += [connection for connection in put_by if connection]
            self._participants = []
        self._connections = []
        self._hang_up()
        return Handover(plan, self.app, tuple(connections))

    def _hang_up(self) -> None:
        for participant in self._participants:
            participant.close()
        for connection in self._connections:
            connection.drop()
        for visitor in self._visitors.values():
            visitor.close()


def _claiming(claims: Mapping[str, str]) -> Handshake:
    """Return how a client says all this of itself: what a proxy would say in headers, too."""
    headers = {name: text for name, text in claims.items() if name.startswith(("X-", "Remote-"))}
    others = [(name, text) for name, text in claims.items() if name not in headers]
    cookies = "; ".join(f"{name}={text}" for name, text in others)
    return Handshake(cookies, f"&{urlencode(others)}", headers)


def _said(response: Response) -> tuple[str, ...]:
    """Return an answer as a picture shows it: its status, where it leads, and how it begins."""
    where = f"to {response.location}" if response.location else response.kind
    return tuple(one for one in (str(response.status), where, shortened(response.text, 80)) if one)
