"""What clients say and are told: one model each, for the checks, the READMEs and the tests.

What acknowledges an event is in `acknowledgements`, what payloads are made of in `shapes`.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from checks.acknowledgements import (
    Expired,
    InvalidPayload,
    Joined,
    NoDashboard,
    NoEvent,
    NotOurs,
    OurFault,
    Processed,
    Refused,
    Resumed,
)
from checks.shapes import Column, Drawing, Figure, Points, Reason, Row
from kit.checking import causes
from kit.checking.contract import Asked, Number, Text, Told, UtcText, told

factory = causes(__file__, "01_factory")
blueprints = causes(__file__, "02_blueprints")
events = causes(__file__, "03_events")
dataframes = causes(__file__, "04_dataframes")
figures = causes(__file__, "05_figures")
rooms = causes(__file__, "06_rooms")
reconnection = causes(__file__, "09_reconnection")
error_handling = causes(__file__, "10_error_handling")
namespaces = causes(__file__, "11_namespaces_acks")


class Health(Told, request="GET /healthz", otherwise=factory.healthz_wrong):
    """How the server is."""

    status: Literal["ok"] = told('`"ok"`', example="ok")
    environment: Any = told("the app's `ENVIRONMENT`", example="production")
    debug: bool = told("true or false: whether the app debugs", example=False)


class Dashboard(Told, request="GET /api/dashboards/stocks", otherwise=blueprints.one_wrong):
    """One dashboard. What else is said of it does not count where two are compared."""

    model_config = ConfigDict(extra="ignore")
    id: Text = told("text, as in its address", example="stocks")
    title: str = told("text, for people", example="Stocks")
    columns: Annotated[list[Column], Field(min_length=1)] = told(
        'a list of its columns, `{"name": "AAPL", "unit": "..."}`',
        example=[{"name": "AAPL", "unit": "index"}],
    )


class Dashboards(Told, request="GET /api/dashboards", otherwise=blueprints.list_wrong):
    """All dashboards of the app."""

    dashboards: list[Dashboard] = told("a list of dashboards", example=[Dashboard.example()])


class Problem(Told, request="GET /api/nothing", otherwise=blueprints.envelope_wrong):
    """An error under /api."""

    error: Reason[Text] = told(
        "an object with a `code` and a `message`, both text that is not empty",
        example={"code": "not_found", "message": "A sentence for people."},
    )


class Welcome(
    Told,
    event="welcome",
    sent="the server, on `connect`",
    heard="the client that connects, and nobody else",
    otherwise=events.welcome_wrong,
):
    """The greeting of a client that has connected."""

    sid: str = told("text: the id of this connection, `request.sid`", example="Fjg3xYwS2gBkAAAB")
    time: UtcText = told(
        "text: the present time in UTC with its zone, ISO 8601, such as"
        " `2026-05-04T09:30:00+00:00`",
        otherwise=events.time_wrong,
        example="2026-05-04T09:30:00+00:00",
    )
    user: str | None = told(
        "text: the name in the session, or null where nobody has signed in", example="Ada"
    )


class DataUpdated(
    Told,
    event="data_updated",
    sent="the server, on `refresh_data`",
    heard="the client that asks, and nobody else",
    otherwise=events.answer_wrong,
):
    """The newest values of a dashboard."""

    dashboard: str = told(
        "text: the id, such as `machine`. Without a payload it is the first dashboard",
        example="machine",
    )
    time: UtcText = told(
        "text: the time of the newest row, in UTC, ISO 8601. `latest()` has it",
        otherwise=events.row_time_wrong,
        example="2026-05-04T09:30:00.000Z",
    )
    values: dict[str, Number | None] = told(
        "a number, or null where it is missing, for each column:"
        ' `{"cpu": 3.1, "memory": 41.0, ...}`',
        example={"cpu": 3.1, "memory": None},
    )
    clients: int = told("whole number: how many clients are connected now", example=2)


class DataAndRows(
    DataUpdated,
    event="data_updated",
    sent="the server, on `refresh_data` with `last`",
    heard="the client that asks, and nobody else",
    otherwise=dataframes.answer_wrong,
):
    """The newest values of a dashboard, as in lab 3, and rows of it."""

    rows: list[Row] = told(
        'a list with an object for each row, oldest first: `[{"time":'
        ' "2026-05-04T09:30:00.000Z", "cpu": 3.1}, ...]`. `time` is text as above, the others are'
        " numbers, or null where one is missing",
        otherwise=dataframes.rows_wrong,
        example=[{"time": "2026-05-04T09:30:00.000Z", "cpu": 3.1}],
    )


class Chart(
    Told,
    event="update_chart",
    sent="the server, on `update_chart`",
    heard="the client that asks, and nobody else",
    otherwise=figures.chart_wrong,
):
    """The whole figure."""

    dashboard: str = told(
        "text: the id, such as `machine`. Without a payload it is the first dashboard",
        example="machine",
    )
    figure: Drawing = told(
        "an object: the whole figure of Plotly's, with `data` and `layout`",
        otherwise=figures.figure_wrong,
        example={
            "data": [
                {"name": "cpu", "x": ["2026-05-04T09:30:00.000Z"], "y": [3.1], "yaxis": "y"},
            ],
            "layout": {"yaxis": {"title": {"text": "%"}}},
        },
    )
    number: int = told(
        "a whole number: of the newest update that is in the figure. It is 0 where there was none"
        " yet",
        otherwise=figures.not_numbered,
        example=7,
    )
    keep: int = told(
        "a whole number: how many rows the dashboard keeps, and so each line should",
        example=300,
    )


class News(
    Told,
    event="update_chart",
    sent="the server, on `update_chart` with `after`",
    heard="the client that asks, and nobody else",
    otherwise=figures.news_wrong,
):
    """Only what is new."""

    dashboard: str = told("text: the id", example="machine")
    number: int = told(
        "a whole number: of the newest update that there is",
        otherwise=figures.not_numbered,
        example=9,
    )
    after: int = told("the number that was asked for", example=7)
    points: dict[str, list[str | Number | None]] = told(
        'the rows of all later updates, oldest first, a list for each column: `{"time":'
        ' ["2026-05-04T09:30:00.000Z"], "cpu": [3.1], ...}`. Where nothing is new it is `{}`, or'
        " its lists are empty",
        otherwise=figures.points_wrong,
        example={"time": ["2026-05-04T09:30:00.000Z"], "cpu": [3.1]},
    )


class UpdateChart(
    Told,
    event="update_chart",
    sent="the server, on `join_dashboard`",
    heard="the client that joins, and nobody else",
    otherwise=rooms.figure_wrong,
):
    """The whole figure, as in lab 5."""

    dashboard: str = told("the id, such as `machine`", example="machine")
    number: int = told("the number of the newest update in the figure", example=7)
    figure: Figure = told("the whole figure of Plotly's, as an object", example={"data": []})
    keep: int = told("how many rows to keep", example=300)


class UpdateData(
    Told,
    event="update_data",
    sent="the feed",
    heard="the clients in the room of this dashboard, and nobody else",
    otherwise=rooms.points_wrong,
):
    """The new rows, numbered."""

    dashboard: str = told("text: the id, such as `machine`", example="machine")
    number: int = told(
        "a whole number. After a figure with number N come N + 1, N + 2, and so on: none is left"
        " out, none comes twice",
        example=8,
    )
    points: Points = told(
        'the new rows only, a list for each column: `{"time": ["2026-05-04T09:30:00.000Z"],'
        ' "cpu": [3.1], ...}`. Numbers, or null',
        example={"time": ["2026-05-04T09:30:00.000Z"], "cpu": [3.1]},
    )


CHART = Asked("update_chart", '{"dashboard": id, "after": number}')
REFRESH = Asked("refresh_data", '{"dashboard": id}')
REFRESH_ROWS = Asked(
    "refresh_data", '{"dashboard": id, "last": 5, "columns": ["cpu"], "every": "10s"}'
)
JOIN = Asked("join_dashboard", '{"dashboard": id}', (Joined, Refused))
LEAVE = Asked("leave_dashboard", '{"dashboard": id}', (Joined, Refused))


class Greeting(
    Welcome,
    event="welcome",
    sent="the server, on `connect`",
    heard="the client that connects, and nobody else",
    otherwise=reconnection.no_session,
):
    """The greeting of lab 3, and the session that the client can come back with."""

    session: Text = told("text: a token, another one for each connection", example="IngxIg.s7Vq")


RESUME = Asked(
    "resume_session", '{"session": token, "number": number}', (Resumed, NotOurs, Expired)
)


class ProcessResult(
    Told,
    event="process_result",
    sent="the server, on `process_data`",
    heard="the client that asks, and nobody else",
    otherwise=error_handling.result_wrong,
):
    """The rows that were asked for."""

    dashboard: str = told("text: the id, such as `machine`", example="machine")
    action: Literal["filter", "aggregate"] = told(
        'text: what was done, `"filter"` or `"aggregate"`', example="filter"
    )
    rows: list[Row] = told(
        "a list with an object for each row, oldest first, as in `data_updated`: `time`, and a"
        " number or null for each column",
        example=[{"time": "2026-05-04T09:30:00.000Z", "cpu": 3.1}],
    )


FILTER = Asked(
    "process_data",
    '{"action": "filter", "dashboard": id, "column": "cpu", "at_least": 10, "at_most": 20,'
    ' "last": 5}',
    (Processed, InvalidPayload, NoDashboard, NoEvent, OurFault),
)
AGGREGATE = Asked(
    "process_data",
    '{"action": "aggregate", "dashboard": id, "every": "10s", "last": 5}',
    (Processed, InvalidPayload, NoDashboard, NoEvent, OurFault),
)


class Figures(
    Told,
    event="figures",
    sent="the server, every `FIGURES_SECONDS`",
    heard="each client of `/admin`, and nobody else",
    otherwise=namespaces.figures_wrong,
):
    """How the server does. It asks for an acknowledgement."""

    clients: int = told("how many clients are connected to `/`, as in `data_updated`", example=4)
    rooms: dict[str, int] = told(
        "how many watch each dashboard, by its id, as the rooms were told last",
        example={"stocks": 2, "machine": 1},
    )
    events: dict[str, Number] = told(
        "by the name of each event, how many were handled a second, since the figures before",
        example={"refresh_data": 1.5},
    )
    log: list[dict[str, Any]] = told(
        "the newest lines of the log, as objects, oldest first",
        example=[{"message": "handled refresh_data", "event.action": "refresh_data"}],
    )
    watchers: int = told("how many clients of `/admin` there are", example=2)
    unacknowledged: int = told(
        "how many of these have not acknowledged figures that they were asked to acknowledge",
        example=1,
    )


class Audience(
    Told,
    event="audience",
    sent="the server, on `join_dashboard` and whenever the number has changed",
    heard="on `join_dashboard` the client that joins; else the room of the dashboard",
    otherwise=namespaces.audience_wrong,
):
    """How many clients watch a dashboard."""

    dashboard: str = told("text: the id, such as `machine`", example="machine")
    watching: int = told("how many are in its room", example=2)
