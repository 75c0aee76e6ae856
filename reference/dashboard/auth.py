"""Signing in."""

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from . import origins, people, tokens
from .state import state

# lab 2: a blueprint under /auth
blueprint = Blueprint("auth", __name__, url_prefix="/auth")

# lab 12 (given): how long a name may be
MOST_NAME = 100  # characters: a browser keeps no cookie of more than some four thousand


# lab 12 (given): take forms from the own pages alone
@blueprint.before_request
def own_pages_only() -> None:
    """Answer 403 to a form that another website's page has sent in a visitor's name."""
    accepts = origins.acceptor(current_app)
    if request.method == "POST" and not accepts(request.headers.get("Origin"), request.environ):
        abort(403, "This form belongs to another website.")


# lab 2: answer GET and POST /auth/login
@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """GET: the form `login.html`. POST: keep the form's `name` in the session and go to /.

    A name that will not do gets the form again, with `error` set; a blank one with status 400.
    """
    if request.method != "POST":
        return render_template("login.html")
    name = request.form.get("name", "").strip()
    if not name:
        return render_template("login.html", error="Please give a name."), 400

    # lab 12 (given): a name has to fit into a cookie
    if len(name) > MOST_NAME:
        return render_template("login.html", error="Please give a shorter name."), 400

    # lab 12 (given): passwords are not to be guessed
    is_a_try = people.needs_password(name)
    if is_a_try and not state().rates.allow_password(str(request.remote_addr)):
        return render_template("login.html", error="Too many tries. Wait a minute."), 429

    # lab 12: a member's name needs the member's password
    session.pop("member", None)
    if people.needs_password(name):
        if not people.verify(name, request.form.get("password", "")):
            return render_template("login.html", error=people.why_not(name)), 403
        session["member"] = name

    session["user"] = name
    return redirect(url_for("pages.index"), code=303)


# lab 12: answer GET /auth/token
@blueprint.get("/token")
def token() -> ResponseReturnValue:
    """Return a token to connect with, and the seconds that it is good for.

    Who is no member gets 403.
    """
    member = people.member()
    if member is None:
        abort(403, "Sign in first.")
    made = {"token": tokens.make(member), "expires_in": current_app.config["TOKEN_SECONDS"]}
    return made, {"Cache-Control": "no-store"}


# lab 12: answer POST /auth/logout
@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Forget who this is, and go to /."""
    session.clear()
    return redirect(url_for("pages.index"), code=303)
