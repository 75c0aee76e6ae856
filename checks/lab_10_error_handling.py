"""Lab 10, error handling: every event that fails is answered, in one form that gives nothing away.

The payloads that do not fit are kept apart, in `bad_payloads`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from checks import bad_payloads, tides
from checks.acknowledgements import InvalidPayload, NoDashboard, NoEvent, OurFault, Processed
from checks.bad_payloads import Bad
from checks.contract import DataUpdated, ProcessResult
from checks.shapes import Traced
from kit.checking import (
    FAILING,
    OTHER_NAMESPACE,
    App,
    Cause,
    Failure,
    Log,
    Participant,
    Rows,
    Start,
    causes,
    check,
    evidence,
)
from kit.checking.causes import NO_HANDLER, RETURNS_NOTHING
from kit.checking.contract import Text, Told, shown, told, zoned
from kit.checking.evidence import Seen

why = causes(__file__)
Refusal = InvalidPayload | NoDashboard | NoEvent | OurFault

# A source is read whenever somebody asks, so one that fails does so each time.
OWN = {
    "SECRET_KEY": "for a check",
    "SOURCES": tides.SOURCES,
    "KEEP_ROWS": 200,
    "FEED_SECONDS": 1e-6,
}
USUAL = App("Production", OWN)

FILTER, AGGREGATE = (
    bad_payloads.right(fields) for fields in (bad_payloads.FILTER, bad_payloads.AGGREGATE)
)
NOWHERE = {"dashboard": "nowhere"}
RESULT = "process_result"
USUALLY = 100  # rows are sent at most, where nobody asks for more
# What tells of the inside of a server, wherever it stands in an answer.
INSIDE = re.compile(
    rf"{FAILING}|pydantic|Traceback|\.py\b|\w(Error|Exception)\b|validation error|object at 0x|"
    "<class |NoneType|site-packages|input_value"
)
OWN_NAMES = ("connect", "disconnect", "*", "__disconnect_final")  # of handlers, in the library


class Envelope(Told, otherwise=why.envelope_wrong):
    """The one form of whatever fails, with any code."""

    ok: bool = told("false")
    error: Traced[Text] = told(
        "an object with a `code`, a `message` and a `reference`, all of them text"
    )


def _error_in_the_log(seen: Seen) -> str:
    """Return the last error that the log tells of, where the answer is a bug of the server's."""
    if "internal_error" not in seen.found.got:
        return ""
    found = re.findall(r'"error\.type": "(\w+)", "error\.message": "([^"]*)', seen.server.log())
    return f"it was `internal_error`; the log says: {': '.join(found[-1])}" if found else ""


# Each is to return something.
FUNCTIONS = ("contained", "admitted", "check", "envelope", "processed", "within")
NOT_THERE = evidence.came('"code": "unknown_event"')


def _why_not_done(refused: Cause) -> Rows:
    """Return why there are no rows; `refused` is the cause where the payload is refused."""
    return [
        (evidence.timed_out, None),
        (evidence.returns_nothing(*FUNCTIONS), RETURNS_NOTHING),
        (evidence.written(r"check\(\s*[\"']process_data[\"'],\s*payload\s*\)"), why.no_tuple),
        *evidence.why_another_payload("process_data"),
        (evidence.both(NOT_THERE, evidence.in_another_namespace), OTHER_NAMESPACE),
        (NOT_THERE, NO_HANDLER),
        (_error_in_the_log, why.bug_inside),
        (evidence.came('"ok": false'), refused),
        *evidence.why_silent("process_data", "welcome"),
    ]


# Why nothing comes, where something has to be refused, or has failed.
WHY_SILENT: Rows = [
    (evidence.timed_out, None),
    (evidence.crash("Refused|ValidationError"), why.checked_outside),
    (evidence.raised, why.handler_dies),
    (evidence.crashed, None),  # the error itself says more
    (evidence.is_called("no-handler"), why.event_unanswered),
]


@dataclass(frozen=True)
class Likely:
    """What may have happened where something is not refused as agreed: a cause for each answer.

    It was `taken` as if it were right; `nothing` was said; it was told as `internal_error`, the
    fault of the server `itself`; or it has some `other` code.
    """

    taken: Cause
    nothing: Cause = why.nothing_said
    itself: Cause = why.blames_itself
    other: Cause = why.code_wrong

    def cause(self, ack: Any) -> Cause | None:
        """Return the cause of an acknowledgement that differs; None where its form does."""
        if ack is None:
            return self.nothing
        if not isinstance(ack, dict) or ack.get("ok") is True:
            return self.taken
        error = ack.get("error")
        texts = ("code", "message")
        if not isinstance(error, dict) or not all(
            isinstance(error.get(one), str) and error[one] for one in texts
        ):
            return None
        if "reference" not in error:
            return why.no_reference
        is_whole = ack.get("ok") is False and isinstance(error["reference"], str)
        code = self.itself if error["code"] == "internal_error" else self.other
        return code if is_whole else None


FAULT = Likely(taken=why.fault_hidden, other=why.blames_client)


@check(
    tasks=[
        "answer process_data with process_result",
        "choose between the two actions",
        "keep the rows whose value is within bounds",
    ]
)
def filters(start: Start) -> None:
    """`filter` sends the rows whose column is within the bounds, as `process_result`."""
    ana = start(USUAL).join("Ana")
    bounds: list[tuple[dict[str, Any], Cause]] = [
        ({"at_least": 0.5, "at_most": 2}, why.bounds_wrong),
        ({"at_least": 2.5}, why.bounds_wrong),
        ({"at_most": -1}, why.bounds_wrong),
        ({"at_least": 0}, why.zero_is_a_bound),
        ({"at_most": 0}, why.zero_is_a_bound),
        ({"at_least": 3, "at_most": 2}, why.bounds_wrong),
        ({}, why.gaps_kept),
    ]
    for column in ("level", "wind"):
        for given, cause in bounds:
            _see_filtered(ana, {"column": column, "last": 1000, **given}, cause)


@check(stands_on=[filters], goes_on=filters)
def aggregates(start: Start) -> None:
    """`aggregate` sends the means of each stretch of time, as `process_result`."""
    ana = start(USUAL).join("Ana")
    for every, seconds in (("1min", 60), ("30s", 30), ("5min", 300), ("1h", 3600)):
        _see_means(ana, {"every": every, "last": 1000}, seconds, why.means_wrong)


@check(stands_on=[aggregates], goes_on=aggregates)
def counts_the_newest(start: Start) -> None:
    """`last` counts the newest rows of the result; without it there are 100 at most."""
    ana = start(USUAL).join("Ana")
    for last in (1, 3, 70, 1000):
        _see_filtered(ana, {"column": "wind", "at_least": 1, "last": last}, why.last_wrong)
    _see_filtered(ana, {"column": "level"}, why.last_wrong)
    for last in (1, 4):
        _see_means(ana, {"every": "1min", "last": last}, 60, why.last_wrong)
    _see_means(ana, {"every": "10s"}, 10, why.last_wrong)


@check(stands_on=[aggregates], goes_on=counts_the_newest)
def tells_nobody_else_of_it(start: Start) -> None:
    """`process_result` is for the client that asks, and for nobody else."""
    server = start(USUAL)
    ana, ben = server.join("Ana"), server.join("Ben")
    for asked in (FILTER, AGGREGATE):
        with server.only(ana, hears=RESULT, among=[ben], otherwise=why.told_to_others):
            _done(ana, asked)


@check(stands_on=[aggregates], goes_on=tells_nobody_else_of_it)
def bears_no_rows(start: Start) -> None:
    """Where a dashboard has no rows yet, the result has none either: that is no error."""
    ana = start(USUAL).join("Ana")
    for asked in (FILTER, AGGREGATE):
        _see_rows(_done(ana, asked | {"dashboard": "silent"}, why.no_rows_yet), [], why.no_rows_yet)


@check(
    tasks=[
        "the one form of an answer that says no",
        "check a payload before its handler is called",
        "say what is wrong with a payload",
        "check what comes in, and answer whatever goes wrong",
    ],
    stands_on=[filters],
)
def refuses_what_does_not_fit(start: Start) -> None:
    """A `process_data` that does not fit is `invalid_payload`, whatever is wrong with it."""
    ana = start(USUAL).join("Ana")
    _see_all_refused(ana, bad_payloads.of_process_data())
    _done(ana, FILTER)


@check(stands_on=[refuses_what_does_not_fit], goes_on=bears_no_rows)
def refuses_it_everywhere(start: Start) -> None:
    """The payloads of the earlier events are checked as well, and refused in the same form."""
    ana = start(USUAL).join("Ana")
    _see_all_refused(ana, bad_payloads.of_earlier_events())
    shown_to_resume: list[Any] = [None, 7, "a token", {}, {"session": 7}, {"session": "a token"}]
    shown_to_resume += [{"session": "a token", "number": one} for one in ("3", True, -1, 1.5)]
    for payload in shown_to_resume:
        _refused(ana, None, "resume_session", payload, likely=Likely(why.shape_trusted))
    _see_right_ones_taken(ana)


@check(
    tasks=["say so where there is none"],
    stands_on=[refuses_what_does_not_fit],
    goes_on=refuses_what_does_not_fit,
)
def refuses_unknown_dashboards(start: Start) -> None:
    """An id that no dashboard has is `unknown_dashboard`, for each event that takes one."""
    ana = start(USUAL).join("Ana")
    for asked in (FILTER | NOWHERE, AGGREGATE | NOWHERE):
        _refused(ana, NoDashboard, "process_data", asked, likely=Likely(why.first_one_taken))
    for event in ("refresh_data", "update_chart", "join_dashboard", "leave_dashboard"):
        for name in ("nowhere", "", "Tides", "tides "):
            asked = {"dashboard": name}
            _refused(ana, NoDashboard, event, asked, likely=Likely(why.first_one_taken))


@check(
    tasks=["refuse columns that there are not"],
    stands_on=[refuses_what_does_not_fit],
    goes_on=refuses_unknown_dashboards,
)
def refuses_unknown_columns(start: Start) -> None:
    """A column that the dashboard does not have is `invalid_payload`."""
    ana = start(USUAL).join("Ana")
    likely = Likely(why.column_trusted, itself=why.column_trusted)
    for name in ("nothing", "Level", "", "time"):
        asked: dict[str, Any] = FILTER | {"column": name}
        _refused(ana, InvalidPayload, "process_data", asked, likely=likely)
    for names in (["nothing"], ["level", "nothing"], [""]):
        for more in ({}, {"every": "1min"}):
            asked = {"dashboard": "tides", "last": 5, "columns": names, **more}
            _refused(ana, InvalidPayload, "refresh_data", asked, likely=likely)


@check(
    tasks=["refuse stretches that are so short that they would not fit into memory"],
    stands_on=[aggregates, refuses_what_does_not_fit],
    goes_on=refuses_unknown_columns,
)
def refuses_too_many_stretches(start: Start) -> None:
    """Stretches of which there would be more than 100 000 are `invalid_payload`."""
    ana = start(USUAL).join("Ana")
    week: dict[str, Any] = {"dashboard": "week", "last": 3}
    for every, fits in (("1min", True), ("1s", False), ("5s", False), ("7s", True)):
        asked: dict[str, Any] = {"action": "aggregate", **week, "every": every}
        if fits:
            _done(ana, asked, why.stretches_refused)
            continue
        likely = Likely(why.too_many_stretches)
        _refused(ana, InvalidPayload, "process_data", asked, likely=likely)
        _refused(ana, InvalidPayload, "refresh_data", week | {"every": every}, likely=likely)


@check(
    tasks=["answer an event that there is not", "take in nothing that is no event"],
    stands_on=[refuses_what_does_not_fit],
    goes_on=refuses_too_many_stretches,
)
def refuses_unknown_events(start: Start) -> None:
    """An event that there is not is `unknown_event`, also where it is called like a handler."""
    server = start(USUAL)
    ana = server.join("Ana")
    ana.expect("welcome")
    for payload in ((), (None,), ({"dashboard": "tides"},), (1, 2)):
        for name in ("proces_data", "shout", "", "message"):
            _refused(ana, NoEvent, name, *payload, likely=Likely(why.event_taken))
    own = Likely(*[why.handler_called] * 4)
    for name in OWN_NAMES:
        for payload in ((), ("client",), ({"dashboard": "tides"},)):
            _refused(ana, NoEvent, name, *payload, likely=own)
    ana.settle()
    if ana.heard("welcome")[1:] or _clients(ana) != 1:
        expected = "whatever Ana sends, she is greeted once, and counts as connected"
        got = f"she was greeted {len(ana.heard('welcome'))} times; `clients` is {_clients(ana)}"
        raise Failure(expected, got, why.handler_called)


@check(
    tasks=[
        "log what nobody expected, and tell the client only where to find it",
        "answer every event, whatever its handler does",
    ],
    stands_on=[refuses_what_does_not_fit],
)
def answers_for_its_bugs(start: Start) -> None:
    """Where a handler raises, the client is told `internal_error`, and nothing of the inside."""
    server = start(USUAL)
    ana = server.join("Ana")
    for event, asked in _let_it_fail():
        _refused(ana, OurFault, event, asked, likely=FAULT)
    for name in tides.ERRORS:
        asked = FILTER | {"dashboard": f"failing-{name}"}
        _refused(ana, OurFault, "process_data", asked, likely=FAULT)
    server.note("from here on, whatever a handler sends raises an error")
    with server.sending_fails() as failures:
        for event, asked in _let_sending_fail():
            before = failures()
            try:
                _refused(ana, OurFault, event, asked, likely=FAULT)
            except Failure:
                if failures() > before:  # otherwise it is sent in another way, and is no failure
                    raise
    _done(ana, FILTER)


@check(
    stands_on=[
        refuses_it_everywhere,
        refuses_unknown_dashboards,
        refuses_unknown_events,
        answers_for_its_bugs,
    ],
    goes_on=answers_for_its_bugs,
)
def can_be_looked_up(start: Start) -> None:
    """Each `reference` is another, and is the `error.id` of one line of the log."""
    server = start(USUAL)
    ana, ben = server.join("Ana"), server.join("Ben")
    cases: list[tuple[str, Any]] = [
        ("process_data", {}),
        ("refresh_data", NOWHERE),
        ("join_dashboard", NOWHERE),
        ("resume_session", {"session": "a token"}),
        ("shout", None),
        *_let_it_fail(),
    ]
    log = Log(server)
    told = [
        (client, event, _refused(client, None, event, asked, likely=FAULT))
        for event, asked in cases
        for client in (ana, ben)
    ]
    given = [error.reference for _, _, error in told]
    if again := next((one for one in given if given.count(one) > 1), None):
        raise Failure("each `reference` is another", f"{again} came again", why.reference_again)
    lines = log.objects()
    for client, event, error in told:
        _see_line(lines, client, event, error)


@check(
    tasks=["let nobody in whose greeting failed"],
    stands_on=[can_be_looked_up],
    goes_on=can_be_looked_up,
)
def lets_nobody_in(start: Start) -> None:
    """Where `connect` fails the client is refused, and told why in the same form."""
    server = start(USUAL)
    ben = server.join("Ben")
    before = _clients(ben)
    log, errors = Log(server), []
    for name in ("Ana", "Cleo"):
        story = f"the greeting could not be sent while {name} connected"
        with server.telling(story), server.sending_fails() as failures:
            failed_before = failures()
            try:
                refusal = server.turns_away(name, otherwise=why.let_in, unanswered=why.door_silent)
            except Failure:
                if failures() > failed_before:
                    raise
                return  # it is greeted in another way, which does not fail
        errors.append(_error_of_a_refusal(name, refusal))
    lines = log.objects()
    for error in errors:
        _see_line(lines, None, "connect", error)
    if (now := _clients(ben)) != before:
        expected = f"`clients` is {before} as before: nobody was let in"
        raise Failure(expected, f"it was {now}", why.still_counted)
    if _clients(server.join("Dan")) != before + 1:
        raise Failure("the next client is let in, and counts", "it does not", why.still_counted)


# What the checks are made of.


def _done(
    client: Participant, asked: Mapping[str, Any], otherwise: Cause | None = None
) -> ProcessResult:
    """Ask for rows, and return them, once the acknowledgement fits them. Raises Failure."""
    rows = _why_not_done(otherwise or why.right_refused)
    before = len(client.heard(RESULT))
    ack = client.ask(Processed, "process_data", dict(asked), why=rows)
    given = {"dashboard": asked["dashboard"], "action": asked["action"]}
    result = client.expect(RESULT, ProcessResult, why=rows, **given)
    client.settle()
    if (times := len(client.heard(RESULT)) - before) > 1:
        raise Failure("`process_result` is sent once", f"it came {times} times", why.sent_twice)
    if ack.rows != len(result.rows):
        expected = f"`rows` in the acknowledgement is {len(result.rows)}: so many were sent"
        raise Failure(expected, f"it was {ack.rows}", why.done_wrong)
    return result


def _see_filtered(client: Participant, more: Mapping[str, Any], cause: Cause) -> None:
    """See that the right rows of tides come for a filter. Raises Failure."""
    asked = {"action": "filter", "dashboard": "tides", **more}
    wanted = tides.within(asked["column"], asked.get("at_least"), asked.get("at_most"))
    result = _done(client, asked)
    gaps = {when for when, values in tides.ROWS if values[asked["column"]] is None}
    more_than_wanted = {zoned(row.time) for row in result.rows} - {when for when, _ in wanted}
    cause = why.gaps_kept if more_than_wanted and more_than_wanted <= gaps else cause
    _see_rows(result, wanted[-asked.get("last", USUALLY) :], cause)


def _see_means(client: Participant, more: Mapping[str, Any], seconds: int, cause: Cause) -> None:
    """See that the right means of tides come; a stretch has so many seconds. Raises Failure."""
    asked = {"action": "aggregate", "dashboard": "tides", **more}
    wanted = tides.means(seconds)
    _see_rows(_done(client, asked), wanted[-more.get("last", USUALLY) :], cause)


def _see_rows(result: ProcessResult, wanted: Sequence[tides.Row], otherwise: Cause) -> None:
    """See that these rows were sent, and no others. Raises Failure."""
    times = [zoned(row.time) for row in result.rows]
    if times != [when for when, _ in wanted]:
        expected = f"{len(wanted)} {'row is' if len(wanted) == 1 else 'rows are'} sent"
        expected += f", from {wanted[0][0]} to {wanted[-1][0]}" if wanted else ""
        got = f"{len(times)} came" + (f", from {times[0]} to {times[-1]}" if times else "")
        otherwise = why.none_came if wanted and not times else otherwise
        otherwise = why.last_wrong if len(times) == USUALLY < len(wanted) else otherwise
        if times != sorted(times):
            expected, otherwise = "the rows are sent oldest first", why.order_wrong
        raise Failure(expected, got, otherwise)
    for row, (when, values) in zip(result.rows, wanted, strict=True):
        same = row.values.keys() == values.keys() and all(
            one == other or (one and other and isclose(one, other, rel_tol=1e-6))
            for one, other in ((row.values[name], values[name]) for name in values)
        )
        if not same:
            expected = f"the row of {when} is {shown(dict(values))}"
            raise Failure(expected, f"it was {shown(row.values)}", why.values_wrong)


def _see_all_refused(client: Participant, bad: Iterable[Bad]) -> None:
    """See that each of these is refused, and nothing else is sent for it. Raises Failure."""
    for one in bad:
        heard = len(client.everything_heard())
        model: type[Refusal] | None = None if one.names_none else InvalidPayload
        model = NoDashboard if one.join else model
        # Whoever takes these raises an error: pandas, or the handler itself.
        raises = one.cause in (why.stretch_trusted, why.several_taken, why.earlier_unchecked)
        itself = one.cause if raises else why.blames_itself
        likely = Likely(one.cause, itself=itself)
        error = _refused(client, model, one.event, *one.payload, likely=likely)
        if one.names_none and error.code not in ("invalid_payload", "unknown_dashboard"):
            itself = why.blames_itself if error.code == "internal_error" else why.code_wrong
            raise Failure("the `code` is `invalid_payload`", f"it was {error.code}", itself)
        client.settle()
        if more := [event for event, _ in client.everything_heard()[heard:]]:
            expected = "what does not fit is refused, and nothing else is done"
            raise Failure(expected, f"`{more[0]}` was sent as well", why.done_all_the_same)


def _see_right_ones_taken(client: Participant) -> None:
    """See that payloads of the earlier events that fit are answered as before. Raises Failure."""
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("refresh_data", "data_updated", bad_payloads.right(bad_payloads.REFRESH)),
        ("refresh_data", "data_updated", {"dashboard": "tides", "last": 5}),
        ("update_chart", "update_chart", bad_payloads.right(bad_payloads.CHART)),
    ]
    for event, answer, payload in asked:
        before = len(client.heard(answer))
        ack = client.call(event, payload)
        client.settle()
        if len(client.heard(answer)) == before:
            expected = f"`{event}` with a payload that fits is answered with `{answer}`"
            got = f"it was not; the acknowledgement was {shown(ack)}"
            raise Failure(expected, got, why.right_refused)


def _refused(
    client: Participant,
    model: type[Refusal] | None,
    event: str,
    *payload: Any,
    likely: Likely,
) -> Traced[Any]:
    """Send what has to be refused, and return the error that is told. Raises Failure.

    `model` says which code it has to have; without one it may be any.
    """
    read: type[Refusal] | type[Envelope] = model or Envelope
    before = len(client.everything_heard())
    try:
        ack = client.call(event, *payload)
        client.settle()
    except Failure as failure:
        raise client.explained(failure, WHY_SILENT) from None
    cause = likely.cause(ack)
    if ack is None and (heard := client.everything_heard()[before:]):
        is_refusal = any(isinstance(told, dict) and "code" in told for _, told in heard)
        cause = why.told_as_event if is_refusal else likely.taken
    error = read.read(ack, f"the acknowledgement of `{event}`", otherwise=cause, ok=False).error
    _see_nothing_of_the_inside(error)
    return error


def _see_nothing_of_the_inside(error: Traced[Any]) -> None:
    said = json.dumps(error.model_dump(), ensure_ascii=False)
    if found := INSIDE.search(said):
        expected = "what a client is told says nothing of the inside of the server"
        raise Failure(expected, f"it says {found[0]!r}: {said}", why.inside_told)


def _let_it_fail() -> list[tuple[str, Any]]:
    """Return events whose handlers raise: their source fails."""
    broken = {"dashboard": "failing"}
    return [
        ("process_data", FILTER | broken),
        ("process_data", AGGREGATE | broken),
        ("refresh_data", broken),
        ("update_chart", broken),
        ("join_dashboard", broken),
    ]


def _let_sending_fail() -> list[tuple[str, Any]]:
    """Return events that are answered with another one."""
    tides = {"dashboard": "tides"}
    return [("process_data", FILTER), ("refresh_data", tides), ("update_chart", tides)]


def _see_line(
    lines: list[dict[str, Any]], client: Participant | None, event: str, error: Traced[Any]
) -> None:
    """See that one line of a log has the reference, and that it is right. Raises Failure."""
    found = [line for line in lines if line.get("error.id") == error.reference]
    if len(found) != 1:
        expected = f"one line of the log has {error.reference}, that of {event}, as `error.id`"
        cause = why.logged_again if found else why.not_logged
        raise Failure(expected, f"{len(found) or 'none'} has", cause)
    line = found[0]
    is_bug = error.code == "internal_error"
    wanted = {
        "error.code": error.code,
        "log.level": "error" if is_bug else "warning",
    }
    wanted |= {} if error.code == "unknown_event" else {"event.action": event}
    wanted |= {"socketio.sid": client.sid} if client else {}
    wanted |= {"error.type": "RuntimeError", "error.message": FAILING} if is_bug else {}
    for name, value in wanted.items():
        if line.get(name) != value:
            got = f"it was {shown(line.get(name))}"
            cause = why.bug_unexplained if name.startswith("error.") and is_bug else why.line_wrong
            cause = why.level_of_a_bug if name == "log.level" else cause
            raise Failure(f"the line of {event} has {shown(value)} as `{name}`", got, cause)
    if is_bug and "Traceback" not in str(line.get("error.stack_trace")):
        expected = "the line of a bug has its traceback as `error.stack_trace`"
        raise Failure(expected, shown(line), why.bug_unexplained)


def _error_of_a_refusal(name: str, refusal: Any) -> Traced[Any]:
    """Return what a client is told that was refused at the door. Raises Failure."""
    given = refusal if isinstance(refusal, dict) else {}
    code, data = given.get("message"), given.get("data")
    if not isinstance(data, dict) or code != data.get("code"):
        expected = f"{name} is told the `code` as message, and as data the error"
        raise Failure(expected, f"it was {shown(refusal)}", why.refused_without_words)
    what = f"the refusal of {name}"
    read = OurFault.read({"ok": False, "error": data}, what, otherwise=why.refused_without_words)
    _see_nothing_of_the_inside(read.error)
    return read.error


def _clients(client: Participant) -> int:
    """Return how many clients are connected, as the server tells one of them."""
    client.call("refresh_data", {"dashboard": "tides"})
    return client.expect("data_updated", DataUpdated).clients
