"""Plotly figures as JSON: the whole figure once, then only the new points."""

import json
from typing import Any

import pandas as pd
from plotly import graph_objects as go

from . import thinning
from .dashboards import Dashboard
from .sources import Column


# lab 5: columns of new points, as strict JSON
def points(rows: pd.DataFrame) -> dict[str, list[Any]]:
    """Return each column of `rows` as a list, by name: ISO times, numbers, None for missing."""
    columns: dict[str, list[Any]] = json.loads(
        rows.to_json(orient="split", date_format="iso", double_precision=15)
    )
    return dict(zip(columns["columns"], map(list, zip(*columns["data"], strict=True)), strict=True))


# lab 5 (given): the figure of all columns
def figure(dashboard: Dashboard) -> dict[str, Any]:
    """Return the figure of all columns of a dashboard, as `draw` does."""
    columns = dashboard.source.columns

    # lab 13 (given): only the first few of them, unless others are asked for
    columns = thinning.first_few(columns)

    # lab 14 (given): draw it once for all who come before the next update
    if dashboard.drawn and dashboard.drawn[0] == dashboard.number:
        return dashboard.drawn[1]

    drawn: dict[str, Any] = draw(dashboard, columns)

    # lab 14 (given): keep it for the next who comes
    dashboard.drawn = dashboard.number, drawn

    return drawn


# lab 5 (given): a title, and a strip for each axis
def layout(title: str, axes: dict[str, str]) -> dict[str, Any]:
    """Return the layout of a figure: its title, and each axis in a strip of its own.

    `axes` holds the names of the axes by their units, the one at the top first:
    `{"%": "y", "MB/s": "y2"}`.
    """
    laid_out: dict[str, Any] = {
        "title": {"text": title},
        "template": "none",
        "xaxis": {"anchor": list(axes.values())[-1]},
    }
    # Between two strips stays a tenth of the height.
    strip = (1 - 0.1 * (len(axes) - 1)) / len(axes)
    for index, (unit, axis) in enumerate(axes.items()):
        bottom = (len(axes) - 1 - index) * (strip + 0.1)
        domain = [round(bottom, 4), round(bottom + strip, 4)]
        laid_out[axis.replace("y", "yaxis")] = {"title": {"text": unit}, "domain": domain}
    return laid_out


# lab 5: draw the figure, with a line for each column and an axis for each unit
def draw(dashboard: Dashboard, columns: tuple[Column, ...]) -> dict[str, Any]:
    """Return the figure of these columns as strict JSON: `data`, a trace a column, and `layout`.

    It shows the dashboard's `rows`. Where there are none yet, its lines have no points.
    """
    rows = dashboard.rows

    # lab 13 (given): the window's rows, and of these what will be drawn
    rows = dashboard.window.rows
    rows = rows[["time", *(column.name for column in columns)]] if len(rows) else rows

    drawn = points(rows) if len(rows) else {}
    units = list(dict.fromkeys(column.unit for column in columns))
    axes = {unit: "y" if index == 0 else f"y{index + 1}" for index, unit in enumerate(units)}
    lines = [
        go.Scatter(
            name=column.name,
            x=drawn.get("time", []),
            y=drawn.get(column.name, []),
            yaxis=axes[column.unit],
            mode="lines",
        )
        for column in columns
    ]
    drawing = go.Figure(lines, layout(dashboard.source.title, axes))
    as_json: dict[str, Any] = json.loads(drawing.to_json())
    return as_json


# lab 5: the figure for a newcomer, only new points for one who has it
def chart(dashboard: Dashboard, after: object = None) -> dict[str, Any]:
    """Return the payload of `update_chart`.

    `after` is the number of the newest update that the client has. It gets the points of the
    later ones, and `after` as it asked; or the whole figure where `after` is no such number.
    """
    with dashboard.lock:
        answer: dict[str, Any] = {"dashboard": dashboard.source.id, "number": dashboard.number}

        # lab 13 (given): with it, how far back the chart goes, and how it is thinned
        answer["window"] = dashboard.window.told()

        # To `isinstance`, True is a number, too.
        missed = dashboard.since(after) if type(after) is int else None
        if missed is None:
            return answer | {"figure": figure(dashboard), "keep": dashboard.keep}
        new = points(pd.concat([rows for _, rows in missed])) if missed else {}
        return answer | {"after": after, "points": new}


# lab 13 (given): the figure of the columns that a client has chosen
def chosen(dashboard: Dashboard, names: list[str]) -> dict[str, Any]:
    """Return the payload of `update_chart` with the columns of these names in its figure.

    Where the dashboard has none of them, it is its first few columns.
    """
    with dashboard.lock:
        drawn = draw(dashboard, thinning.drawn(dashboard.source.columns, names))
        return chart(dashboard) | {"figure": drawn}
