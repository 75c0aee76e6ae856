"""Windows of a dashboard's rows, as strict JSON."""

import json
from typing import Any

import pandas as pd

from .dashboards import Dashboard
from .refusal import Refused

# lab 10 (given): how many stretches a summary may have
MOST_STRETCHES = 100_000


# lab 4: cut a window out of a frame
def window(frame: pd.DataFrame, last: int, columns: list[str] | None = None) -> pd.DataFrame:
    """Return the `last` rows of `frame`: its `time`, and `columns` or all of them."""
    wanted = frame if columns is None else frame[list(dict.fromkeys(["time", *columns]))]
    return wanted.tail(last)


# lab 4: summarise a frame by stretches of time
def aggregate(frame: pd.DataFrame, every: str) -> pd.DataFrame:
    """Return one row for each stretch of `every` (such as "10s" or "1h"), with the means."""
    # lab 10: refuse stretches that are so short that they would not fit into memory
    if (frame["time"].max() - frame["time"].min()) / pd.Timedelta(every) > MOST_STRETCHES:
        raise Refused("invalid_payload", "every: That is too short for so long a time.")

    return frame.resample(every, on="time").mean().reset_index()


# lab 4: turn rows into strict JSON
def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a dict for each row: times as ISO text in UTC, a missing number as None."""
    text = frame.to_json(orient="records", date_format="iso", double_precision=15)
    result: list[dict[str, Any]] = json.loads(text)
    return result


# lab 4: answer a request for rows
def rows(dashboard: Dashboard, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that `request` asks for by `last`, `columns` and `every`, oldest first."""
    frame = dashboard.rows
    if frame.empty:
        return []  # it has no columns either

    # lab 10: refuse columns that there are not
    if not set(request.get("columns") or ()) <= set(frame.columns):
        raise Refused("invalid_payload", "columns: There is no such column.")

    if request.get("every"):
        frame = aggregate(frame, request["every"])
    return records(window(frame, request["last"], request.get("columns")))
