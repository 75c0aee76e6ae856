"""Payloads that do not fit, made from what the contract of lab 10 says of each field.

First each field alone in each way that it can be wrong, then several at once: by a random number
generator with a fixed seed, so that they are the same each time.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kit.checking import Cause, causes

why = causes(__file__, "10_error_handling")
Wrong = tuple[Any, Cause]
SEED, AT_ONCE = 10, 25


@dataclass(frozen=True)
class Field:
    """A field of a payload: a value that fits, some that do not, and whether it may be missing."""

    right: Any
    wrong: tuple[Wrong, ...]
    is_needed: bool = False


@dataclass(frozen=True)
class Bad:
    """What is sent with an event and does not fit; `cause` is why it may be taken all the same.

    With `names_none` it names no dashboard, and may be refused as that too; a `join` or a leave has
    to be, since lab 6.
    """

    event: str
    payload: tuple[Any, ...]
    cause: Cause
    names_none: bool = False
    join: bool = False


def _wrong(cause: Cause, *values: Any) -> tuple[Wrong, ...]:
    return tuple((value, cause) for value in values)


NO_TEXT = _wrong(why.type_guessed, None, 7, 2.5, True, ["tides"], {"id": "tides"})
NO_NUMBER = (
    *_wrong(why.bool_counts, True, False),
    *_wrong(why.type_guessed, "1", "", [1], {"n": 1}),
)
NO_COUNT = (
    *NO_NUMBER,
    *_wrong(why.type_guessed, 2.5),
    *_wrong(why.bounds_open, 0, -1, 1001, 10**9),
)
NO_STRETCH = (
    *_wrong(why.type_guessed, 10, True, ["10s"]),
    *_wrong(why.stretch_trusted, "", "s", "10", "0s", "-5s", "soon", "10 parsecs", "10s 5s"),
)
NO_LIST = _wrong(why.type_guessed, "level", 7, True, {"level": 1}, [7], [None], ["level", True])
NO_ACTION = _wrong(why.unknown_action, "drop", "FILTER", "", "filter ", None, 7, True, ["filter"])

DASHBOARD = Field("tides", NO_TEXT, is_needed=True)
LAST = Field(5, NO_COUNT)
Fields = Mapping[str, Field]
FILTER: Fields = {
    "action": Field("filter", NO_ACTION, is_needed=True),
    "dashboard": DASHBOARD,
    "column": Field("level", NO_TEXT, is_needed=True),
    "at_least": Field(1, NO_NUMBER),
    "at_most": Field(2.5, NO_NUMBER),
    "last": LAST,
}
AGGREGATE: Fields = {
    "action": Field("aggregate", NO_ACTION, is_needed=True),
    "dashboard": DASHBOARD,
    "every": Field("1min", (*NO_STRETCH, *_wrong(why.type_guessed, None)), is_needed=True),
    "last": LAST,
}
# What the events of earlier labs take.
REFRESH: Fields = {
    "dashboard": DASHBOARD,
    "last": LAST,
    "columns": Field(["level"], NO_LIST),
    "every": Field("1min", NO_STRETCH),
}
CHART: Fields = {
    "dashboard": DASHBOARD,
    "after": Field(0, (*NO_NUMBER, *_wrong(why.type_guessed, 1.5))),
}
EARLIER = {"refresh_data": REFRESH, "update_chart": CHART}


def right(fields: Fields) -> dict[str, Any]:
    """Return a payload that fits."""
    return {name: field.right for name, field in fields.items()}


def of_process_data() -> Iterator[Bad]:
    """Yield payloads of `process_data` that do not fit, and one after them by chance."""
    for fields in (FILTER, AGGREGATE):
        yield from _one_field("process_data", fields)
    for payload in (None, "filter", 7, True, [], [right(FILTER)], {}):
        yield Bad("process_data", (payload,), why.shape_trusted)
    yield Bad("process_data", (), why.shape_trusted)
    yield Bad("process_data", (right(FILTER), right(AGGREGATE)), why.several_taken)
    chance = random.Random(SEED)
    for _ in range(AT_ONCE):
        yield _several_fields("process_data", chance.choice((FILTER, AGGREGATE)), chance)


def of_earlier_events() -> Iterator[Bad]:
    """Yield payloads of the earlier labs' events that do not fit."""
    for event, fields in EARLIER.items():
        nonsense = {"dashboard": "tides", "last": "x", "after": "x", "nonsense": True}
        yield Bad(event, (nonsense,), why.earlier_unchecked)
        yield from _one_field(event, fields)
        for payload in ("tides", 7, True, [], ["tides"], {}):
            yield Bad(event, (payload,), why.shape_trusted, names_none=True)
        yield Bad(event, (right(fields), right(fields)), why.several_taken)
    for event in ("join_dashboard", "leave_dashboard"):
        for payload in (
            None,
            "tides",
            7,
            True,
            [],
            {},
            *({"dashboard": one} for one, _ in NO_TEXT),
        ):
            yield Bad(event, (payload,), why.shape_trusted, names_none=True, join=True)


def _one_field(event: str, fields: Fields) -> Iterator[Bad]:
    """Yield payloads with one fault each."""
    for name, field in fields.items():
        for value, cause in field.wrong:
            payload = right(fields) | {name: value}
            yield Bad(event, (payload,), cause, names_none=name == "dashboard")
        if field.is_needed:
            payload = {other: one for other, one in right(fields).items() if other != name}
            yield Bad(event, (payload,), why.field_missing, names_none=name == "dashboard")
    for name in ("at_leats", "dashboards", "Last", "__class__"):
        yield Bad(event, (right(fields) | {name: 1},), why.unknown_field)


def _several_fields(event: str, fields: Fields, chance: random.Random) -> Bad:
    """Return a payload with two faults or three; the cause is that of the first."""
    payload, causes_of = right(fields), []
    names = chance.sample(sorted(fields), chance.choice((2, 3)))
    for name in names:
        payload[name], cause = chance.choice(fields[name].wrong)
        causes_of.append(cause)
    return Bad(event, (payload,), causes_of[0], names_none="dashboard" in names)
