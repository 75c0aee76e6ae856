# lab 14 (given): a module for those who run the server
"""For those who run the server: whether it is ready, and what it has counted."""

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError

blueprint = Blueprint("health", __name__)


# lab 14: say whether clients should be sent here
@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 where this process can serve clients, and 503 where it cannot, or is stopping."""
    if current_app.extensions.get("stopping"):
        return {"status": "stopping"}, 503
    redis = current_app.extensions.get("redis")
    try:
        if redis is not None:
            redis.ping()
    except RedisError:
        return {"status": "no redis"}, 503
    return {"status": "ok"}


# lab 14: show what was counted
@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the figures of this process in the format of Prometheus.

    It is not for the public: the proxy in front keeps it from outside.
    """
    registry = current_app.extensions["metrics"].registry
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
