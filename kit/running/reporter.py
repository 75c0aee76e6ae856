"""Inside the child: tells the harness what goes on here, and does it in slow motion if asked to.

The code beside it may be anybody's, and may say anything in its name. So what is told may explain a
verdict or count against the submission (an error, an open task, no handler to wait for), never for
it: what passes was heard by clients. The one thing a submission gains by not going along is that
slow motion shows none of its races.
"""

import contextlib
import json
import logging
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

from kit.running.due import due
from kit.running.faults import Faults
from kit.running.misspelt import meant
from kit.running.plan import MARK
from kit.running.slow_motion import SlowMotion
from kit.running.traffic import Traffic


class Reporter:
    """Tells the harness what goes on here, one JSON object a line, and answers its questions."""

    def __init__(self, folder: Path, control: socket.socket) -> None:
        self.folder = str(folder)
        self.control = control
        self.sending = threading.Lock()
        self.apps: list[Any] = []
        self.traffic = Traffic()
        self.slow_motion = SlowMotion()
        self.faults = Faults()

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
        servers = _socketio_servers(apps)
        self.traffic.watch(servers)
        self.slow_motion.watch(servers)
        self.faults.watch(servers)
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
        """Answer each line of the harness: a number, one of the questions below, and what it needs.

        To the number 0 nobody waits for an answer.

        When the harness is gone, this process ends, with all that it started.
        """
        answers: dict[str, Callable[..., Any]] = {
            "here": lambda: True,
            "delay": self.slow_motion.delay,
            "pause": self.slow_motion.pause,
            "resume": self.slow_motion.resume,
            "hasten": self.slow_motion.hasten,
            "at_leisure": self.slow_motion.at_leisure,
            "asked": self.slow_motion.asked,
            "sending_fails": self.faults.sending,
            "handlers": self._handlers,
            "routes": self._routes,
            "stacks": self._stacks,
            "due": self._due,
            "rooms": self.traffic.rooms,
            "sent": self.traffic.sent,
            "mark": _mark,
        }
        with contextlib.suppress(OSError, ValueError), self.control.makefile("r") as questions:
            for line in questions:
                number, question, *seconds = line.split()
                answer = None
                with contextlib.suppress(Exception):  # the submission's objects may be anything
                    answer = answers[question](*map(float, seconds))
                if int(number):
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

    def _due(self) -> float | None:
        """Return within how many seconds the apps may do something by themselves; see `due`."""
        slow = self.slow_motion
        return due(self.folder, slow.sleep_code, slow.asleep) if self.apps else None

    def _stacks(self) -> list[dict[str, Any]]:
        """Return, for each thread inside the submission's own code, the innermost own frame.

        `background` is true for a thread that handles no request and no event.
        """
        found = []
        for ident, current in sys._current_frames().items():
            stack = traceback.extract_stack(current)
            frame = _own_frame(stack, self.folder)
            if frame and ident != threading.get_ident() and not _carries(stack, self.folder):
                main = ident == threading.main_thread().ident
                background = not main and not _answers(stack, self.folder)
                found.append(frame | {"background": background})
        return found


def _mark(number: float) -> None:
    """Write a line to the output, below all that was written before."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # they may be anything by now
            stream.flush()
    os.write(2, f"{MARK}{number:.0f}\n".encode())


def _text(error: BaseException) -> str:
    """Return the message of an exception, which may have a faulty `__str__` of its own.

    Where a name was misspelt, it ends with a question that says which one may be meant.
    """
    try:
        text = str(error)[:2000]
    except Exception as another:
        return f"(its message cannot be read: {type(another).__name__})"
    with contextlib.suppress(Exception):  # it looks into objects of the submission's
        text += meant(error)
    return text


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


def _carries(stack: traceback.StackSummary, folder: str) -> bool:
    """Whether the library holds a connection open here, or waits for the client's next word.

    It does so below what the submission has put around it: a middleware, or a transport.
    """
    below = takewhile(lambda frame: not frame.filename.startswith(folder + os.sep), reversed(stack))
    places = {(Path(frame.filename).parent.name, frame.name) for frame in below}
    return bool(places & {("engineio", "handle_request"), ("simple_websocket", "receive")})


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
