# lab 14 (given): a description for programs
"""The server's events as an AsyncAPI 3 document, made from the models that check the payloads.

See https://www.asyncapi.com/docs/reference/specification/v3.0.0.
"""

from typing import Any

from flask import Blueprint, current_app, request
from pydantic import BaseModel, ConfigDict, TypeAdapter

from ..dashboards import all_dashboards
from ..payloads import PAYLOADS, Aggregate, Chart, Choice, Filter, Refresh
from .answers import ACKNOWLEDGED, SENT, SENT_TO_ADMINISTRATORS, NotLetIn, Refusal
from .event_texts import CHANNELS, INFO, RECEIVED, TOKEN

blueprint = Blueprint("description", __name__, url_prefix="/api")
Json = dict[str, Any]


class Auth(BaseModel):
    """What a client shows when it connects; a guest shows nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    token: str | None = None
    """From `GET /auth/token`, for a member."""


class AdministratorsAuth(BaseModel):
    """What an administrator shows when they connect."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    token: str
    """From `GET /auth/token`."""


# A message for each of these. An event may go both ways: so the id of its message begins with
# `receive.`, `send.`, `accept.` or `refuse.`, as the server sees it.
MESSAGES: dict[str, dict[str, Any]] = {
    "main": {
        "receive.connect": Auth | None,
        **{f"receive.{event}": model for event, model in PAYLOADS.items()},
        **{f"send.{event}": model for event, model in SENT.items()},
        **{f"accept.{event}": ACKNOWLEDGED.get(event, type(None)) for event in PAYLOADS},
        "refuse.connect": NotLetIn,
        "refuse.event": Refusal,
    },
    "admin": {
        "receive.connect": AdministratorsAuth,
        **{f"send.{event}": model for event, model in SENT_TO_ADMINISTRATORS.items()},
        "refuse.connect": NotLetIn,
    },
}


# lab 14 (given): answer GET /api/asyncapi.json
@blueprint.get("/asyncapi.json")
def asyncapi() -> Json:
    """Return the document: a channel for each namespace, a message for each event.

    Its server is this one as whoever asks has found it, and its examples are the dashboards that
    they may see.
    """
    root, path = request.script_root, f"{request.script_root}/socket.io/"
    said = {
        "path": path,
        "root": root,
        "most_bytes": current_app.config["MOST_BYTES"],
        "session_seconds": current_app.config["SESSION_SECONDS"],
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Live dashboard", "version": "2.0.0", "description": INFO.format(**said)},
        "servers": {"dashboard": server(path)},
        "defaultContentType": "application/json",
        "channels": {"main": channel("main", "/"), "admin": channel("admin", "/admin")},
        "operations": {
            f"{where}.{message}": operation(where, message)
            for where, models in MESSAGES.items()
            for message in models
            if message.startswith(("receive.", "send."))
        },
        "components": components() | {"securitySchemes": {"token": TOKEN}},
    }


def server(path: str) -> Json:
    """Return where this server is, as the client that asks sees it."""
    return {
        "host": request.host,
        "protocol": "wss" if request.is_secure else "ws",
        "protocolVersion": "13",
        "pathname": path,
        "description": "Socket.IO 5 over Engine.IO 4, by WebSocket or long polling.",
    }


def channel(name: str, address: str) -> Json:
    """Return the channel of the namespace `address`, which has its messages under `name`."""
    query = {"EIO": {"const": "4"}, "transport": {"const": "websocket"}}
    asked = {"type": "object", "properties": query, "required": [*query]}
    return {
        "address": address,
        "description": CHANNELS[name],
        "servers": [{"$ref": "#/servers/dashboard"}],
        "messages": {
            one: {"$ref": f"#/components/messages/{name}.{one}"} for one in MESSAGES[name]
        },
        "bindings": {"ws": {"method": "GET", "query": asked}},
    }


def operation(where: str, message: str) -> Json:
    """Return what the server does with a message on the channel called `where`."""

    def on_channel(*messages: str) -> Json:
        found = [{"$ref": f"#/channels/{where}/messages/{one}"} for one in messages]
        return {"channel": {"$ref": f"#/channels/{where}"}, "messages": found}

    action, _, event = message.partition(".")
    result = {"action": action, "description": text(where, message), **on_channel(message)}
    if where == "admin":
        result["security"] = [{"$ref": "#/components/securitySchemes/token"}]
    if message == "receive.connect":
        welcome = ["send.welcome"] if where == "main" else []
        result["reply"] = on_channel(*welcome, "refuse.connect")
    elif action == "receive":
        result["reply"] = on_channel(f"accept.{event}", "refuse.event")
    return result


def text(where: str, message: str) -> str:
    """Return what a message is, in words."""
    action, _, event = message.partition(".")
    if action == "receive":
        return RECEIVED[event]
    if action == "accept":
        nothing = "" if event in ACKNOWLEDGED else ", without an argument"
        return f"The acknowledgement of `{event}` where it succeeds{nothing}."
    return str(MESSAGES[where][message].__doc__)


def components() -> Json:
    """Return the messages of all channels, and the schemas of their payloads."""
    ids = [(where, message) for where, models in MESSAGES.items() for message in models]
    schemas, definitions = TypeAdapter.json_schemas(
        [(one, "validation", TypeAdapter(MESSAGES[one[0]][one[1]])) for one in ids],
        ref_template="#/components/schemas/{model}",
    )
    messages = {}
    for where, message in ids:
        payload = schemas[(where, message), "validation"]
        if "discriminator" in payload:  # OpenAPI's is an object, AsyncAPI's the name of the field
            payload["discriminator"] = payload["discriminator"]["propertyName"]
        messages[f"{where}.{message}"] = {
            "name": message.partition(".")[2],
            "description": text(where, message),
            "payload": payload,
        }
    return {"messages": messages, "schemas": with_examples(definitions["$defs"])}


def with_examples(schemas: Json) -> Json:
    """Return the schemas, with dashboards and columns that there are where a client names some."""
    dashboards = all_dashboards()
    columns = [one.name for first in [*dashboards.values()][:1] for one in first.source.columns]
    for name in {model.__name__ for model in (Choice, Refresh, Chart, Filter, Aggregate)}:
        fields = schemas[name]["properties"]
        known = {"dashboard": [*dashboards], "column": columns, "columns": [columns]}
        for field in known.keys() & fields.keys():
            fields[field]["examples"] = known[field]
    return schemas
