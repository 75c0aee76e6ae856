"""The AsyncAPI document says what the running server does, and all of it."""

import ast
import importlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests
from socketio.exceptions import ConnectionError as NotConnected

from kit import npm
from kit.checking.server import Server
from kit.course import ROOT
from kit.setup_failures import SetupError
from tests import npm_lock
from tests.deploy.conftest import missing
from tests.reference.conftest import Serve
from tests.reference.described import Client

PARSER = Path(__file__).parent / "asyncapi"
Json = dict[str, Any]


@pytest.fixture
def server(serve: Serve) -> Iterator[Server]:
    server = Server(serve(FEED_SECONDS=0.05, DEMO=True), ROOT / "reference")
    yield server
    server.close()


@pytest.fixture
def url(server: Server) -> str:
    return f"{server.app.url}/api/asyncapi.json"


@pytest.fixture
def document(url: str) -> Json:
    answer: Json = requests.get(url, timeout=20).json()
    return answer


def messages(document: Json, action: str) -> set[str]:
    """Return the names of the events that the server receives, or sends."""
    found = document["components"]["messages"]
    return {one["name"] for name, one in found.items() if name.split(".")[1] == action}


# ---- a client written from it


def event_of(client: Client, operation: Json) -> str:
    return str(client.document.message(operation)["name"])


def test_every_event_is_answered_as_the_document_says(url: str) -> None:
    ana = Client(url, "main")
    ana.expect("welcome")
    for operation in ana.received_by_it():
        for payload in ana.payloads(operation):
            answer = ana.ask(operation, payload)
            assert not answer.is_refusal, (operation["messages"], payload, answer.content)
    (join,) = [one for one in ana.received_by_it() if event_of(ana, one) == "join_dashboard"]
    ana.ask(join, ana.payloads(join)[0])
    ana.expect("update_data")
    for operation in ana.received_by_it():
        answer = ana.ask(operation, {"nonsense": True})
        assert answer.is_refusal, operation["messages"]
    ana.close()
    assert set(ana.sent_by_it) - {event for event, _ in ana.heard} == {"goodbye"}


def test_an_event_that_is_not_in_the_document_is_refused_as_it_says(url: str) -> None:
    ana = Client(url, "main")
    content = ana.call("nonsense", None)
    refuse = ana.document.content["components"]["messages"]["main.refuse.event"]
    assert ana.document.fits(refuse, content)
    assert content["error"]["code"] == "unknown_event"
    ana.close()


def test_a_client_comes_back_as_the_document_says(url: str) -> None:
    ana = Client(url, "main")
    asked = {event_of(ana, one): one for one in ana.received_by_it()}
    begun = ana.expect("welcome")["session"]
    joined = ana.payloads(asked["join_dashboard"])[0]
    ana.ask(asked["join_dashboard"], joined)
    ana.expect("update_data")
    ana.close()
    number = ana.known["number"]

    again = Client(url, "main")
    assert again.expect("welcome")["session"] != begun
    answer = again.ask(asked["resume_session"], {"session": begun, "number": number})
    assert answer.content["dashboard"] == joined["dashboard"]
    again.expect("update_data")
    again.close()
    numbers = [payload["number"] for event, payload in again.heard if event == "update_data"]
    assert numbers == list(range(number + 1, number + 1 + len(numbers)))


@pytest.mark.parametrize(
    ("channel", "auth", "code"),
    [
        ("main", {"token": "nonsense"}, "token_invalid"),
        ("admin", {"token": "nonsense"}, "token_invalid"),
        ("admin", None, "forbidden"),
    ],
)
def test_a_connection_is_refused_as_the_document_says(
    url: str, channel: str, auth: Json | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals: list[Any] = []
    monkeypatch.setattr(Client, "_refused", lambda _, content: refusals.append(content))
    with pytest.raises(NotConnected):
        Client(url, channel, auth)
    (content,) = refusals
    document: Json = requests.get(url, timeout=20).json()
    described = Client(url, "main")
    assert described.document.fits(
        document["components"]["messages"][f"{channel}.refuse.connect"], content
    )
    described.close()
    assert content["message"] == content["data"]["code"] == code


def test_an_administrator_signs_in_as_the_document_says(url: str) -> None:
    visitor = requests.Session()
    own = url.removesuffix("/api/asyncapi.json")
    form = {"name": "demo", "password": "demo"}
    visitor.post(f"{own}/auth/login", form, timeout=20).raise_for_status()
    token = visitor.get(f"{own}/auth/token", timeout=20).json()["token"]
    admin = Client(url, "admin", {"token": token})
    admin.expect("figures")
    assert admin.call("nonsense", None)["error"]["code"] == "forbidden"
    admin.close()


# ---- nothing is left out


def test_it_names_every_event_that_has_a_handler_and_no_other(
    server: Server, document: Json
) -> None:
    by_the_library = {"disconnect", "*"}
    assert messages(document, "receive") == set(server.app.handlers() or []) - by_the_library


def calls(*functions: str) -> Iterator[tuple[ast.Call, ModuleType]]:
    """Give each call of these functions in the reference's source, with the module it is in."""
    for file in (ROOT / "reference" / "dashboard").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", None))
                if called in functions:
                    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
                    yield node, importlib.import_module(name.removesuffix(".__init__"))


def texts(node: ast.expr) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def codes(call: ast.Call, module: ModuleType) -> list[str]:
    """Return the code that a call is given: itself, or in a constant, `*EXPIRED` or `**UNKNOWN`."""
    if call.keywords and isinstance(name := call.keywords[0].value, ast.Name):
        return [getattr(module, name.id)["code"]]
    if isinstance(call.args[0], ast.Starred) and isinstance(name := call.args[0].value, ast.Name):
        return [getattr(module, name.id)[0]]
    return texts(call.args[0])


def test_it_names_every_event_that_the_source_sends_and_no_other(document: Json) -> None:
    sent = {text for call, _ in calls("emit") for text in texts(call.args[0])}
    assert messages(document, "send") == sent


def test_it_names_every_code_that_the_source_can_give_and_no_other(document: Json) -> None:
    given = {code for call in calls("Refused", "envelope") for code in codes(*call)}
    field = document["components"]["schemas"]["Error"]["properties"]["code"]
    assert set(field["enum"]) == given
    assert all(f"`{code}`" in field["description"] for code in given)


def test_every_event_and_field_is_described(document: Json) -> None:
    parts = document["components"]
    described = {
        f"{name}.{field}": content.get("description")
        for name, schema in parts["schemas"].items()
        for field, content in schema["properties"].items()
    }
    described |= {name: one["description"] for name, one in parts["messages"].items()}
    described |= {name: one["description"] for name, one in document["operations"].items()}
    described |= {name: one["description"] for name, one in parts["schemas"].items()}
    assert [name for name, text in described.items() if not text] == []


# ---- it is an AsyncAPI document


def test_the_official_parser_accepts_it(document: Json) -> None:
    try:
        with npm.alone(ROOT, "asyncapi", lambda: None):
            packages = npm.fetched(ROOT, "asyncapi", PARSER, lambda: None)
        node = npm.node_command()
    except SetupError as error:
        missing(f"AsyncAPI's parser cannot be had: {error}")
    done = subprocess.run(
        [*node, str(PARSER / "parse.js")],
        env=os.environ | {"NODE_PATH": str(packages / "node_modules")},
        input=json.dumps(document),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["is_whole"]
    assert [one for one in said["found"] if one["severity"] in {"error", "warning"}] == []


def test_the_npm_lock_is_exact_and_names_no_place() -> None:
    # It counts who installs it, where it may.
    npm_lock.assert_exact(PARSER, with_scripts=frozenset({"node_modules/@scarf/scarf"}))
