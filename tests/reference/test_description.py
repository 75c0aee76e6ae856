"""The AsyncAPI document says what the running server does."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pydantic import TypeAdapter

from kit.checking.participant import Participant
from kit.checking.server import Server
from kit.course import ROOT
from reference.dashboard.answers import ACKNOWLEDGED, SENT
from tests.reference.conftest import Serve


def resolved(document: Any, reference: str) -> Any:
    found = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for item in node.values() for found in references(item)]


@pytest.fixture
def server(serve: Serve) -> Iterator[Server]:
    server = Server(serve(FEED_SECONDS=0.05), ROOT / "reference")
    yield server
    server.close()


@pytest.fixture
def document(server: Server) -> dict[str, Any]:
    url = f"{server.app.url}/api/asyncapi.json"
    answer: dict[str, Any] = requests.get(url, timeout=20).json()
    return answer


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["asyncapi"] == "3.0.0"
    for reference in references(document):
        assert resolved(document, reference)


def test_it_names_every_event_that_has_a_handler_and_no_other(
    server: Server, document: dict[str, Any]
) -> None:
    operations = document["operations"]
    received = {
        resolved(document, reference)["name"]
        for one in operations.values()
        if one["action"] == "receive"
        for reference in [resolved(document, one["messages"][0]["$ref"])["$ref"]]
    }
    by_the_library = {"connect", "disconnect", "*"}
    assert received == set(server.app.handlers() or []) - by_the_library


def test_what_the_server_sends_fits_the_models(server: Server) -> None:
    ana = server.join("Ana")
    acks = {
        "refresh_data": ana.call("refresh_data", {"dashboard": "stocks", "last": 2}),
        "update_chart": ana.call("update_chart", {"dashboard": "stocks"}),
        "join_dashboard": ana.call("join_dashboard", {"dashboard": "machine"}),
    }
    number = ana.expect("update_data")["number"]
    acks["update_chart"] = ana.call("update_chart", {"dashboard": "machine", "after": number})
    asked = {"dashboard": "machine", "action": "filter", "column": "gap"}
    acks["process_data"] = ana.call("process_data", asked | {"column": "cpu"})
    session = ana.heard("welcome")[0]["session"]
    ana.expect("audience")
    ben = server.join("Ben")
    acks["resume_session"] = ben.call("resume_session", {"session": session, "number": number})
    acks["leave_dashboard"] = ben.call("leave_dashboard", {"dashboard": "machine"})
    refused = ben.call("process_data", asked)

    for event, ack in acks.items():
        model = ACKNOWLEDGED.get(event)
        assert model.model_validate(ack, strict=True) if model else ack is None, event
    assert refused["ok"] is False
    heard = everything(ana) + everything(ben)
    for event, payload in heard:
        TypeAdapter(SENT[event]).validate_python(payload)
    assert {event for event, _ in heard} == set(SENT) - {"goodbye"}


def everything(client: Participant) -> list[tuple[str, Any]]:
    client.settle()
    return client.everything_heard()
