"""The running submission, as a check sees it."""

import os
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload
from urllib.parse import urlencode

import psutil

from kit.checking.causes import (
    CLOSED,
    EXITED,
    MONKEY_PATCHED,
    RUNS_THE_SERVER,
    STUCK,
    STUCK_AT_START,
    UNEXPECTED_STATUS,
    of_a_crash,
    of_no_connection,
)
from kit.checking.codebase import Codebase
from kit.checking.connection import Connection
from kit.checking.evidence import Rows, Seen, explained
from kit.checking.failure import Failure, NotAttempted, NotStarted, Silence, TimedOut
from kit.checking.http import NoAnswer, Response, Visitor, shortened
from kit.checking.participant import Participant
from kit.checking.verdict import Cause
from kit.running import App, Crash, Launcher, Plan, RunningApp, StartFailed
from kit.running.patience import STEP, Patience

if TYPE_CHECKING:
    from kit.checking.contract import Told

Payload = TypeVar("Payload", bound="Told")

# Seconds. A handler may sleep a while: psutil's usual measurement takes a whole second.
IDLE, BUSY = 2.5, 4.0
# On a server that was taken over, where giving up too early only means to try again.
IDLE_THERE = 0.5
LONGEST = 60.0  # for one check as a whole, on the clock
# An event that no function is registered for is not worth waiting for: looked up in time.
LOOKS_FOR_A_HANDLER = 4
# A line that runs a server: it never ends, or its port is taken and it ends at once.
RUNS = re.compile(r"(?<!asyncio)(?<!subprocess)\.run\(|\b(run_simple|serve_forever)\(")
VISITOR = "a visitor"  # who asks for pages where a check names nobody
PATCHED_BY = re.compile("gevent|eventlet|monkey|patch_all")


class Server:
    """One running process of a submission, and the story of what a check did with it.

    With several apps, `app=1` means the second one of the plan.
    """

    def __init__(self, app: RunningApp, folder: Path, taken: "Handover | None" = None) -> None:
        """Tell the story of `app`, started in `folder`; it must be listening already.

        `taken` is what was taken over from another check with it.
        """
        self.app = app
        self._idle = min(IDLE, IDLE_THERE) if taken else IDLE
        self._connections = list(taken.connections) if taken else []
        self.codebase = Codebase(folder)
        self.story: list[str] = []
        self._is_delayed = self._is_paused = False
        self._ends = time.monotonic() + LONGEST
        self._visitors: dict[tuple[int, str], Visitor] = {}
        self._participants: list[Participant] = []

    def note(self, sentence: str) -> None:
        """Add what was done to the story."""
        self.story.append(sentence)

    @contextmanager
    def telling(self, sentence: str) -> Iterator[None]:
        """Tell all that is done inside with this one sentence."""
        self.note(sentence)
        told = len(self.story)
        try:
            yield
        finally:
            del self.story[told:]

    # What a check does with it.

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
        may_raise: bool = False,
        **options: Any,
    ) -> Response:
        """Return the answer to a request; each visitor keeps cookies from one to the next.

        `by` is what the story calls the visitor. Raises Failure where no answer comes, where the
        view raised (unless it `may_raise`), or where its task is still there.
        """
        where = f" of app {app + 1}" if len(self.app.ports) > 1 else ""
        form = options.get("data")
        sent = f" with {shortened(str(form))}" if form is not None else ""
        self.note(f"{by} asked for {method} {shortened(path)}{where}{sent}")
        if (app, by) not in self._visitors:
            self._visitors[app, by] = Visitor(self.url(app), self._patience)
        visitor = self._visitors[app, by]
        expected = f"{method} {path} is answered"
        before = self.app.crash_count
        try:
            response = visitor.request(method, path, **options)
        except NoAnswer as silence:
            raise self._no_answer(expected, silence) from None
        if response.status >= 500 and not may_raise:
            self.app.catch_up()  # the answer may be here before the report of what was raised
        if response.status >= 500 and self.app.crash_count > before and not may_raise:
            raise self.trouble(expected) or Silence(expected, "nothing came", STUCK)
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
                expected = f"{method} {path} answers with status {statuses[0]}"
                expected += f" and {kind}" if kind else ""
                raise Failure(expected, answer.summary, UNEXPECTED_STATUS)
            return model.of(answer, **given) if model else answer
        except Failure as failure:
            raise explained(why, Seen(self, None, failure, answer, statuses)) from None

    def join(
        self,
        name: str,
        *,
        auth: Any = None,
        app: int = 0,
        as_visitor: bool = False,
        claims: Mapping[str, str] | None = None,
    ) -> Participant:
        """Return a participant that has connected. Raises Failure where it can't.

        `as_visitor` gives it the cookies of the visitor who asked for pages so far. `claims` are
        what it says of itself, in the address and in cookies that nobody gave it.
        """
        cookies, query = self._visitors[app, VISITOR].cookies if as_visitor else "", ""
        if claims:
            self.note(f"{name} came with {dict(claims)} in the address and as cookies")
            query = f"&{urlencode(claims)}"
            cookies = "; ".join(f"{key}={value}" for key, value in claims.items())
        try:
            return self._joined(name, auth, app, cookies, query)
        except Failure as failure:
            cause = None if failure.crash else of_no_connection(self.codebase)
            raise (failure.because(cause) if cause else failure) from None

    def _joined(self, name: str, auth: Any, app: int, cookies: str, query: str) -> Participant:
        try:
            connection = self._connection(name, app, cookies, query)
        except (NoAnswer, Failure) as failure:
            self.note(f"{name} tried to connect")
            expected = f"{name} can connect with Socket.IO"
            if isinstance(failure, NoAnswer):
                raise self._no_answer(expected, failure) from None
            raise self.trouble(expected) or failure from None
        participant = Participant(name, self, connection)
        self._participants.append(participant)
        participant.connect(auth)
        return participant

    def _connection(self, name: str, app: int, cookies: str, query: str) -> Connection:
        """Return a connection that was left, or else a new one. Raises NoAnswer and Failure."""
        while self._connections and not (cookies or app):
            connection = self._connections.pop()
            if connection.take_up(name, self.patience()):
                return connection
            connection.drop()
        return Connection(name, self.url(app), self.patience(), cookies, query)

    @contextmanager
    def only(
        self,
        hearer: Participant | None,
        *,
        hears: str | Collection[str],
        among: Iterable[Participant],
        otherwise: Cause,
        twice: Cause | None = None,
    ) -> Iterator[None]:
        """See that what is done inside is heard by one participant, once, and by nobody else.

        `hears` is the event that counts, or several; `hearer` may be None, for nobody at all.
        Raises Failure, of the cause `otherwise`, where any of those `among` hears it, and of the
        cause `twice` (or else `otherwise`) where the hearer does more than once. That the hearer
        hears it at all is not looked at.
        """
        events = {hears} if isinstance(hears, str) else {*hears}

        def count(client: Participant) -> Counter[str]:
            client.settle()
            return Counter(event for event, _ in client.everything_heard() if event in events)

        listeners = list(dict.fromkeys([*([hearer] if hearer else []), *among]))
        before = {client: count(client) for client in listeners}
        yield
        for client in listeners:
            for event, more in (count(client) - before[client]).items():
                if client is not hearer:
                    expected = f"{client.name} hears no `{event}`"
                    expected += f": it is for {hearer.name} alone" if hearer else ""
                    raise Failure(expected, f"{client.name} heard it", otherwise)
                if more > 1:
                    expected = f"{client.name} hears `{event}` once"
                    raise Failure(
                        expected, f"{client.name} heard it {more} times", twice or otherwise
                    )

    def delay(self, *, handlers: float = 0, background: float = 0, tasks: float = 0) -> None:
        """Let each step that the app takes with Socket.IO last so many seconds longer from now on.

        To send an event and to let a client into a room are steps of a handler or of the
        background; to start a task is one of `tasks`. What can come in between does so then.
        """
        self._is_delayed = bool(handlers or background or tasks)
        self.app.delay(handlers=handlers, background=background, tasks=tasks)

    def pause(self) -> None:
        """Let the app's background sleep on from now on, where it sleeps, but while `resumed`.

        So a feed can be quick and costs nothing while nobody waits for it. Whether an app can be
        paused depends on how it sleeps: no verdict may depend on that.
        """
        self._is_paused = True
        self.app.pause()

    @contextmanager
    def hastened(self) -> Iterator[None]:
        """Let the app's background sleep for a moment only in here, however long it wants to.

        So what it would do seconds later comes at once. Whoever sleeps already sleeps on.
        """
        self.app.hasten()
        try:
            yield
        finally:
            self.app.at_leisure()

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Let the app's background, if it is paused, go on in here."""
        if not self._is_paused:
            yield
            return
        self.app.resume()
        try:
            yield
        finally:
            self.app.pause()

    def close(self) -> None:
        """End the process, and every connection to it."""
        self.app.stop()
        self._hang_up()

    def leave(self, plan: Plan) -> "Handover":
        """Let the process, started by `plan`, run on at its usual pace for another check."""
        if self._is_delayed:
            self.delay()
        if self._is_paused:
            self.app.resume()
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

    # What explains it.

    def patience(self, event: str | None = None) -> Patience:
        """Return a wait for one answer of this server, perhaps to `event`."""
        crashes = self.app.crash_count
        patience = self._patience()
        looks = 0

        def is_pointless() -> bool:
            # Whoever has raised an error since, has ended, or has no handler, will not answer.
            nonlocal looks
            looks += 1
            unknown = event is not None and looks == LOOKS_FOR_A_HANDLER and self.lacks(event)
            return self.app.crash_count > crashes or not self.app.is_running or unknown

        patience.shortcut = is_pointless
        return patience

    def _patience(self) -> Patience:
        """Return a wait for one answer, also of who has raised an error: over HTTP one comes."""
        patience = self.app.patience(idle=self._idle, busy=BUSY)
        patience.ends = min(patience.ends, self._ends)
        patience.shortcut = lambda: not self.app.is_running
        return patience

    def rests(self, seconds: float, *, busy: float = BUSY) -> bool:
        """Wait until all threads of the app were asleep for so many `seconds`, all in all.

        Returns False where it took `busy` seconds of processor time before it came to that.
        """
        step = min(seconds, STEP) / 4
        patience = self.app.patience(idle=seconds, busy=busy, step=step)
        patience.ends = min(patience.ends, self._ends)
        while not patience.is_over():
            time.sleep(step)
        return patience.idle_left <= 0

    def lacks(self, event: str) -> bool:
        """Whether the app says that it has no handler for `event`."""
        handlers = self.app.handlers()
        return handlers is not None and event not in handlers and "*" not in handlers

    def trouble(self, expected: str) -> Failure | None:
        """Return the finding that the app crashed or ended, or None where it did neither.

        Raises NotAttempted where what crashed is the starter's task.
        """
        self.app.catch_up()
        crash = self.app.crashes[-1] if self.app.crashes else None
        if crash:
            _raise_if_not_attempted(crash)
            where = f" ({crash.where}: `{crash.where.code}`)" if crash.where else ""
            return Silence(
                expected, f"the app raised {crash}{where}", of_a_crash(crash), crash=crash
            )
        if not self.app.is_running:
            got = f"the app's process ended with exit status {self.app.exit_code}"
            return Silence(expected, got, EXITED)
        return None

    def explained(self, expected: str, got: str, cause: Cause) -> Failure:
        """Return the finding of a crash, if there was one, and otherwise this one."""
        return self.trouble(expected) or Failure(expected, got, cause)

    def threads(self) -> int:
        """Return how many threads the app's process has, as the system counts them."""
        try:
            return int(psutil.Process(self.app.pid).num_threads())
        except psutil.Error:
            return 0

    def log(self) -> str:
        """Return everything that the app has printed and logged so far."""
        return "\n".join(line.text for line in self.app.log)

    def url(self, app: int = 0) -> str:
        """Return the address of an app, without a slash at its end."""
        return f"http://{self.app.host}:{self.app.ports[app]}"

    def _no_answer(self, expected: str, silence: NoAnswer) -> Failure:
        found = self.trouble(expected)
        if found:
            return found
        stuck = self.app.stacks()
        at = f"; it was at {stuck[0]}: `{stuck[0].code}`" if stuck else ""
        if silence.waited:
            return TimedOut(expected, f"no answer came{at}", STUCK)
        return Silence(expected, f"the connection was closed without an answer{at}", CLOSED)


@dataclass(frozen=True)
class Handover:
    """A server that one check leaves running for another."""

    plan: Plan
    app: RunningApp
    connections: tuple[Connection, ...]  # without a client

    def close(self) -> None:
        """End the process, and the connections to it."""
        self.app.stop()
        for connection in self.connections:
            connection.drop()


class Cancelled(Exception):
    """What a check finds does not count any more."""


class Start:
    """Starts the submission in `folder` as often as a check wants; `stop` ends all of it.

    The first server may be an `offer` of another check's, if it is of the kind that is wanted.
    """

    def __init__(self, launcher: Launcher, folder: Path, offer: Handover | None = None) -> None:
        self.folder = folder
        self.codebase = Codebase(folder)
        self.took_over = False
        self.is_cancelled = False
        self._launcher = launcher
        self._offer = offer
        self._servers: list[tuple[Plan, Server]] = []

    @property
    def story(self) -> list[str]:
        """What was done with the servers so far, one sentence each."""
        return [sentence for _, server in self._servers for sentence in server.story]

    def __call__(
        self, *apps: App, environment: Mapping[str, str | None] | None = None, why: Rows = ()
    ) -> Server:
        """Start one process that serves `apps` and return it when it listens.

        Raises NotStarted, whose `crash` says what happened, NotAttempted, or Cancelled; `why` are
        rows that may explain why it has not started.
        """
        # What somebody has set for a server of their own must not reach this one.
        settings = [name for name in os.environ if name.startswith(("DASHBOARD_", "FLASK_"))]
        variables = {**dict.fromkeys(settings), **(environment or {})}
        plan = Plan(self.folder, apps or (App(),), variables)
        offer, self._offer = self._offer, None
        if offer and offer.plan == plan and offer.app.is_running:
            self.took_over, app = True, offer.app
        else:
            if offer:
                offer.close()
                offer = None
            app = self._launcher.start(plan)
        server = Server(app, self.folder, offer)
        self._servers.append((plan, server))
        if self.is_cancelled:
            raise Cancelled
        server.note(_started(plan))
        try:
            patience = 5.0 * len(plan.apps)
            app.wait_until_listening(idle=patience, busy=patience)
        except StartFailed as failure:
            found = _not_started(failure, self.codebase)
            raise explained(why, Seen(server, None, found)) from None
        return server

    def leave(self) -> Handover | None:
        """Return the one server that was started here, for another check; None if it is not one."""
        if len(self._servers) != 1:
            return None
        plan, server = self._servers.pop()
        return server.leave(plan)

    def stop(self) -> None:
        """End every process that was started here, and forget the story."""
        if self._offer:
            self._offer.close()
        for _, server in self._servers:
            server.close()
        self._offer, self._servers, self.took_over = None, [], False

    def cancel(self) -> None:
        """End every process under the check, from another thread: it will end soon then."""
        self.is_cancelled = True
        for _, server in list(self._servers):
            server.app.stop()


def _started(plan: Plan) -> str:
    made = []
    for app in plan.apps:
        settings = "".join(f" and {setting}" for setting in _settings(app.settings))
        name = f'"{app.path}"' if app.dotted else app.path.rpartition(".")[2]
        name = "" if app.config is None else name
        made.append(f"create_app({name}){settings}{_with_variables(app.environment)}")
    return "we started a server with " + ", and ".join(made) + _with_variables(plan.environment)


def _settings(settings: Mapping[str, Any]) -> list[str]:
    shown = [f"{name} = {value!r}" for name, value in settings.items() if name != "SOURCES"]
    return [*shown, "sources of its own"] if "SOURCES" in settings else shown


def _with_variables(environment: Mapping[str, str | None]) -> str:
    given = [f"{name}={value}" for name, value in environment.items() if value is not None]
    return f" while the environment held {', '.join(given)}" if given else ""


def _not_started(failure: StartFailed, code: Codebase) -> NotStarted:
    expected = "the server starts"
    crash = failure.crash
    # It shows in many ways: a library that is not there, a lock that nobody has, or none at all.
    patch = code.find(r"\bmonkey_?patch\w*\(|\bmonkey\.patch_\w+\(|\bpatch_all\(")
    if patch and (not crash or not crash.where or PATCHED_BY.search(crash.where.code)):
        got = f"it raised {crash}" if crash else "it never came to listen"
        return NotStarted(expected, f"{got}; {patch} says `{patch.text.strip()}`", MONKEY_PATCHED)
    at = crash.where if crash else failure.stuck
    is_run = at is not None and RUNS.search(at.code) is not None
    if crash:
        _raise_if_not_attempted(crash)
        where = f" ({crash.where}: `{crash.where.code}`)" if crash.where else ""
        cause = RUNS_THE_SERVER if is_run else of_a_crash(crash)
        return NotStarted(expected, f"it raised {crash}{where}", cause, crash=crash)
    if failure.code is not None:
        got = f"its process ended with exit status {failure.code}"
        return NotStarted(expected, got, EXITED)
    stuck = f": it was at {failure.stuck} (`{failure.stuck.code}`)" if failure.stuck else ""
    cause = RUNS_THE_SERVER if is_run else STUCK_AT_START
    return StuckAtStart(expected, f"it never came to listen{stuck}", cause)


class StuckAtStart(NotStarted, TimedOut):
    """The submission did not start within its time."""


def _raise_if_not_attempted(crash: Crash) -> None:
    """Raise NotAttempted where a crash is the starter's own `raise NotImplementedError`."""
    if crash.type == "NotImplementedError" and crash.message.startswith("lab "):
        where = f" ({crash.where})" if crash.where else ""
        raise NotAttempted(f"The task is still there{where}: {crash.message}")
