# lab 8 (given): a module for the log
"""The log: one JSON object a line, with the field names of the Elastic Common Schema.

See https://www.elastic.co/guide/en/ecs/current/index.html; what it has no name for begins with
`socketio.`. A client's own words are only ever values, never names, and a line break in them
cannot begin a line of its own: nobody can forge a line. Payloads, tokens, cookies and the query of
an address are not logged; only the text of an unforeseen error may quote some of them.
"""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Flask, Response, g, has_request_context, request, session
from pythonjsonlogger.json import JsonFormatter

from .state import state

# Every field that a line can have, and what it means.
FIELDS = {
    "@timestamp": "when it happened: UTC, ISO 8601, with milliseconds",
    "log.level": "debug, info, warning, error or critical",
    "log.logger": "the name of the logger",
    "message": "what happened, in words",
    "process.pid": "the process that wrote the line",
    "client.address": "the address of the client, as the trusted proxies give it",
    "user.name": "who has signed in",
    "http.request.method": "the method of the request",
    "url.path": "the path of the request, without its query",
    "http.response.status_code": "the status of the answer",
    "socketio.sid": "the connection",
    "socketio.namespace": "the namespace of the event",
    "socketio.session": "the session: the same for one client across its connections",
    "socketio.room": "the dashboard whose room the client is in",
    "event.action": "the name of the event that was handled",
    "event.outcome": "success or failure",
    "event.duration": "how long it took to handle the event or the request, in nanoseconds",
    "error.id": "the reference that the client was given",
    "error.code": "the code that the client was given",
    "error.type": "the class of an exception",
    "error.message": "its text",
    "error.stack_trace": "its traceback, as one text",
}
MOST_TEXT = 1000  # characters of one value; a traceback may have more
# Libraries that log what clients send, or addresses with their query, as mere information.
QUIET = ("socketio.server", "engineio.server", "werkzeug", "gevent")


# lab 8 (given): the formatter
class JsonLine(JsonFormatter):
    """Formats a record as one line of strict JSON, with the names of `FIELDS` and no others."""

    # lab 8: turn a record into one JSON object
    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        moment = datetime.fromtimestamp(record.created, UTC)
        fields: dict[str, Any] = {
            "@timestamp": moment.isoformat(timespec="milliseconds"),
            "log.level": record.levelname.lower(),
            "log.logger": record.name,
            # Not JsonFormatter's own way: it lays a dict that is logged over the record's fields.
            "message": shortened(text_of(record.getMessage)),
            "process.pid": record.process,
        }
        fields |= {name: shortened(value) for name, value in getattr(record, "fields", {}).items()}
        if record.exc_info and record.exc_info[0]:
            fields["error.type"] = record.exc_info[0].__name__
            fields["error.message"] = shortened(text_of(record.exc_info[1].__str__))
            fields["error.stack_trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, allow_nan=False, default=str)


# lab 8 (given): the filter
class Context(logging.Filter):
    """Adds to each record what is known of the request or the event that is being handled."""

    # lab 8: give each record the fields of what is being handled
    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with `fields` of its own."""
        record.fields = current() | getattr(record, "fields", {})
        return True


# lab 8: name the client, and what it has asked for
def current() -> dict[str, Any]:
    """Return the fields of the request or event that is being handled; none outside of both."""
    if not has_request_context():
        return {}
    known: dict[str, Any] = {
        "client.address": request.remote_addr,
        "user.name": session.get("user"),
    }
    if hasattr(request, "sid"):  # Flask-SocketIO adds these three to an event's request
        known["socketio.sid"] = request.sid
        known["socketio.namespace"] = request.namespace  # type: ignore[attr-defined]
        known["event.action"] = request.event["message"]  # type: ignore[attr-defined]
        known["socketio.room"] = session.get("room")

        # lab 9 (given): and which client it is, whatever its connection
        known["socketio.session"] = session.get("session")
    else:
        known["http.request.method"] = request.method
        known["url.path"] = request.path
    return {name: value for name, value in known.items() if value is not None}


# lab 8: log each event, and how long it took
def logged(message: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return `handler` with one line in the log for each event, and its fields."""

    @wraps(handler)
    def told(*payload: Any) -> Any:
        began = time.perf_counter_ns()
        outcome = "failure"
        try:
            answer = handler(*payload)
            refused = isinstance(answer, dict) and answer.get("ok") is False
            outcome = "failure" if refused else "success"
            return answer
        finally:
            taken = time.perf_counter_ns() - began
            fields = {"event.outcome": outcome, "event.duration": taken}
            log.info("handled %s", message, extra={"fields": fields})

            # lab 11 (given): count it
            state().metrics.count(message, outcome, taken / 1e9)

    return told


# lab 8 (given): begin to log
def init_app(app: Flask) -> None:
    """Let this process write its log, from the level of the setting `LOG_LEVEL` on.

    The requests of `app` are in it.
    """
    configure(app.config["LOG_LEVEL"])
    log_requests(app)


# lab 8: one line for each request
def log_requests(app: Flask) -> None:
    """Let `app` log each request that it has answered."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter_ns()

    @app.after_request
    def end(response: Response) -> Response:
        taken = time.perf_counter_ns() - g.began
        fields = {"http.response.status_code": response.status_code, "event.duration": taken}
        log.info("answered %s %s", request.method, request.path, extra={"fields": fields})
        return response


# lab 8: one handler for all loggers
def configure(level: str) -> None:
    """Let every logger of this process write JSON lines to standard error, each line once.

    Calling it again changes the `level`, such as "INFO", and nothing else.
    """
    root = logging.getLogger()
    root.setLevel(level)
    if any(isinstance(handler.formatter, JsonLine) for handler in root.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine())
    handler.addFilter(Context())
    root.addHandler(handler)
    take_over()


# lab 8 (given): what would go past the log
def take_over() -> None:
    """Let what Python and the libraries write by themselves go through the log as well.

    These are warnings, and exceptions that nobody catches: in a thread, and at the process's end.
    """
    logging.getLogger("werkzeug").addFilter(unquoted)
    for name in QUIET:
        # With a level of its own already, a library does not add a handler of its own either.
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    threading.excepthook = in_a_thread
    sys.excepthook = at_the_end
    sys.unraisablehook = unheard


def unquoted(record: logging.LogRecord) -> bool:
    """Let a line of werkzeug's pass, without the request that it quotes: its query is in there."""
    if "code %d, message %s" in str(record.msg) and isinstance(record.args, tuple):
        record.msg, record.args = "a request could not be read: status %s", record.args[:1]
        record.levelno, record.levelname = logging.WARNING, "WARNING"  # the fault is the client's
    return True


def unheard(args: Any) -> None:
    """Log what was raised where nobody could have caught it, as in `__del__`."""
    log.error("an error went unheard", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))


def in_a_thread(args: threading.ExceptHookArgs) -> None:
    """Log what a thread raised and nobody caught."""
    if args.exc_value is not None:
        error = (args.exc_type, args.exc_value, args.exc_traceback)
        log.critical("a thread has ended with an error", exc_info=error)


def at_the_end(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
    """Log what the process ends with."""
    log.critical("the server has ended with an error", exc_info=(kind, error, traceback))


def text_of(say: Callable[[], str]) -> str:
    """Return what `say` returns; where it raises, what it raises: a line must not get lost."""
    try:
        return say()
    except Exception as error:
        return f"(no text: {type(error).__name__})"


def shortened(value: Any) -> Any:
    """Return a value that is short enough for a line."""
    if isinstance(value, bool | int) or value is None:
        return value
    text = str(value)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


log = logging.getLogger(__package__)
