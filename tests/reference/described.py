"""A client that knows of the server what its AsyncAPI document says, and nothing else.

It reads the document, sends every event with payloads made from the schemas, and holds whatever it
is sent against the schemas. `Undescribed` is raised for what the document does not tell.
"""

import queue
from dataclasses import dataclass
from typing import Any

import jsonschema
import requests
import socketio

PATIENCE = 20.0  # seconds
Json = dict[str, Any]


class Undescribed(AssertionError):
    """The server has sent something that is not in the document, or not as it says there."""


class Document:
    """An AsyncAPI document."""

    def __init__(self, content: Json) -> None:
        self.content = content

    def at(self, node: Json) -> Json:
        """Return what a node refers to, or the node itself."""
        while "$ref" in node:
            found: Any = self.content
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def operations(self, channel: str, action: str) -> list[Json]:
        """Return what the server does on a channel: what it receives, or what it sends."""
        ours = {"$ref": f"#/channels/{channel}"}
        every = self.content["operations"].values()
        return [one for one in every if one["action"] == action and one["channel"] == ours]

    def message(self, operation: Json) -> Json:
        (found,) = operation["messages"]
        return self.at(found)

    def fits(self, message: Json, payload: Any) -> bool:
        """Whether a payload is as the message says."""
        schema = message["payload"] | {"components": self.content["components"]}
        return bool(jsonschema.Draft202012Validator(schema).is_valid(payload))

    def payloads(self, schema: Json, known: Json) -> list[Any]:
        """Return payloads that fit: for each alternative, the shortest and the longest."""
        schema = self.at(schema)
        choices = schema.get("oneOf") or schema.get("anyOf")
        if choices:
            return [one for choice in choices for one in self.payloads(choice, known)]
        return [self.made(schema, known, is_full) for is_full in (False, True)]

    def made(self, schema: Json, known: Json, is_full: bool) -> Any:
        """Return a value that fits a schema; a field that was heard in an event has its value."""
        schema = self.at(schema)
        for word in ("examples", "enum"):
            if word in schema:
                return schema[word][0]
        for word in ("const", "minimum"):
            if word in schema:
                return schema[word]
        if "anyOf" in schema:
            return self.made(schema["anyOf"][0], known, is_full)
        if schema["type"] != "object":
            return {"string": "", "integer": 0, "number": 0.5, "array": [], "null": None}[
                schema["type"]
            ]
        wanted = schema["properties"] if is_full else schema.get("required", [])
        return {
            name: known[name]
            if name in known and "examples" not in schema["properties"][name]
            else self.made(schema["properties"][name], known, is_full)
            for name in wanted
        }


@dataclass
class Answer:
    """What acknowledged an event: whether it is a refusal, and the argument."""

    is_refusal: bool
    content: Any


class Client:
    """One connection to one channel of the server that the document at `url` describes."""

    def __init__(self, url: str, channel: str, auth: Json | None = None) -> None:
        """Connect. Raises socketio's ConnectionError where that is refused: see `refusal`."""
        content: Json = requests.get(url, timeout=PATIENCE).json()
        self.document = Document(content)
        self.channel = channel
        self.address = content["channels"][channel]["address"]
        self.known: Json = {}  # the newest value of each field that was heard
        self.heard: list[tuple[str, Json]] = []
        self.wrong: list[str] = []
        self.events: queue.Queue[str] = queue.Queue()
        self.refusal: Json | None = None
        self.sent_by_it = {
            self.document.message(one)["name"]: self.document.message(one)
            for one in self.document.operations(channel, "send")
        }
        self.client = socketio.Client(reconnection=False, handle_sigint=False)
        self.client.on("*", self._hear, namespace=self.address)
        self.client.on("connect_error", self._refused, namespace=self.address)
        (server,) = content["servers"].values()
        scheme = {"ws": "http", "wss": "https"}[server["protocol"]]
        self.client.connect(
            f"{scheme}://{server['host']}",
            socketio_path=server["pathname"],
            namespaces=[self.address],
            auth=auth,
            wait_timeout=PATIENCE,
        )

    def _hear(self, event: str, *arguments: Any) -> None:
        message = self.sent_by_it.get(event)
        if message is None or len(arguments) != 1:
            self.wrong.append(f"{event} is not described: {arguments}")
        elif not self.document.fits(message, arguments[0]):
            self.wrong.append(f"{event} is described in another way: {arguments}")
        else:
            self.known |= arguments[0]
            self.heard.append((event, arguments[0]))
            self.events.put(event)

    def _refused(self, content: Json) -> None:
        self.refusal = content

    def expect(self, event: str) -> Json:
        """Return the payload of the next event of that name."""
        while self.events.get(timeout=PATIENCE) != event:
            pass
        return next(payload for name, payload in reversed(self.heard) if name == event)

    def received_by_it(self) -> list[Json]:
        """Return the operations that a client can ask for once it is connected."""
        found = self.document.operations(self.channel, "receive")
        return [one for one in found if self.document.message(one)["name"] != "connect"]

    def payloads(self, operation: Json) -> list[Any]:
        return self.document.payloads(self.document.message(operation)["payload"], self.known)

    def ask(self, operation: Json, payload: Any) -> Answer:
        """Send an event; return its acknowledgement, which is as the document says."""
        event = self.document.message(operation)["name"]
        content = self.call(event, payload)
        accept, refuse = (self.document.at(one) for one in operation["reply"]["messages"])
        for is_refusal, message in ((False, accept), (True, refuse)):
            if self.document.fits(message, content):
                return Answer(is_refusal, content)
        raise Undescribed(f"the acknowledgement of {event} {payload}: {content}")

    def call(self, event: str, payload: Any) -> Any:
        """Send any event; return the argument of its acknowledgement."""
        argument = () if payload is None else payload
        return self.client.call(event, argument, namespace=self.address, timeout=PATIENCE)

    def close(self) -> None:
        """End the connection. Raises Undescribed where it was sent what the document lacks."""
        self.client.disconnect()
        if self.wrong:
            raise Undescribed("\n".join(self.wrong))
