"""A toy: small enough to see every cut at a glance."""

from flask import Flask

from . import counting
from .shop import blueprint as shop


# lab 1: make the app
def create_app(name: str = "toy") -> Flask:
    """Return a new app."""
    app = Flask(name)

    # lab 2: mount the shop
    app.register_blueprint(shop)

    app.config.update(
        NAME=name,
        # lab 2: open at eight
        OPENS=8,
        # lab 3: and close
        CLOSES=max(17, 18),
    )

    # lab 3: count
    if name:
        counting.count(app)
    # still part of it
    app.config["COUNTED"] = True

    return app
