"""Inside the child: import a submission, make its apps, serve them, and say what happens.

What this side reports is only ever used to explain a verdict, never to reach one: the code that it
runs beside may be anybody's.
"""

import contextlib
import importlib
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kit.running.plan import FAILING, PACKAGE, App, Plan
from kit.running.traffic import Traffic


def serve(plan: Plan, control: socket.socket) -> None:
    """Serve the apps of `plan` until the process ends, reporting through `control`."""
    report = Reporter(plan.folder, control)
    _enter(plan)
    report.say({"event": "entered"})
    threading.Thread(target=report.answer, name="kit-control", daemon=True).start()
    during = "import"
    try:
        package = importlib.import_module(PACKAGE)
        during = "create_app"
        apps = [_make(package, app) for app in plan.apps]
        during = "serve"
        servers = [_bind(app, plan) for app in apps]
    except BaseException as error:  # SystemExit as well: it ends the student's start too
        report.crash("failed", error, during)
        with contextlib.suppress(Exception):  # the streams may be the submission's own by now
            traceback.print_exc()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(1)
    report.watch(apps)
    report.say({"event": "listening", "ports": [server.port for server in servers]})
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


def _enter(plan: Plan) -> None:
    """Make this process look like `python -m dashboard`, started by hand in the folder."""
    os.chdir(plan.folder)
    _set_variables(plan.environment)
    if hasattr(time, "tzset"):
        time.tzset()  # a forked process goes on with its parent's zone otherwise
    kit_root = str(Path(__file__).resolve().parents[2])
    sys.path[:] = [
        str(plan.folder),
        *(path for path in sys.path if path and Path(path).resolve() != Path(kit_root)),
    ]
    sys.argv = [PACKAGE]
    # A file saved twice in one second would be taken from the cache of its first version.
    sys.dont_write_bytecode = True
    sys.pycache_prefix = os.devnull
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name == "kit" or name.startswith("kit.")]:
        del sys.modules[name]


def _set_variables(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _make(package: Any, app: App) -> Any:
    before = {name: os.environ.get(name) for name in app.environment}
    _set_variables(app.environment)
    try:
        return _created(package, app)
    finally:
        _set_variables(before)


def _created(package: Any, app: App) -> Any:
    if app.config is None:
        return package.create_app()
    dotted = f"{PACKAGE}.config.{app.config}"
    if app.dotted:
        return package.create_app(dotted)
    module = importlib.import_module(f"{PACKAGE}.config")
    config = getattr(module, app.config)
    sources = [FailingSource] * app.failing + [GappySource] * app.gappy
    settings = _resolved(app.settings) | ({"SOURCES": sources} if sources else {})
    return package.create_app(type(app.config, (config,), settings) if settings else config)


def _resolved(value: Any) -> Any:
    """Return a setting in which each `{"call": "module.name", ...}` has become that callable."""
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    items = {name: _resolved(item) for name, item in value.items()}
    if "call" not in items:
        return items
    module, _, name = items.pop("call").rpartition(".")
    return partial(getattr(importlib.import_module(module), name), **items)


class FailingSource:
    """A source that can be opened, and that raises as soon as anybody looks at it."""

    id = "failing"

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(FAILING)


class GappySource:
    """A source of one row a read: its column `there` has a number, its column `gap` never has."""

    id = "gappy"
    title = "Numbers with a gap"
    columns = (SimpleNamespace(name="there", unit=""), SimpleNamespace(name="gap", unit=""))

    def read(self) -> Any:
        import pandas as pd

        row = {"time": pd.Timestamp.now("UTC"), "there": 1.0, "gap": float("nan")}
        return pd.DataFrame([row]).astype({"time": "datetime64[ms, UTC]"})


class NoAppReturned(TypeError):
    """`create_app` gave back something that cannot be served."""


def _bind(app: Any, plan: Plan) -> Any:
    if not callable(getattr(app, "wsgi_app", None)):
        raise NoAppReturned(f"create_app returned {type(app).__name__}, not a Flask app")
    from werkzeug.serving import WSGIRequestHandler, make_server

    class AtOnce(WSGIRequestHandler):
        # Without this the system holds back a second small message until the first is
        # acknowledged: a WebSocket's opening took 45 ms instead of 4.
        disable_nagle_algorithm = True

    return make_server(plan.host, plan.port, app, threaded=True, request_handler=AtOnce)


class Reporter:
    """Tells the harness what goes on here, one JSON object a line, and answers its questions."""

    def __init__(self, folder: Path, control: socket.socket) -> None:
        self.folder = str(folder)
        self.control = control
        self.sending = threading.Lock()
        self.apps: list[Any] = []
        self.traffic = Traffic()

    def say(self, message: dict[str, Any]) -> None:
        with self.sending:
            self.control.sendall(json.dumps(message, default=repr).encode() + b"\n")

    def crash(self, event: str, error: BaseException, during: str) -> None:
        where = _own_frame(traceback.extract_tb(error.__traceback__), self.folder)
        if isinstance(error, SyntaxError) and str(error.filename).startswith(self.folder):
            where = {
                "file": os.path.relpath(str(error.filename), self.folder),
                "line": error.lineno,
                "code": (error.text or "").strip(),
                "function": None,
            }
        self.say(
            {
                "event": event,
                "during": during,
                "type": type(error).__name__,
                "message": _text(error),
                "where": where,
            }
        )

    def watch(self, apps: list[Any]) -> None:
        """Report what an app's views and handlers raise and do not catch."""
        from flask import got_request_exception

        self.apps = apps
        self.traffic.watch(_socketio_servers(apps))
        usual = threading.excepthook

        def in_a_thread(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                self.crash("exception", args.exc_value, "handler")
            usual(args)

        def in_a_view(_sender: Any, exception: BaseException, **_: Any) -> None:
            self.crash("exception", exception, "view")

        threading.excepthook = in_a_thread
        # What `connect` and `disconnect` raise never leaves the library: it only logs it.
        logging.getLogger("engineio.server").addHandler(_Raised(self))
        # Held by this object, because a signal only remembers its receivers weakly.
        self.in_a_view = in_a_view
        got_request_exception.connect(in_a_view)

    def answer(self) -> None:
        """Answer each line of the harness: a number, and one of the questions below.

        When the harness is gone, this process ends, with all that it started.
        """
        answers: dict[str, Callable[[], Any]] = {
            "here": lambda: True,
            "handlers": self._handlers,
            "routes": self._routes,
            "stacks": self._stacks,
            "rooms": self.traffic.rooms,
            "sent": self.traffic.sent,
        }
        with contextlib.suppress(OSError, ValueError), self.control.makefile("r") as questions:
            for line in questions:
                number, _, question = line.strip().partition(" ")
                answer = None
                with contextlib.suppress(Exception):  # the submission's objects may be anything
                    answer = answers[question]()
                self.say({"event": "answer", "number": int(number), "answer": answer})
        _end()

    def _handlers(self) -> list[str] | None:
        """Return the names of the events that have a handler on `/`; "*" stands for any.

        None where no app is bound to a `SocketIO` object: it may use another library.
        """
        found: set[str] = set()
        servers = _socketio_servers(self.apps)
        if not servers:
            return None
        for server in servers:
            found |= set(getattr(server, "handlers", {}).get("/", {}))
            if "/" in getattr(server, "namespace_handlers", {}):
                found.add("*")
        return sorted(found)

    def _routes(self) -> list[str]:
        """Return the addresses that the first app answers at, without the files it serves."""
        rules = self.apps[0].url_map.iter_rules() if self.apps else []
        return sorted({rule.rule for rule in rules if not rule.rule.startswith("/static/")})

    def _stacks(self) -> list[dict[str, Any]]:
        """Return, for each thread inside the submission's own code, the innermost own frame.

        `background` is true for a thread that handles no request and no event.
        """
        found = []
        for ident, current in sys._current_frames().items():
            stack = traceback.extract_stack(current)
            frame = _own_frame(stack, self.folder)
            if frame and ident != threading.get_ident():
                main = ident == threading.main_thread().ident
                background = not main and not _answers(stack, self.folder)
                found.append(frame | {"background": background})
        return found


def _text(error: BaseException) -> str:
    """Return the message of an exception, which may have a faulty `__str__` of its own."""
    try:
        return str(error)[:2000]
    except Exception as another:
        return f"(its message cannot be read: {type(another).__name__})"


def _end() -> None:
    """End this process, and those it started that have not left its group."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


class _Raised(logging.Handler):
    """Reports the exceptions that a logger is told of."""

    def __init__(self, report: Reporter) -> None:
        super().__init__(logging.ERROR)
        self.report = report

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self.report.crash("exception", error, "handler")


def _answers(stack: traceback.StackSummary, folder: str) -> bool:
    """Whether a server called the submission's code, rather than a thread of its own."""
    callers = takewhile(lambda frame: not frame.filename.startswith(folder + os.sep), stack)
    # What a view streams is asked for by werkzeug itself, when Flask is done.
    above = {Path(frame.filename).parent.name for frame in callers}
    return any("flask" in folder or folder == "werkzeug" for folder in above)


def _socketio_servers(apps: list[Any]) -> list[Any]:
    """Return the Socket.IO servers that the apps are bound to, each once."""
    found = [getattr(app.extensions.get("socketio"), "server", None) for app in apps]
    return list({id(server): server for server in found if server is not None}.values())


def _own_frame(stack: traceback.StackSummary, folder: str) -> dict[str, Any] | None:
    """Return the innermost frame inside `folder`, the submission's own code."""
    for frame in reversed(stack):
        if frame.filename.startswith(folder + os.sep):
            return {
                "file": os.path.relpath(frame.filename, folder),
                "line": frame.lineno,
                "code": (frame.line or "").strip(),
                "function": frame.name,
            }
    return None


def main() -> None:
    """Serve one plan in a process of its own: `python -m kit.running.host PORT`.

    The harness listens on that port of the loopback; the plan is the first line that it sends.
    """
    control = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    control.sendall(os.environ.pop("KIT_TOKEN").encode() + b"\n")
    line = b""
    while not line.endswith(b"\n"):
        byte = control.recv(1)
        if not byte:
            return
        line += byte
    serve(Plan.from_json(line.decode()), control)


if __name__ == "__main__":
    main()
