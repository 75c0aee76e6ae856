"""Signing in."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

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
    session["user"] = name
    return redirect(url_for("pages.index"), code=303)
