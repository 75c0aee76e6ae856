"""A payload is read as a model: what differs is said, with the cause of the field."""

from typing import Any

import pytest

from kit.checking import JSON_TEXT, Cause, Failure
from kit.checking.contract import Number, Told, ZonedText, told

ANSWER = Cause("answer-wrong", "It differs.", "Compare.")
TIME = Cause("time-wrong", "The time differs.", "Look at the zone.")
NONE = Cause("none", "There is nothing.", "Send it.")


class Answer(Told, event="answer", otherwise=ANSWER, empty=NONE):
    """An answer."""

    name: str = told("the id, such as `machine`", example="machine")
    time: ZonedText = told("of the newest row", otherwise=TIME)
    values: dict[str, Number | None] = told("a number for each column")


RIGHT = {"name": "machine", "time": "2026-05-04T09:30:00Z", "values": {"cpu": 3, "load": None}}


def failure(payload: Any, **given: Any) -> Failure:
    with pytest.raises(Failure) as caught:
        Answer.read(payload, **given)
    return caught.value


def test_a_payload_that_keeps_the_contract_is_a_model() -> None:
    answer = Answer.read(RIGHT | {"more": 1}, name="machine")
    assert (answer.name, answer.values) == ("machine", {"cpu": 3, "load": None})


@pytest.mark.parametrize(
    ("payload", "expected", "got", "cause"),
    [
        (None, "`answer` is an object with `name`, `time`, `values`", "it was empty", NONE),
        (["machine"], "`answer` is an object with", 'it was ["machine"]', ANSWER),
        ('{"name": "machine"}', "`answer` is an object with", "it was", JSON_TEXT),
        ({"name": "machine"}, "`answer` is an object with", 'it was {"name": "machine"}', TIME),
        (RIGHT | {"name": 1}, "in `answer`, `name` is the id, such as `machine`", "it was", ANSWER),
        (RIGHT | {"time": "2026-05-04T09:30:00"},
         "in `answer`, a time is text in ISO 8601, with its zone", "it was", TIME),
        (RIGHT | {"values": {"cpu": True}}, "`values` is a number for each", "it was", ANSWER),
        (RIGHT | {"values": {"cpu": "3"}}, "`values` is a number for each", "it was", ANSWER),
        (RIGHT | {"values": '{"cpu": 3}'}, "`values` is a number for each", "it was", JSON_TEXT),
        (RIGHT | {"values": {"cpu": "3"}, "more": "x" * 200},
         "`values` is a number for each", '`values.cpu` was "3"', ANSWER),
    ],
)  # fmt: skip
def test_what_differs_is_said_with_its_cause(
    payload: Any, expected: str, got: str, cause: Cause
) -> None:
    found = failure(payload)
    assert expected in found.expected
    assert got in found.got
    assert found.cause == cause


def test_a_value_that_is_given_must_be_there() -> None:
    found = failure(RIGHT, name="stocks")
    assert found.expected == '`answer` has "stocks" as `name`'
    assert (found.got, found.cause) == ('it was "machine"', ANSWER)


def test_a_check_that_knows_better_names_the_cause() -> None:
    assert failure({}, otherwise=TIME).cause == TIME
