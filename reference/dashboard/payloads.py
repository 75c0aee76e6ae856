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

from .refusal import UNKNOWN, Refused

MOST = 2**53  # beyond it, a browser's numbers are not exact
Number = (
    Annotated[StrictInt, Field(ge=-MOST, le=MOST)]
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
)
Rows = Annotated[StrictInt, Field(ge=1, le=1000)]
STRETCH = r"^[1-9][0-9]{0,3} ?(ms|s|min|h|D|W)$"
Every = Annotated[StrictStr, Field(pattern=STRETCH, examples=["10s"])]
Text = Annotated[StrictStr, Field(max_length=200)]
Name = Annotated[StrictStr, Field(max_length=1000)]  # of a column


class Payload(BaseModel):
    """What all of them share: no unknown fields, and no guessing at types."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Choice(Payload):
    """The name of one dashboard."""

    dashboard: Text
    """The dashboard's id."""


class Refresh(Payload):
    """Which dashboard's newest values, and which of its rows; none at all means the first one."""

    dashboard: Text
    """The dashboard's id."""
    last: Rows | None = None
    """How many of the newest rows to send as well."""
    columns: Annotated[list[Name], Field(max_length=100)] | None = None
    """Which columns of these rows; all of them without it."""
    every: Every | None = None
    """Means over such stretches of time in place of rows, as in "10s" or "1h"."""


class Chart(Payload):
    """Which dashboard's figure, of which columns, or what came `after` a number; none at all means
    the first one."""

    dashboard: Text
    """The dashboard's id."""
    after: StrictInt | None = None
    """The number of the newest update that the client has; without it, the whole figure comes."""
    columns: Annotated[list[Name], Field(min_length=1, max_length=20)] | None = None
    """Which columns are in the figure; the first few without it."""


class Resume(Payload):
    """The session that a client had, and the newest number that it has heard."""

    session: Text
    """The `session` of the `welcome` that began it."""
    number: Annotated[StrictInt, Field(ge=0)] = 0
    """The newest number that was heard, of an update or a figure."""


class Filter(Payload):
    """The rows in which a column is within bounds."""

    action: Literal["filter"]
    """Rows within bounds."""
    dashboard: Text
    """The dashboard's id."""
    column: Name
    """The column that is compared."""
    at_least: Number | None = None
    """The lower bound."""
    at_most: Number | None = None
    """The upper bound."""
    last: Rows = 100
    """How many rows at most, the newest."""


class Aggregate(Payload):
    """The means of stretches of time."""

    action: Literal["aggregate"]
    """Means of stretches of time."""
    dashboard: Text
    """The dashboard's id."""
    every: Every
    """How long a stretch is, as in "10s" or "1h"."""
    last: Rows = 100
    """How many stretches at most, the newest."""


# In place of words that repeat the payload, or tell of what is behind.
WORDS = {
    "model_type": "Input should be an object",
    "model_attributes_type": "Input should be an object",
    "string_pattern_mismatch": 'Input should be a stretch of time, such as "10s"',
    "union_tag_invalid": "There is no such action",
    "union_tag_not_found": "Field required",
}

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
            raise Refused(**UNKNOWN) from None
        raise Refused("invalid_payload", explained(event, error)) from None


# lab 10: say what is wrong with a payload
def explained(event: str, error: ValidationError) -> str:
    """Return the first error in words for people, which repeat nothing of the payload itself."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "extra_forbidden":
        return f"{event} has no such field."
    where = ".".join(map(str, first["loc"]))
    return f"{where or event}: {WORDS.get(first['type'], first['msg'])}"
