# lab 14 (given): a description for programs
"""The server's events as an AsyncAPI 3 document, made from the models that check the payloads.

See https://www.asyncapi.com/docs/reference/specification/v3.0.0.
"""

from typing import Any

from flask import Blueprint
from pydantic import TypeAdapter

from .answers import ACKNOWLEDGED, SENT, SENT_TO_ADMINISTRATORS, Refusal
from .payloads import PAYLOADS

blueprint = Blueprint("description", __name__, url_prefix="/api")
Models = dict[str, Any]


# lab 14: answer GET /api/asyncapi.json
@blueprint.get("/asyncapi.json")
def asyncapi() -> dict[str, Any]:
    """Return the document: a channel for each namespace, a message for each event.

    Some events go both ways. So the ids of messages and operations begin with `receive.`, `send.`
    or `acknowledge.`, as the server sees it; the event itself is the message's `name`.
    """
    received = {f"receive.{event}": model for event, model in PAYLOADS.items()}
    acknowledged = {
        f"acknowledge.{event}": ACKNOWLEDGED[event] | Refusal if event in ACKNOWLEDGED else Refusal
        for event in PAYLOADS
    }
    sent = {f"send.{event}": model for event, model in SENT.items()}
    board = {f"send.{event}": model for event, model in SENT_TO_ADMINISTRATORS.items()}
    schemas, definitions = TypeAdapter.json_schemas(
        [
            (name, "validation", TypeAdapter(model))
            for name, model in (received | acknowledged | sent | board).items()
        ],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Live dashboard", "version": "1.0.0"},
        "defaultContentType": "application/json",
        "channels": {
            "main": channel("/", received | acknowledged | sent),
            "admin": channel("/admin", board),
        },
        "operations": {name: operation("main", name) for name in received | sent}
        | {name: operation("admin", name) for name in board},
        "components": {
            "messages": {
                name: {"name": name.partition(".")[2], "payload": schema}
                for (name, _), schema in schemas.items()
            },
            "schemas": definitions.get("$defs", {}),
        },
    }


def channel(address: str, models: Models) -> dict[str, Any]:
    """Return the channel of a namespace, which carries the messages whose ids `models` has."""
    messages = {name: {"$ref": f"#/components/messages/{name}"} for name in models}
    return {"address": address, "messages": messages}


def operation(where: str, message: str) -> dict[str, Any]:
    """Return what the server does with a message on the channel called `where`."""
    action, _, event = message.partition(".")
    messages = f"#/channels/{where}/messages"
    result = {
        "action": action,
        "channel": {"$ref": f"#/channels/{where}"},
        "messages": [{"$ref": f"{messages}/{message}"}],
    }
    if action == "receive":
        answers = [{"$ref": f"{messages}/acknowledge.{event}"}]
        result["reply"] = {"channel": result["channel"], "messages": answers}
    return result
