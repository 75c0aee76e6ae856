"""Signing in."""

from typing import Any

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

from . import people, tokens
from .rates import Rates

# lab 2: a blueprint under /auth
blueprint = Blueprint("auth", __name__, url_prefix="/auth")


# lab 2: answer GET and POST /auth/login
@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """GET: the form `login.html`. POST: keep the form's `name` in the session and go to /.

    A name that is missing or blank gets the form again, with status 400 and `error` set.
    """
    if request.method == "GET":
        return render_template("login.html")
    name = request.form.get("name", "").strip()
    if not name:
        return render_template("login.html", error="Please give a name."), 400

    # lab 12: a member's name needs the member's password
    session.pop("member", None)
    if people.is_member(name):
        rates: Rates = current_app.extensions["rates"]
        if not rates.allow_password(str(request.remote_addr)):
            return render_template("login.html", error="Too many tries. Wait a minute."), 429
        if not people.verify(name, request.form.get("password", "")):
            return render_template("login.html", error="This name has another password."), 403
        session["member"] = name

    session["user"] = name
    return redirect(url_for("pages.index"), code=303)


# lab 12: answer GET /auth/token
@blueprint.get("/token")
def token() -> dict[str, Any]:
    """Return a token to connect with, and the seconds that it is good for.

    Who is no member gets 403.
    """
    member = session.get("member")
    if member is None:
        abort(403, "Sign in first.")
    return {"token": tokens.make(member), "expires_in": current_app.config["TOKEN_SECONDS"]}


# lab 12: answer POST /auth/logout
@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Forget who this is, and go to /."""
    session.clear()
    return redirect(url_for("pages.index"), code=303)
