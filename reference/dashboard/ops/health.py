# lab 14 (given): a module for those who run the server
"""For those who run the server: whether it is ready, and what it has counted."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ..cluster.store import OK
from ..state import state

blueprint = Blueprint("health", __name__)


# lab 14 (given): say whether clients should be sent here
@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 where this process can serve clients, and 503 where it cannot, or is stopping.

    The status is a text: `ok`, `stopping`, `no redis`, or what Redis refuses things for, such as
    `redis is full`.
    """
    if state().is_stopping:
        return {"status": "stopping"}, 503
    store = state().store
    status = store.probe() if store else OK
    return {"status": status}, 200 if status == OK else 503


# lab 14 (given): show what was counted
@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the figures of this process in the format of Prometheus.

    It is not for the public: the proxy in front keeps it from outside.
    """
    return Response(generate_latest(state().metrics.registry), content_type=CONTENT_TYPE_LATEST)
