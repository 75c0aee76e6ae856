"""The pages for people."""

from urllib.parse import urlencode

import pandas as pd
from flask import Blueprint, Response, abort, current_app, render_template, request, session

from . import frames, pictures, thinning
from .dashboards import Dashboard, all_dashboards
from .middleware import prefix
from .sources import Column

# lab 13 (given): how often a page without scripts is renewed
RENEW_SECONDS = 5

# lab 2: a blueprint without a prefix, so that its page is the site's first
blueprint = Blueprint("pages", __name__)


# lab 2: answer GET / with the dashboard's page
@blueprint.get("/")
def index() -> str:
    """Return the page `index.html`, for the signed-in `user` or for None."""
    return render_template(
        "index.html",
        user=session.get("user"),
        # lab 13: name the page that needs no scripts
        still=f"{prefix.known()}still?{urlencode(request.args)}" if all_dashboards() else None,
    )


# lab 13: answer GET /still with a page that needs no scripts
@blueprint.get("/still")
def still() -> Response:
    """Return the newest rows of one dashboard as a page, which the browser soon asks for again.

    That is the dashboard of `?dashboard=`, else the first. With `?renew=no` the page stays as it
    is. 404 where there are no dashboards.
    """
    dashboards = all_dashboards()
    if not dashboards:
        abort(404, "There are no dashboards.")
    chosen = dashboards.get(request.args.get("dashboard", ""), next(iter(dashboards.values())))
    rows = frames.window(newest_rows(chosen), 10)[::-1]
    renew = None if request.args.get("renew") == "no" else RENEW_SECONDS
    answer = Response(filled(chosen, rows, renew))

    # lab 13: let nobody keep the page, and the browser ask for it again
    answer.headers["Cache-Control"] = "no-store"
    if renew:
        answer.headers["Refresh"] = str(renew)

    return answer


# lab 13 (given): fill the page that needs no scripts
def filled(chosen: Dashboard, rows: pd.DataFrame, renew: int | None) -> str:
    """Return the page `still.html` with `rows` of a dashboard, the newest first.

    It has the first few columns, or those whose names contain `?find=`. `renew` is after how many
    seconds the browser asks again, None where it does not: the page says so.
    """
    wanted = request.args.get("find", "").strip()
    columns = found(chosen, wanted)
    zone = pictures.zone_of(chosen.source)
    asked = {"dashboard": chosen.source.id} | ({"find": wanted} if wanted else {})
    return render_template(
        "still.html",
        user=session.get("user"),
        chosen=chosen.describe(),
        choices=[dashboard.describe() for dashboard in all_dashboards().values()],
        columns=columns,
        find=wanted,
        query=urlencode(asked),
        rows=frames.records(rows),
        clocks=pictures.clocks(rows["time"], zone) if len(rows) else [],
        zone=zone,
        newest=pictures.newest(columns, rows[:1]),
        readable=pictures.readable,
        shortened=pictures.shortened,
        renew=renew,
    )


# lab 13 (given): choose columns for a page
def found(dashboard: Dashboard, wanted: str) -> tuple[Column, ...]:
    """Return the first few columns whose names contain `wanted`, or of all where none does."""
    columns = dashboard.source.columns
    having = tuple(one for one in columns if wanted.casefold() in one.name.casefold())
    return thinning.first_few(having or columns)


# lab 13: read a dashboard for a page
def newest_rows(dashboard: Dashboard) -> pd.DataFrame:
    """Return the rows of a dashboard as they are now; a source that fails costs nobody the page."""
    try:
        dashboard.refresh()
    except Exception:
        current_app.logger.exception("cannot read %s", dashboard.source.id)
    with dashboard.lock:
        return dashboard.rows


# lab 13: answer GET /picture/<id>.svg with a dashboard's picture
@blueprint.get("/picture/<name>.svg")
def picture(name: str) -> Response:
    """Return the chart of one dashboard as SVG, `?width=` pixels wide; 404 where there is none.

    It shows the columns that `?find=` does on `/still`.
    """
    dashboard = all_dashboards().get(name)
    if dashboard is None:
        abort(404, f"There is no dashboard called {name!r}.")
    newest_rows(dashboard)
    columns = found(dashboard, request.args.get("find", "").strip())
    width = min(max(request.args.get("width", 960, type=int), 240), 2400)
    with dashboard.lock:
        rows = dashboard.window.rows
    zone = pictures.zone_of(dashboard.source)
    drawn = pictures.picture(dashboard.source.title, columns, rows, width, zone)
    return Response(drawn, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


# lab 15: answer GET /about with what people should know of the data
@blueprint.get("/about")
def about() -> str:
    """Return a page of what the configuration tells `ABOUT` the data; 404 where that is nothing."""
    if not current_app.config["ABOUT"]:
        abort(404, "Nothing is told about the data here.")
    return render_template(
        "about.html",
        user=session.get("user"),
        titles=[dashboard.source.title for dashboard in all_dashboards().values()],
        about=current_app.config["ABOUT"],
    )
