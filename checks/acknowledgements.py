"""What a handler returns: a model for each acknowledgement that a client can be sent."""

from typing import Literal

from checks.shapes import Reason, Traced, refusal
from kit.checking import causes
from kit.checking.contract import Told, told

rooms = causes(__file__, "06_rooms")
reconnection = causes(__file__, "09_reconnection")
error_handling = causes(__file__, "10_error_handling")


class Joined(Told, when="it worked", otherwise=rooms.ack_wrong, empty=rooms.no_ack):
    """The acknowledgement of a join or a leave."""

    ok: Literal[True] = told("true", example=True)
    dashboard: str = told("the id that was asked for", example="machine")


class Refused(
    Told,
    when="a join names no dashboard that there is, or nothing that is a name, or there is no"
    " payload: nothing changes",
    otherwise=rooms.not_refused,
):
    """The acknowledgement of a refusal."""

    ok: Literal[False] = told("false", example=False)
    error: Reason[Literal["unknown_dashboard"]] = refusal("unknown_dashboard")


class Resumed(
    Told,
    when="the session goes on, in the room of `dashboard`, or in none where it is null",
    otherwise=reconnection.resumed_wrong,
    empty=reconnection.no_answer,
):
    """The acknowledgement of a session that goes on."""

    ok: Literal[True] = told("true", example=True)
    dashboard: str | None = told(
        "the id of the dashboard that it was in, or null", example="machine"
    )
    replayed: int = told("how many updates were sent again", example=3)
    snapshot: bool = told("whether the figure was sent in their place", example=False)


class NotOurs(
    Told,
    when="the token is not one that this app has signed: nothing changes",
    otherwise=reconnection.not_refused,
    empty=reconnection.no_answer,
):
    """The acknowledgement of a token that is no token of this app."""

    ok: Literal[False] = told("false", example=False)
    error: Reason[Literal["session_invalid"]] = refusal("session_invalid")


class Expired(
    Told,
    when="the app has signed it, and keeps its session no more: nothing changes",
    otherwise=reconnection.not_expired,
    empty=reconnection.no_answer,
):
    """The acknowledgement of a session that is kept no more."""

    ok: Literal[False] = told("false", example=False)
    error: Reason[Literal["session_expired"]] = refusal("session_expired")


class Processed(
    Told,
    when="the rows were sent, as `process_result`",
    otherwise=error_handling.done_wrong,
    empty=error_handling.no_ack,
):
    """The acknowledgement of rows that were sent."""

    ok: Literal[True] = told("true", example=True)
    rows: int = told("how many rows were sent", example=1)


class InvalidPayload(
    Told,
    when="the payload does not fit, or names a column that there is not",
    otherwise=error_handling.envelope_wrong,
):
    """The acknowledgement of a payload that does not fit."""

    ok: Literal[False] = told("false", example=False)
    error: Traced[Literal["invalid_payload"]] = refusal("invalid_payload", reference="5f0c91d2")


class NoDashboard(
    Told,
    when="there is no dashboard of that id",
    otherwise=error_handling.envelope_wrong,
):
    """The acknowledgement of an id that no dashboard has."""

    ok: Literal[False] = told("false", example=False)
    error: Traced[Literal["unknown_dashboard"]] = refusal("unknown_dashboard", reference="c417e08b")


class NoEvent(
    Told,
    when="the server has no event of that name",
    otherwise=error_handling.envelope_wrong,
):
    """The acknowledgement of an event that there is not."""

    ok: Literal[False] = told("false", example=False)
    error: Traced[Literal["unknown_event"]] = refusal("unknown_event", reference="90a3bb1e")


class OurFault(
    Told,
    when="the handler has met an error that nobody expected",
    otherwise=error_handling.envelope_wrong,
):
    """The acknowledgement of a bug of the server's own."""

    ok: Literal[False] = told("false", example=False)
    error: Traced[Literal["internal_error"]] = refusal("internal_error", reference="2d6f7a40")
