"""A live dashboard: Flask for the pages, Socket.IO for the live data."""

from flask import Flask

from . import api, auth, dashboards, events, pages, rooms
from .config import Config, Development
from .extensions import socketio
from .feed import Feed


# lab 1: make a new app from the configuration it is given
def create_app(config: type[Config] | str = Development) -> Flask:
    """Return a new app with `config`: a class, or the dotted path of one.

    A variable `DASHBOARD_NAME` in the system's environment sets `NAME`, whatever the class says.
    Nothing is shared between two apps made in one process.
    Raises RuntimeError where the secret key is missing or empty.
    """
    # lab 1: load the configuration, and what the system's environment adds to it
    app = Flask(__name__)
    app.config.from_object(config)
    app.config.from_prefixed_env("DASHBOARD")

    # lab 1: refuse to start without a secret key
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("There is no secret key. Set DASHBOARD_SECRET_KEY, then start again.")

    # lab 1: answer GET /healthz
    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        return {"status": "ok", "environment": app.config["ENVIRONMENT"], "debug": app.debug}

    # lab 2 (given): open a dashboard for each source
    app.extensions["dashboards"] = dashboards.open_all(app.config)

    # lab 2: mount the three blueprints
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(auth.blueprint)

    # lab 3 (given): who is connected, as a set of sids
    app.extensions["clients"] = set()

    # lab 3: attach Socket.IO to the app
    socketio.init_app(app)

    # lab 6 (given): the feed, which the first client to join will start
    app.extensions["feed"] = Feed(app)

    return app
