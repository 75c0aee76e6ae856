"""What the panel answers over HTTP: the page of each lab, and what it is made of."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from werkzeug.wrappers import Response as AnyResponse

from kit import browser_libraries
from kit.course import Lab
from kit.language import _, current
from kit.panel.state import state
from kit.panel.words import words
from kit.report import page
from kit.student.progress import overview

blueprint = Blueprint("pages", __name__)

# Nothing but this server's own; and in a frame only where JupyterLab shows it from the same origin.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@blueprint.get("/")
def index() -> AnyResponse:
    """Lead to the lab that is in work: the one that was saved last, or the first not done."""
    return redirect(f"labs/{_in_work().number}")


@blueprint.get("/labs/<int:number>")
def lab(number: int) -> str:
    """Show the live verdict on a lab; with `?in=notebook` in a cell, where other labs have none."""
    labs = state().course.labs
    chosen = next((one for one in labs if one.number == number), None)
    if chosen is None:
        abort(404, _("There is no such lab."))
    state().released.clear()
    state().decider.look()  # the page takes a moment until it says so itself
    following = state().course.after(chosen)
    in_notebook = request.args.get("in") == "notebook"
    return render_template(
        "panel.html",
        lab=chosen,
        labs=labs,
        following=following,
        in_notebook=in_notebook,
        edition=state().page_edition,
        rubric=page.rubric(chosen.rubric.read_text("utf-8")) if chosen.rubric.exists() else "",
        words=words(),
    )


@blueprint.get("/labs/<int:number>/verdict")
def verdict(number: int) -> dict[str, Any]:
    """Tell the verdict on a lab as data, as the terminal shows it."""
    chosen = next((one for one in state().course.labs if one.number == number), None)
    if chosen is None:
        abort(404, _("There is no such lab."))
    return state().board.report(chosen)


@blueprint.get("/cards.css")
def cards() -> Response:
    """The style of the checks' cards, which notebooks show as well."""
    return Response(page.style(), content_type="text/css; charset=utf-8")


@blueprint.get("/socket.io.min.js")
def socket_io() -> Response:
    """Socket.IO's client, as set-up has fetched it."""
    folder = browser_libraries.vendor(state().course.root)
    return send_from_directory(folder, "socket.io.min.js")


@blueprint.get("/alive")
def alive() -> dict[str, str]:
    """Tell that this panel is there. Only who knows the key can give the `proof`."""
    challenge = request.args.get("challenge", "")
    return {
        "proof": state().address.proof(challenge),
        "edition": state().edition,
        "language": current(),
    }


@blueprint.post("/ready")
def ready() -> dict[str, bool]:
    """Load what checks need, before anybody looks."""
    state().decider.look()
    return {"ok": True}


@blueprint.post("/end")
def end() -> dict[str, bool]:
    """End this process."""
    state().ended.set()
    return {"ok": True}


@blueprint.post("/release")
def release() -> dict[str, bool]:
    """End this process as soon as no page is open; one that is opened first takes that back."""
    state().released.set()
    return {"ok": True}


@blueprint.after_app_request
def protect(response: Response) -> Response:
    """Say what a page may load, and that nobody keeps it."""
    state().views.use()
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_work() -> Lab:
    """Return the lab that was saved last; before a save, the first that is not done."""
    labs = overview(state().course)
    first = next((one.lab for one in labs if not one.done), labs[-1].lab)
    return state().decider.saved_last or first
