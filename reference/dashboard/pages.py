"""The pages for people."""

from flask import Blueprint, render_template, session

# lab 2: a blueprint without a prefix, so that its page is the site's first
blueprint = Blueprint("pages", __name__)


# lab 2: answer GET / with the dashboard's page
@blueprint.get("/")
def index() -> str:
    """Return the page `index.html`, for the signed-in `user` or for None."""
    return render_template("index.html", user=session.get("user"))
