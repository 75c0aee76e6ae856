"""Why did nothing come? Rows of evidence and cause: the first row that fits names the cause.

Evidence is a question about what can be seen: in the running app, in what clients heard, in the
source. It answers no, yes, or with a sentence that says better what came instead.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kit.checking.causes import (
    ASYNC_HANDLER,
    MISSPELT,
    MORE_ARGUMENTS,
    NOT_IMPORTED,
    OTHER_NAMESPACE,
    RAISED,
    REPLACED,
    SID_FIRST,
    SLIPS,
    TWO_OBJECTS,
    WRONG_NAME,
    of_a_slip,
)
from kit.checking.failure import Failure, TimedOut, crash_in_words
from kit.checking.http import Response
from kit.checking.process import Process
from kit.checking.verdict import Cause
from kit.language import said

if TYPE_CHECKING:
    from kit.checking.participant import Participant


@dataclass(frozen=True)
class Seen:
    """What there is to look at: the server, who missed something of it, and what that is.

    That is a client, or over HTTP the `answer` that came, if one did; `statuses` are those that it
    might have had. No row asks for what there is not.
    """

    server: Process
    participant: "Participant | None"
    found: Failure
    answer: Response | None = None
    statuses: tuple[int, ...] = ()

    @property
    def client(self) -> "Participant":
        assert self.participant is not None, "no client has missed anything"
        return self.participant

    @property
    def response(self) -> Response:
        assert self.answer is not None, "no answer came"
        return self.answer


Evidence = Callable[[Seen], bool | str]
# Without a cause: what was found explains it already.
Rows = Sequence[tuple[Evidence, Cause | None]]


def explained(rows: Rows, seen: Seen) -> Failure:
    """Return what was found with the cause of the first row that fits, if any does."""
    transcript, story = seen.server.transcript, seen.server.story
    told = len(story)
    passed, looked_at = len(transcript.messages), transcript.looked_at
    try:
        for evidence, cause in rows:
            answer = evidence(seen)
            if answer:
                got = answer if isinstance(answer, str) else seen.found.got
                return seen.found.because(cause or seen.found.cause, got)
        return seen.found
    finally:  # what is done while an explanation is looked for is none of what went wrong
        del story[told:]
        del transcript.messages[passed:]
        transcript.looked_at = looked_at


def always(_: Seen) -> bool:
    """Whether there is nothing else to think of: the last row."""
    return True


def no(evidence: Evidence) -> Evidence:
    """Whether this is not so."""
    return lambda seen: not evidence(seen)


def crashed(seen: Seen) -> bool:
    """Whether the app raised an error meanwhile."""
    return seen.found.crash is not None


def is_explained(seen: Seen) -> bool:
    """Whether an error, or a look at the app, has named a cause already."""
    return crashed(seen) or seen.found.cause.name != "unanswered"


def timed_out(seen: Seen) -> bool:
    """Whether the app was still at work, or stuck, when its time was over."""
    return isinstance(seen.found, TimedOut)


def raised(seen: Seen) -> bool:
    """Whether the app raised an error that points to no cause by itself, or to a slip at most."""
    return seen.found.cause in (RAISED, *(slip for *_, slip in SLIPS))


def says(*words: str) -> Evidence:
    """Whether the error that was raised says one of these words, or else the log."""

    def look(seen: Seen) -> bool:
        text = seen.found.crash.message if seen.found.crash else seen.server.log()
        return any(one in text for one in words)

    return look


def crash(types: str = "", message: str = "", *, during: str = "", code: str = "") -> Evidence:
    """Whether the app raised an error like this.

    `types` and `during` are its type and when it was raised, `message` and `code` what is found in
    its text and in the line that raised it: all of them regular expressions.
    """

    def look(seen: Seen) -> bool:
        found = seen.found.crash
        line = found.where.code if found and found.where else ""
        return found is not None and all(
            (
                re.fullmatch(types or ".*", found.type),
                re.fullmatch(during or ".*", found.during),
                re.search(message, found.message),
                re.search(code, line),
            )
        )

    return look


def came(pattern: str) -> Evidence:
    """Whether what came instead holds something that this regular expression fits."""
    return lambda seen: bool(re.search(pattern, seen.found.got))


def an_error_is_logged(seen: Seen, slip: Cause | None = None) -> str:
    """Return the last error in the log, in a sentence; with a `slip`, if that is what it was."""
    errors = re.findall(r"^[\w.]*(?:Error|Exception)\b.*", seen.server.log(), re.MULTILINE)
    kind, _, message = errors[-1].partition(": ") if errors else ("", "", "")
    if not errors or slip not in (None, of_a_slip(kind, message)):
        return ""
    return said("none came; the log says: {error}", error=errors[-1])


# MISSPELT is none of them: only a report of an error asks what was meant.
SLIP_IN_THE_LOG: Rows = [
    (partial(an_error_is_logged, slip=slip), slip) for *_, slip in SLIPS if slip is not MISSPELT
]


def raised_meanwhile(seen: Seen) -> str:
    """Return in a sentence the last error that the app has raised, whoever waited for it."""
    seen.server.app.catch_up()
    crashes = seen.server.app.crashes
    if not crashes:
        return ""
    if not crashes[-1].where:  # raised by a library that has made another error of it
        return said("{got}; meanwhile an error was raised: see the log", got=seen.found.got)
    crash = crash_in_words(crashes[-1])
    return said("{got}; meanwhile the app raised {crash}", got=seen.found.got, crash=crash)


def heard_other_than(*events: str) -> Evidence:
    """Whether the client was sent an event of another name than these."""
    return lambda seen: bool({event for event, _ in seen.client.everything_heard()} - {*events})


def sent_while_rooms_are_empty(event: str) -> Evidence:
    """Whether the app says that it sent this event, and that no client is in any room."""
    return lambda seen: bool(seen.server.app.addressed(event)) and not seen.server.app.rooms()


def sent_to_other_rooms(event: str) -> Evidence:
    """Return where the app says it sent this event, if no client is in these rooms."""

    def look(seen: Seen) -> str:
        sent, rooms = seen.server.app.addressed(event), seen.server.app.rooms()
        if not sent or {*sent} & {*rooms}:
            return ""
        return said(
            "it was sent to {sent}; there are clients in {rooms}",
            sent=", ".join(sent),
            rooms=", ".join(rooms),
        )

    return look


def written(pattern: str) -> Evidence:
    """Whether this regular expression matches a line of the source, outside comments."""
    return lambda seen: seen.server.codebase.find(pattern) is not None


def returns_nothing(*functions: str) -> Evidence:
    """Whether one of these functions ends without `return`, with a sentence that names it."""

    def look(seen: Seen) -> str:
        for name in functions:
            if seen.server.codebase.returns_nothing(name):
                got = seen.found.got
                if seen.found.cause.name == "returns-nothing":  # it has been said
                    return str(got)
                return said("{got}; `{name}` ends without `return`", got=got, name=name)
        return ""

    return look


def written_above(first: str, second: str) -> Evidence:
    """Whether the first line that `first` matches is above that of `second`, in the same file."""

    def look(seen: Seen) -> bool:
        one, other = (seen.server.codebase.find(pattern) for pattern in (first, second))
        return bool(one and other and one.file == other.file and one.number < other.number)

    return look


def run_at_import(pattern: str) -> Evidence:
    """Whether this regular expression matches code that runs when its module is imported."""
    return lambda seen: seen.server.codebase.imports(pattern)


def in_another_namespace(seen: Seen) -> bool:
    """Whether the source names a namespace."""
    return seen.server.codebase.other_namespace() is not None


def works_in_the_background(seen: Seen) -> bool:
    """Whether a background task of the app is running."""
    return bool(seen.server.app.background())


def heard(event: str) -> Evidence:
    """Whether the client was sent this event before."""
    return lambda seen: bool(seen.client.heard(event))


def handler_takes_more(*events: str) -> Evidence:
    """Whether the handler of one of these events takes more than one argument."""

    def look(seen: Seen) -> bool:
        handlers = seen.server.codebase.handlers()
        return any(len(one.arguments) > 1 for one in handlers if one.event in events)

    return look


def both(*looks: Evidence) -> Evidence:
    """Whether all of this can be seen."""
    return lambda seen: all(look(seen) for look in looks)


def either(*looks: Evidence) -> Evidence:
    """Whether any of this can be seen."""
    return lambda seen: any(look(seen) for look in looks)


def is_called(*causes: str) -> Evidence:
    """Whether what was found has a cause of one of these names so far."""
    return lambda seen: seen.found.cause.name in causes


def told(event: str, fits: Callable[[Any], bool]) -> Evidence:
    """Whether what the client was told last with this event fits, as far as it is there."""

    def look(seen: Seen) -> bool:
        try:
            return fits(seen.client.heard(event)[-1])
        except (LookupError, TypeError):
            return False

    return look


def heard_by(event: str, *others: "Participant") -> Evidence:
    """Return who was sent this event instead: the first of these clients that has heard it."""

    def look(_: Seen) -> str:
        for one in others:
            one.settle()
        names = [one.name for one in others if one.heard(event)]
        return said("{name} was sent it instead", name=names[0]) if names else ""

    return look


def expects(words: str) -> Evidence:
    """Whether what was expected holds these words."""
    return lambda seen: words in seen.found.expected


def has_no_handlers(seen: Seen) -> bool:
    """Whether the app says that it speaks Socket.IO, and has not one handler."""
    return seen.server.app.handlers() == []


def two_objects(seen: Seen) -> bool:
    """Whether the source makes more than one `SocketIO` object."""
    return seen.server.codebase.calls("SocketIO") > 1


def registers(event: str, *, times: int = 1) -> Evidence:
    """Whether the source registers a function for this event, at least so many times."""

    def look(seen: Seen) -> bool:
        return sum(one.event == event for one in seen.server.codebase.handlers()) >= times

    return look


def is_async(event: str) -> Evidence:
    """Whether the handler of this event is a coroutine."""
    return lambda seen: any(
        one.is_async and one.event == event for one in seen.server.codebase.handlers()
    )


def takes_sid(*events: str) -> Evidence:
    """Whether a handler of one of these events, or of any, takes `sid` as its first argument."""
    return lambda seen: any(
        one.arguments[:1] in (("sid",), ("_sid",)) and (not events or one.event in events)
        for one in seen.server.codebase.handlers()
    )


def why_another_payload(*events: str) -> Rows:
    """Return rows for where the handler of one of these events takes another thing for the payload.

    Without an event a `sid` in front counts in any handler.
    """
    return [(takes_sid(*events), SID_FIRST), (handler_takes_more(*events), MORE_ARGUMENTS)]


def answered(event: str, with_: str, *payload: Any, to: str = "") -> Evidence:
    """Whether `event` is answered `with_` another one if it is sent again, with this payload.

    It is sent by the client that missed something. Who has to hear the answer is this client, or,
    with a name in `to`, one that connects before.
    """

    def look(seen: Seen) -> bool:
        listener = seen.client.beside(to) if to else seen.client
        try:
            seen.client.call(event, *payload)
        except Failure:
            return False
        listener.settle()
        return bool(listener.heard(with_))

    return look


def acknowledged(event: str, payload: Any, *keys: str) -> Evidence:
    """Whether `event` with this payload is acknowledged with an object that has all these keys."""

    def look(seen: Seen) -> bool:
        try:
            ack = seen.client.call(event, payload)
        except Failure:
            return False
        return isinstance(ack, dict) and {*keys} <= ack.keys()

    return look


def why_silent(event: str, *others: str) -> Rows:
    """Return rows that any lab may begin with where `event` is not answered.

    `others` are the events that a client is sent anyhow.
    """
    return [
        (crashed, None),
        (both(has_no_handlers, in_another_namespace), OTHER_NAMESPACE),
        (both(has_no_handlers, two_objects), TWO_OBJECTS),
        (both(has_no_handlers, registers(event)), NOT_IMPORTED),
        (is_explained, None),
        (registers(event, times=2), REPLACED),
        (is_async(event), ASYNC_HANDLER),
        (in_another_namespace, OTHER_NAMESPACE),
        (heard_other_than(*others), WRONG_NAME),
    ]
