"""Start a submission, as often as a check wants, and say why it does not start."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.checking import try_it
from kit.checking.causes import (
    EXITED,
    MONKEY_PATCHED,
    RUNS_THE_SERVER,
    STUCK_AT_START,
    of_a_crash,
)
from kit.checking.check import Check
from kit.checking.codebase import Codebase
from kit.checking.evidence import Rows, Seen, explained
from kit.checking.failure import (
    Failure,
    NotAttemptedAtStart,
    NotStarted,
    TimedOut,
    crash_in_words,
    raise_if_not_attempted,
)
from kit.checking.handover import Handover
from kit.checking.http import shortened
from kit.checking.server import Server
from kit.checking.transcript import pictured
from kit.checking.variation import varied
from kit.checking.verdict import Cause, Finding
from kit.language import said, spoken
from kit.running import PACKAGE, App, Crash, Launcher, Plan, StartFailed

# A line that runs a server: it never ends, or its port is taken and it ends at once.
RUNS = re.compile(r"(?<!asyncio)(?<!subprocess)\.run\(|\b(run_simple|serve_forever)\(")
# Errors that a line which is not written yet may lead to, and how Python names a module in them.
LACKS_A_NAME = {"NameError", "ImportError", "ModuleNotFoundError", "AttributeError"}
OWN_MODULE = re.compile(rf"'({PACKAGE}\.[\w.]+)'")
MOST = 60  # characters of a setting, in a sentence
PATCHED_BY = re.compile("gevent|eventlet|monkey|patch_all")


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

    def finding(self, failure: Failure, check: Check) -> Finding:
        """Return what a check has found: with what was done, and with what passed meanwhile."""
        servers = [server for _, server in self._servers]
        return Finding(
            tuple(map(spoken, self.story)),
            spoken(failure.expected),
            spoken(failure.got),
            failure.cause.spoken(),
            pictured([server.transcript for server in servers], failure.marks),
            try_it.lines(check, servers[-1], first=len(servers) == 1) if servers else (),
        )

    def __call__(
        self, *apps: App, environment: Mapping[str, str | None] | None = None, why: Rows = ()
    ) -> Server:
        """Start one process that serves `apps` and return it when it listens.

        Raises NotStarted, whose `crash` says what happened, NotAttempted, or Cancelled; `why` are
        rows that may explain why it has not started.
        """
        apps, renaming = varied(apps or (App(),))
        plan = plan_for(self.folder, apps, environment)
        offer, self._offer = self._offer, None
        if offer and offer.plan == plan and offer.app.is_running:
            self.took_over, app = True, offer.app
        else:
            if offer:
                offer.close()
                offer = None
            app = self._launcher.start(plan)
        server = Server(app, self.folder, offer, renaming)
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


def plan_for(
    folder: Path, apps: tuple[App, ...], environment: Mapping[str, str | None] | None
) -> Plan:
    """Return how a check starts these apps of the package in `folder`."""
    # What somebody has set for a server of their own must not reach this one.
    settings = [name for name in os.environ if name.startswith(("DASHBOARD_", "FLASK_"))]
    variables = {**dict.fromkeys(settings), **(environment or {})}
    return Plan(folder, apps or (App(),), variables)


def _started(plan: Plan) -> str:
    made = []
    for app in plan.apps:
        name = f'"{app.path}"' if app.dotted else app.path.rpartition(".")[2]
        one = f"create_app({'' if app.config is None else name})"
        for setting in _settings(app.settings):
            one = said("{app} and {setting}", app=one, setting=setting)
        made.append(_with_variables(one, app.environment))
    apps, *others = made
    for other in others:
        apps = said("{app}, and {other}", app=apps, other=other)
    return _with_variables(said("we started a server with {apps}", apps=apps), plan.environment)


def _settings(settings: Mapping[str, Any]) -> list[str]:
    shown = [
        f"{name} = {shortened(repr(value), MOST)}"
        for name, value in settings.items()
        if name != "SOURCES"
    ]
    return [*shown, said("sources of its own")] if "SOURCES" in settings else shown


def _with_variables(told: str, environment: Mapping[str, str | None]) -> str:
    given = [f"{name}={value}" for name, value in environment.items() if value is not None]
    if not given:
        return told
    return said("{told} while the environment held {given}", told=told, given=", ".join(given))


def _not_started(failure: StartFailed, code: Codebase) -> NotStarted:
    expected = said("the server starts")
    crash = failure.crash
    # It shows in many ways: a library that is not there, a lock that nobody has, or none at all.
    patch = code.find(r"\bmonkey_?patch\w*\(|\bmonkey\.patch_\w+\(|\bpatch_all\(")
    if patch and (not crash or not crash.where or PATCHED_BY.search(crash.where.code)):
        got = said("it raised {crash}", crash=crash) if crash else said("it never came to listen")
        got = said("{got}; {line} says `{text}`", got=got, line=patch, text=patch.text.strip())
        return NotStarted(expected, got, MONKEY_PATCHED)
    at = crash.where if crash else failure.stuck
    is_run = at is not None and RUNS.search(at.code) is not None
    if crash:
        raise_if_not_attempted(crash, NotAttemptedAtStart)
        cause = RUNS_THE_SERVER if is_run else _with_open_task(of_a_crash(crash, code), crash, code)
        raised = said("it raised {crash}", crash=crash_in_words(crash))
        return NotStarted(expected, raised, cause, crash=crash)
    if failure.code is not None:
        got = said("its process ended with exit status {code}", code=failure.code)
        return NotStarted(expected, got, EXITED)
    got = said("it never came to listen")
    if failure.stuck:
        got = said(
            "it never came to listen: it was at {line} (`{code}`)",
            line=failure.stuck,
            code=failure.stuck.code,
        )
    cause = RUNS_THE_SERVER if is_run else STUCK_AT_START
    return StuckAtStart(expected, got, cause)


def _with_open_task(cause: Cause, crash: Crash, code: Codebase) -> Cause:
    """Return the cause, and in its next step the task that is open where a name is missing."""
    if crash.type not in LACKS_A_NAME:
        return cause
    places = [crash.where.file] if crash.where else []
    places += [f"{name.replace('.', '/')}.py" for name in OWN_MODULE.findall(crash.message)]
    for place in places:
        if task := code.open_task(place):
            next_step = said(
                "A task is still open in {line}. Is that what is missing? {next_step}",
                line=task,
                next_step=said(cause.next_step),
            )
            return Cause(cause.name, cause.likely, next_step)
    return cause


class StuckAtStart(NotStarted, TimedOut):
    """The submission did not start within its time."""
