# lab 14 (given): a module for what clients are sent
"""What clients are sent: a model for each event, for the description of the server.

The server sends plain dicts, which the tests hold against these models.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """What all of them share: these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Welcome(Answer):
    """The greeting of a client that has connected; `session` is what it can come back with."""

    sid: str
    time: str
    user: str | None
    session: str


class DataUpdated(Answer):
    """The newest values of a dashboard, and the rows that were asked for."""

    dashboard: str
    time: str | None
    values: dict[str, float | None]
    clients: int
    rows: list[dict[str, str | float | None]] | None = None


class UpdateData(Answer):
    """One update: its number, and a list of new values for each column."""

    dashboard: str
    number: int
    points: dict[str, list[str | float | None]]


class UpdateChart(Answer):
    """A snapshot, with how many rows to keep of it; or the points `after` a number."""

    dashboard: str
    number: int
    figure: dict[str, Any] | None = None
    keep: int | None = None
    after: int | None = None
    points: dict[str, list[str | float | None]] | None = None


class ProcessResult(Answer):
    """The rows that `process_data` has asked for."""

    dashboard: str
    action: Literal["filter", "aggregate"]
    rows: list[dict[str, str | float | None]]


class Audience(Answer):
    """How many clients watch a dashboard."""

    dashboard: str
    watching: int


class Goodbye(Answer):
    """This process stops: come back after so many seconds, to another one."""

    reconnect_in: float


class Figures(Answer):
    """How the server does, for administrators."""

    clients: int
    rooms: dict[str, int]
    events: dict[str, float]
    log: list[dict[str, Any]]


class Error(Answer):
    """Why not: for programs, for people, and for whoever reads the log."""

    code: str
    message: str
    reference: str


class Refusal(Answer):
    """The acknowledgement of what was refused."""

    ok: Literal[False]
    error: Error


class Joined(Answer):
    """The acknowledgement of `join_dashboard` and `leave_dashboard`."""

    ok: Literal[True]
    dashboard: str


class Resumed(Answer):
    """The acknowledgement of `resume_session`."""

    ok: Literal[True]
    dashboard: str | None
    replayed: int
    snapshot: bool


class Processed(Answer):
    """The acknowledgement of `process_data`."""

    ok: Literal[True]
    rows: int


SENT: dict[str, Any] = {
    "welcome": Welcome,
    "data_updated": DataUpdated,
    "update_chart": UpdateChart,
    "update_data": UpdateData,
    "process_result": ProcessResult,
    "audience": Audience,
    "goodbye": Goodbye,
}
SENT_TO_ADMINISTRATORS: dict[str, Any] = {"figures": Figures}
# What acknowledges an event, beside the refusal; None where nothing does.
ACKNOWLEDGED: dict[str, Any] = {
    "join_dashboard": Joined,
    "leave_dashboard": Joined,
    "resume_session": Resumed,
    "process_data": Processed,
}
