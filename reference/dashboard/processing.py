# lab 10 (given): a module for work on the rows
"""Work on the rows of a dashboard that a client asks for: filter them, or aggregate them."""

from typing import Any

import pandas as pd
from flask_socketio import emit

from . import frames
from .dashboards import Dashboard, find
from .extensions import socketio
from .payloads import Aggregate, Filter, check
from .refusal import Refused


# lab 10: answer process_data with process_result
@socketio.on("process_data")
def process_data(payload: object = None) -> dict[str, Any]:
    """Send the sender `process_result`, with the rows that its payload asks for.

    The acknowledgement is `{"ok": True, "rows": count}`.
    """
    asked = check("process_data", (payload,))
    dashboard = find({"dashboard": asked.dashboard})
    if dashboard is None:
        raise Refused("unknown_dashboard", "There is no dashboard of that name.")
    dashboard.refresh()
    rows = frames.records(processed(dashboard, asked).tail(asked.last))
    emit("process_result", {"dashboard": asked.dashboard, "action": asked.action, "rows": rows})
    return {"ok": True, "rows": len(rows)}


# lab 10: choose between the two actions
def processed(dashboard: Dashboard, asked: Filter | Aggregate) -> pd.DataFrame:
    """Return the rows that are asked for. Raises Refused for a column that there is not."""
    with dashboard.lock:
        frame = dashboard.rows
    columns = {column.name for column in dashboard.source.columns}
    if isinstance(asked, Filter) and asked.column not in columns:
        raise Refused("invalid_payload", "column: There is no such column.")
    if frame.empty:
        return frame
    if isinstance(asked, Aggregate):
        return frames.aggregate(frame, asked.every)
    return within(frame, asked)


# lab 10: keep the rows whose value is within bounds
def within(frame: pd.DataFrame, bounds: Filter) -> pd.DataFrame:
    """Return the rows in which the column has a number from `at_least` to `at_most`."""
    values = frame[bounds.column]
    low = float("-inf") if bounds.at_least is None else bounds.at_least
    high = float("inf") if bounds.at_most is None else bounds.at_most
    return frame[values.between(low, high)]
