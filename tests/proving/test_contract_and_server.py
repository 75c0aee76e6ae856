"""What the contract promises, the finished server's own description allows."""

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from checks import contract
from dashboard import create_app
from dashboard.config import Testing
from dashboard.ops.answers import ACKNOWLEDGED, SENT, SENT_TO_ADMINISTRATORS, Refusal
from dashboard.payloads import PAYLOADS
from kit.checking.contract import Asked, Told

Schema = dict[str, Any]
MODELS = [one for one in vars(contract).values() if isinstance(one, type) and issubclass(one, Told)]
MODELS.remove(Told)
ANSWERS = [one for one in MODELS if one.request]
EVENTS = [one for one in MODELS if not one.request]
ASKED = [one for one in vars(contract).values() if isinstance(one, Asked)]


def described(model: type[Told]) -> Any:
    """Return the server's own models of what this one stands for."""
    if model.event:
        return (SENT | SENT_TO_ADMINISTRATORS)[model.event]
    events = [one.event for one in ASKED if model in one.acknowledged]
    assert events, f"nothing is acknowledged with {model.__name__}"
    return Refusal | ACKNOWLEDGED[events[0]]


def within(narrow: Schema, wide: Schema, roots: tuple[Schema, Schema]) -> bool:
    """Whether the schema `wide` allows each value that `narrow` allows.

    Where `narrow` is open for further keys, these do not count.
    """
    narrow, wide = (resolved(one, root) for one, root in zip((narrow, wide), roots, strict=True))
    if "anyOf" in narrow:
        return all(within(one, wide, roots) for one in narrow["anyOf"])
    if "anyOf" in wide:
        return any(within(narrow, one, roots) for one in wide["anyOf"])
    same = narrow["type"] == wide["type"] or (narrow["type"], wide["type"]) == ("integer", "number")
    if not same or wide.get("const", narrow.get("const")) != narrow.get("const"):
        return False
    if narrow["type"] == "array":
        return within(narrow["items"], wide["items"], roots)
    return narrow["type"] != "object" or keys_within(narrow, wide, roots)


def keys_within(narrow: Schema, wide: Schema, roots: tuple[Schema, Schema]) -> bool:
    more = wide.get("additionalProperties", True)
    for name, schema in narrow.get("properties", {}).items():
        allowed = wide.get("properties", {}).get(name, more)
        if allowed is False or (allowed is not True and not within(schema, allowed, roots)):
            return False
    others = narrow.get("additionalProperties")
    typed = isinstance(others, dict) and isinstance(more, dict)
    return not typed or within(others, more, roots)


def resolved(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref", "")
    return root["$defs"][reference.rpartition("/")[2]] if reference else schema


def is_within(narrow: Any, wide: Any) -> bool:
    schemas = [TypeAdapter(model).json_schema() for model in (narrow, wide)]
    return within(schemas[0], schemas[1], (schemas[0], schemas[1]))


@pytest.mark.parametrize("model", EVENTS, ids=lambda model: model.__name__)
def test_the_server_may_send_what_the_contract_promises(model: type[Told]) -> None:
    assert is_within(model, described(model))


@pytest.mark.parametrize("model", ANSWERS, ids=lambda model: model.__name__)
def test_the_server_answers_requests_as_the_contract_promises(model: type[Told]) -> None:
    method, path = model.request.split()
    answer = create_app(Testing).test_client().open(path, method=method)
    assert model.read(answer.get_json(), model.request)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_example_of_a_payload_keeps_the_contract(model: type[Told]) -> None:
    assert model.read(model.example(), "the example").model_dump() == model.example()


def test_the_server_takes_every_event_of_the_contract() -> None:
    assert ASKED
    assert {one.event for one in ASKED} <= PAYLOADS.keys()


class Sent(BaseModel):
    number: int
    values: dict[str, float | None]


class Narrower(BaseModel):
    number: int
    values: dict[str, int]


class OtherType(BaseModel):
    number: str


class OtherValues(BaseModel):
    values: dict[str, list[int]]


class Longer(BaseModel):
    number: int
    name: str


def test_another_type_or_key_is_not_within() -> None:
    wide = TypeAdapter(Sent).json_schema() | {"additionalProperties": False}
    found = {}
    for model in (Narrower, OtherType, OtherValues, Longer):
        narrow = TypeAdapter(model).json_schema()
        found[model.__name__] = within(narrow, wide, (narrow, wide))
    assert found == {"Narrower": True, "OtherType": False, "OtherValues": False, "Longer": False}
