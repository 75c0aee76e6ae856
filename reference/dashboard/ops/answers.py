# lab 14 (given): a module for what clients are sent
"""What clients are sent: a model for each event, for the description of the server.

The server sends plain dicts, which the tests hold against these models.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..refusal import CODES

Code = Annotated[
    str,
    Field(
        description="\n".join(f"- `{code}`: {meaning}" for code, meaning in CODES.items()),
        json_schema_extra={"enum": list(CODES)},
    ),
]


class Answer(BaseModel):
    """What all of them share: these fields and no others."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Welcome(Answer):
    """The greeting of a client that has connected; `session` is what it can come back with."""

    sid: str
    """The id of this connection."""
    time: str
    """The server's time: UTC, ISO 8601."""
    user: str | None
    """Who has signed in; null for a guest without a name."""
    session: str
    """What `resume_session` takes after this connection is lost."""


class DataUpdated(Answer):
    """The newest values of a dashboard, and the rows that were asked for."""

    dashboard: str
    """The dashboard's id."""
    time: str | None
    """When the values were measured: UTC, ISO 8601; null where there are none yet."""
    values: dict[str, float | None]
    """The newest value of each column; null where it is missing."""
    clients: int
    """How many clients are connected to this process."""
    rows: list[dict[str, str | float | None]] | None = None
    """The rows that were asked for by `last`, oldest first: `time`, and a value for each column."""


class Window(Answer):
    """How a client keeps its points as the server does, in milliseconds: it drops those before
    `since` (since 1970); where a `step` of time (0 for none) has more than four, the first, each
    column's lowest and highest value and the last remain. The chart shows `length` back from the
    newest."""

    since: int
    """Earlier points are dropped."""
    step: int
    """The length of the steps in which points are thinned; 0 where they are not."""
    length: int
    """How far back the chart goes."""


class MovedWindow(Answer):
    """What an update changes of the `Window`; its `length` stays."""

    since: int
    """Earlier points are dropped."""
    step: int | None = None
    """The length of the steps in which points are thinned; left out where they are not."""


class UpdateData(Answer):
    """One update: its number, and a list of new values for each column, thinned for the eye."""

    dashboard: str
    """The dashboard's id."""
    number: int
    """One more than that of the update before; the newest is what to come back with."""
    points: dict[str, list[str | float | None]]
    """The new values of each column, oldest first; those of `time` are UTC, ISO 8601."""
    window: MovedWindow
    """What to keep of the points."""


class UpdateChart(Answer):
    """A snapshot, with how many rows to keep of it; or the points `after` a number."""

    dashboard: str
    """The dashboard's id."""
    number: int
    """The number of the newest update that is in it."""
    figure: dict[str, Any] | None = None
    """A figure of Plotly: `data`, a trace for each column, and `layout`."""
    keep: int | None = None
    """How many rows the dashboard keeps; there with `figure`."""
    after: int | None = None
    """The number that was asked for; there with `points`."""
    points: dict[str, list[str | float | None]] | None = None
    """What came after it, as in `update_data`; without columns where there was nothing."""
    window: Window
    """What to keep of the points."""


class Remarks(Answer):
    """Sentences on what was left out of a dashboard's data, or assumed; sent when they change."""

    dashboard: str
    """The dashboard's id."""
    remarks: list[str]
    """A sentence each; none where there is nothing to say."""


class ProcessResult(Answer):
    """The rows that `process_data` has asked for."""

    dashboard: str
    """The dashboard's id."""
    action: Literal["filter", "aggregate"]
    """What was done."""
    rows: list[dict[str, str | float | None]]
    """The rows, oldest first: `time`, and a value for each column."""


class Audience(Answer):
    """How many clients watch a dashboard."""

    dashboard: str
    """The dashboard's id."""
    watching: int
    """How many, in all processes together."""


class Goodbye(Answer):
    """This process stops: come back after so many seconds, to another one."""

    reconnect_in: float
    """Seconds to wait, another number for each client."""


class Figures(Answer):
    """How the server does, for administrators."""

    clients: int
    """How many are connected to this process."""
    rooms: dict[str, int]
    """How many watch each dashboard, by its id."""
    events: dict[str, float]
    """How many events of each name were handled a second."""
    log: list[dict[str, Any]]
    """The newest lines of the log, oldest first."""
    watchers: int
    """How many administrators are sent these by this process."""
    unacknowledged: int
    """How many of them have not acknowledged figures that they were asked to."""


class Error(Answer):
    """Why not: for programs, for people, and for whoever reads the log."""

    code: Code
    message: str
    """Why not, in words for people."""
    reference: str
    """What finds the line in the server's log."""


class Refusal(Answer):
    """The acknowledgement of what was refused."""

    ok: Literal[False]
    """It was refused."""
    error: Error
    """Why."""


class NotLetIn(Answer):
    """What Socket.IO tells a client whose connection is refused (CONNECT_ERROR)."""

    message: Code
    data: Error
    """The same, and what it means."""


class Joined(Answer):
    """The acknowledgement of `join_dashboard` and `leave_dashboard`."""

    ok: Literal[True]
    """It was done."""
    dashboard: str
    """The dashboard's id."""


class Resumed(Answer):
    """The acknowledgement of `resume_session`."""

    ok: Literal[True]
    """The session goes on."""
    dashboard: str | None
    """The dashboard whose room the client is in again; null for none."""
    replayed: int
    """How many missed updates were sent again, before this."""
    snapshot: bool
    """Whether the whole figure was sent instead, because some are forgotten."""


class Processed(Answer):
    """The acknowledgement of `process_data`."""

    ok: Literal[True]
    """`process_result` was sent."""
    rows: int
    """How many rows it has."""


SENT: dict[str, Any] = {
    "welcome": Welcome,
    "data_updated": DataUpdated,
    "update_chart": UpdateChart,
    "update_data": UpdateData,
    "process_result": ProcessResult,
    "audience": Audience,
    "remarks": Remarks,
    "goodbye": Goodbye,
}
SENT_TO_ADMINISTRATORS: dict[str, Any] = {"figures": Figures}
# What acknowledges an event that succeeds; for others, the acknowledgement has no argument.
ACKNOWLEDGED: dict[str, Any] = {
    "join_dashboard": Joined,
    "leave_dashboard": Joined,
    "resume_session": Resumed,
    "process_data": Processed,
}
