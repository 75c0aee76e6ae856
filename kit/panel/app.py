"""The page's server: a factory, as the course teaches it."""

from flask import Flask

from kit import language
from kit.course import Course
from kit.panel import (
    access,
    events,  # noqa: F401 - this registers its handlers, which has to come before `init_app`
    pages,
    state,
)
from kit.panel.address import Address
from kit.panel.extensions import socketio
from kit.report.page import filled

PING_SECONDS = 5  # so that a page which has gone without a word is missed within twice as long


def create_app(course: Course, address: Address, run: str) -> Flask:
    """Return the server of a course's panel, which answers at `address` to who shows its key.

    `run` names this process, as no other is named.
    """
    app = Flask(__name__)
    app.config.from_mapping(COURSE=course, ADDRESS=address, RUN=run)
    state.init_app(app)
    app.jinja_env.globals.update(language.for_templates())
    app.jinja_env.filters["filled"] = filled
    app.register_blueprint(pages.blueprint)
    socketio.init_app(
        app,
        cors_allowed_origins=access.is_own_origin,  # type: ignore[arg-type]
        ping_interval=PING_SECONDS,
        ping_timeout=PING_SECONDS,
    )
    access.init_app(app)  # around everything, Socket.IO included
    return app
