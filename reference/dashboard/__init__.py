"""A live dashboard: Flask for the pages, Socket.IO for the live data."""

from flask import Flask

from . import (
    admin,
    api,
    auth,
    dashboards,
    events,
    logs,
    origins,
    pages,
    people,
    processing,
    resuming,
    rooms,
    settings,
    thinning,
)
from .audiences import Audiences
from .cluster import sharing, store
from .config import Config, Development
from .engine import incoming
from .extensions import socketio
from .feed import Feed
from .middleware import cookies, cors, headers, hosts, packed, prefix
from .ops import description, health
from .ops.metrics import Metrics
from .rates import Rates
from .sessions import Sessions
from .state import State


# lab 1: make a new app from the configuration it is given
def create_app(config: type[Config] | str = Development) -> Flask:
    """Return a new app with `config`: a class, or the dotted path of one.

    A variable `DASHBOARD_NAME` in the system's environment sets `NAME`, whatever the class says.
    Two apps made in one process each have their own settings, routes and state.
    Raises RuntimeError where the secret key is missing or empty.
    """
    # lab 1: load the configuration, and what the system's environment adds to it
    app = Flask(__name__)
    app.config.from_object(config)
    app.config.from_prefixed_env("DASHBOARD")

    # lab 14 (given): a variable is a text, and a setting is more than that
    settings.init_app(app)

    # lab 8: write the log as JSON, a line for each request and event
    logs.init_app(app)

    # lab 1: refuse to start without a secret key
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("There is no secret key. Set DASHBOARD_SECRET_KEY, then start again.")

    # lab 1: answer GET /healthz
    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        return {"status": "ok", "environment": app.config["ENVIRONMENT"], "debug": app.debug}

    # lab 2 (given): what it has of its own, such as its dashboards
    open_state(app).init_app(app)

    # lab 13 (given): let charts go back as far as the configuration says
    thinning.init_app(app)

    # lab 12 (given): refuse to start where a private dashboard is none
    people.check_private(app)

    # lab 2: mount the three blueprints
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(auth.blueprint)

    # lab 14 (given): say whether it is ready and what it offers, and protect the pages
    app.register_blueprint(health.blueprint)
    app.register_blueprint(description.blueprint)
    headers.init_app(app)
    packed.init_app(app)

    # lab 3: attach Socket.IO to the app
    socketio.init_app(
        app,
        # lab 7: accept only the configured origins
        cors_allowed_origins=origins.acceptor(app),  # type: ignore[arg-type]
        # lab 12 (given): take no event that is larger than any should be
        max_http_buffer_size=app.config["MOST_BYTES"],
        # lab 12 (given): handle the events of each client one after the other, however fast
        async_handlers=False,
        # lab 14 (given): run as the configuration says, and share events with other processes
        async_mode=app.config["ASYNC_MODE"],
        client_manager=sharing.client_manager(app.config["QUEUE"], store.prefix(app.config)),
    )

    # lab 14 (given): say in each connection's id which process has it
    sharing.name_connections(app.config["PROCESS"])

    # lab 11 (given): show the server to the Socket.IO Admin UI
    admin.init_app(app)

    # lab 7 (given): let pages of the configured origins fetch what is for programs
    cors.init_app(app)

    # lab 12 (given): keep the session in a cookie of this server's own
    cookies.init_app(app)

    # lab 7 (given): what stands around the app, the outermost first
    around = [
        # lab 7 (given): work below any path
        prefix.init_app,
        # lab 7: look through the proxies in front
        origins.trust_proxies,
        # lab 7 (given): answer to its own names alone
        hosts.init_app,
        # lab 10 (given): end the connection of whoever sends what is no packet
        incoming.init_app,
    ]
    for put_around in reversed(around):
        put_around(app)

    return app


# lab 2 (given): what an app has of its own
def open_state(app: Flask) -> State:
    """Return the state of `app`, as its configuration has it. Raises SourceError."""
    # lab 14 (given): share most of it with other processes
    if app.config["REDIS"]:
        return sharing.shared_state(app)

    return State(
        dashboards=dashboards.open_all(app.config),
        # lab 6 (given): the feed of its rooms
        feed=Feed(app),
        # lab 9 (given): the sessions of its clients
        sessions=Sessions(
            app.config["SECRET_KEY"], app.config["SESSION_SECONDS"], app.config["KEEP_SESSIONS"]
        ),
        # lab 11 (given): what is counted, and who is told
        metrics=Metrics(app),
        board=admin.Board(app),
        audiences=Audiences(),
        # lab 12 (given): how often a client may ask
        rates=Rates(
            app.config["EVENTS_RATE"], app.config["CONNECTIONS_RATE"], app.config["PASSWORDS_RATE"]
        ),
    )
