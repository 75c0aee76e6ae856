# lab 10 (given): a module for payloads
"""What clients may send: a model for each event, checked before its handler is called.

The description of the server for programs (AsyncAPI) is made from the same models.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
)

from .refusal import Refused

UNKNOWN = ("unknown_dashboard", "There is no dashboard of that name.")

Number = StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)]
Rows = Annotated[StrictInt, Field(ge=1, le=1000)]
Every = Annotated[StrictStr, Field(pattern=r"^[1-9]\d{0,3} ?(ms|s|min|h|D|W)$")]
Text = Annotated[StrictStr, Field(max_length=200)]


class Payload(BaseModel):
    """What all of them share: no unknown fields, and no guessing at types."""

    model_config = ConfigDict(extra="forbid")


class Choice(Payload):
    """The name of one dashboard."""

    dashboard: Text


class Refresh(Payload):
    """Which dashboard's newest values, and which of its rows; none at all means the first one."""

    dashboard: Text
    last: Rows | None = None
    columns: list[Text] | None = None
    every: Every | None = None


class Chart(Payload):
    """Which dashboard's figure, or what came `after` a number; none at all means the first one."""

    dashboard: Text
    after: StrictInt | None = None


class Resume(Payload):
    """The session that a client had, and the newest number that it has heard."""

    session: Text
    number: Annotated[StrictInt, Field(ge=0)] = 0


class Filter(Payload):
    """The rows in which a column is within bounds."""

    action: Literal["filter"]
    dashboard: Text
    column: Text
    at_least: Number | None = None
    at_most: Number | None = None
    last: Rows = 100


class Aggregate(Payload):
    """The means of stretches of time."""

    action: Literal["aggregate"]
    dashboard: Text
    every: Every
    last: Rows = 100


PAYLOADS: dict[str, Any] = {
    "refresh_data": Refresh | None,
    "update_chart": Chart | None,
    "join_dashboard": Choice,
    "leave_dashboard": Choice,
    "resume_session": Resume,
    "process_data": Annotated[Filter | Aggregate, Field(discriminator="action")],
}
CHECKERS = {event: TypeAdapter(model) for event, model in PAYLOADS.items()}


# lab 10: check a payload before its handler is called
def check(event: str, payload: tuple[Any, ...]) -> Any:
    """Return the payload of `event` as its model. Raises Refused where it does not fit.

    `payload` are the arguments that came with the event: one, or none at all.
    """
    if len(payload) > 1:
        raise Refused("invalid_payload", f"{event} takes one payload, not {len(payload)}.")
    try:
        return CHECKERS[event].validate_python(payload[0] if payload else None)
    except ValidationError as error:
        model = PAYLOADS[event]
        if model is Choice:
            raise Refused(*UNKNOWN) from None
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:100]
        raise Refused("invalid_payload", f"{where or event}: {first['msg']}") from None
