"""The API for programs: every answer is JSON, the errors too."""

from typing import Any

from flask import Blueprint, abort, json, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from .dashboards import all_dashboards

# lab 2: a blueprint under /api
blueprint = Blueprint("api", __name__, url_prefix="/api")


# lab 2: answer GET /api/dashboards with all of them
@blueprint.get("/dashboards")
def list_dashboards() -> dict[str, Any]:
    """Return `{"dashboards": [...]}`, each as `Dashboard.describe` gives it."""
    return {"dashboards": [dashboard.describe() for dashboard in all_dashboards().values()]}


# lab 2: answer GET /api/dashboards/<name> with one, or with 404
@blueprint.get("/dashboards/<name>")
def show_dashboard(name: str) -> dict[str, Any]:
    """Return one dashboard as `Dashboard.describe` gives it; 404 where there is none."""
    dashboard = all_dashboards().get(name)
    if dashboard is None:
        abort(404, f"There is no dashboard called {name!r}.")
    return dashboard.describe()


# lab 2: answer every error under /api as JSON
@blueprint.app_errorhandler(HTTPException)
def json_error(error: HTTPException) -> ResponseReturnValue:
    """Return `{"error": {"code", "message"}}` under /api; elsewhere the usual page.

    The status and the headers stay the error's own. This is the app's handler, not the blueprint's:
    an address that no view answers belongs to no blueprint.
    """
    if not request.path.startswith("/api/"):
        return error
    code = error.name.lower().replace(" ", "_")
    answer = error.get_response()  # its status, and headers such as `Allow`
    answer.data = json.dumps({"error": {"code": code, "message": error.description}})
    answer.content_type = "application/json"
    return answer
