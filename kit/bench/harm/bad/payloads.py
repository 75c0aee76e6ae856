"""Payloads that no client should send, and near misses of those that they should."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kit.bench.harm.target import PRIVATE, PUBLIC

MOST = 16_384  # bytes of one message that the server takes

any_text = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates as well
odd_texts = st.sampled_from(
    [
        *(
            "",
            " ",
            "\x00",
            "\x1e",
            "\ud800",
            "𝄞",
            "a\nb",
            "null",
            "__proto__",
            "constructor",
            "%s%n",
        ),
        *(
            "../../etc/passwd",
            "dashboard_stocks",
            "STOCKS",
            "stocks\x00",
            " stocks",
            "stocks,machine",
        ),
        *("<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "ß" * 100, "x" * 201, "x" * 5000),
    ]
)
odd_numbers = st.sampled_from(
    [
        *(0, -1, 1, 1000, 1001, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, 10**30, 10**400),
        *(0.5, -0.0, 1e308, float("nan"), float("inf"), float("-inf"), True, False),
    ]
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), odd_numbers, any_text)
values = st.recursive(
    scalars | odd_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=8,
)

# Rooms as the libraries know them, and as a client might hope that they are called.
room_names: SearchStrategy[Any] = st.one_of(
    st.sampled_from([PUBLIC, PRIVATE, f"dashboard_{PUBLIC}", f"dashboard_{PRIVATE}", "dashboard_"]),
    *(odd_texts, any_text, scalars),
)


@st.composite
def _deep(draw: Any) -> str:
    """JSON that is nested thousands of times, closed or not."""
    opening, closing = draw(st.sampled_from([("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")]))
    depth = draw(st.integers(100, (MOST - 100) // len(opening + closing)))
    return str(opening * depth + "1" + closing * (depth * draw(st.booleans())))


@st.composite
def _giant(draw: Any) -> str:
    """JSON that is large in some other way, about as large as may be."""
    return str(
        draw(
            st.sampled_from(
                [
                    f"[{'1,' * 8000}1]",
                    "9" * 16_000,
                    f"-{'9' * 5000}",
                    "1e999999",
                    f'"{"x" * 16_000}"',
                    json.dumps({str(name): name for name in range(1200)}),
                    "{" + ",".join(['"a":1'] * 2000) + "}",
                ]
            )
        )
    )


@st.composite
def _spoiled(draw: Any) -> str:
    """JSON in which one piece is missing or too much."""
    text = json.dumps(draw(values))
    at = draw(st.integers(0, len(text)))
    wrong: str = draw(st.sampled_from(["", ",", "}", "\x00", "NaN", "\\u", "'"]))
    return text[:at] + wrong + text[at + 1 :]


json_values = values.map(json.dumps)  # with NaN and Infinity as Python writes them
json_texts = st.one_of(json_values, json_values, json_values, _deep(), _giant(), _spoiled())


def payloads_of(
    schema: dict[str, Any], columns: dict[str, list[str]]
) -> SearchStrategy[dict[str, Any]]:
    """Return what fits the JSON schema of an event's payload, as a rule.

    `columns` has the names of each dashboard's columns.
    """
    every_column = st.sampled_from(sorted({name for names in columns.values() for name in names}))
    known: dict[str, SearchStrategy[Any]] = {
        "dashboard": st.sampled_from(sorted(columns)),
        "column": every_column,
        "columns": st.lists(every_column, max_size=3),
    }

    def fitting(part: dict[str, Any], name: str = "") -> SearchStrategy[Any]:
        if "$ref" in part:
            return fitting(schema["$defs"][part["$ref"].rpartition("/")[2]])
        if name in known:
            return known[name]
        options = part.get("anyOf") or part.get("oneOf")
        if options:
            return st.one_of(*(fitting(option) for option in options if option != {"type": "null"}))
        if "const" in part or "enum" in part:
            return st.sampled_from(part.get("enum") or [part["const"]])
        if part.get("type") == "object":
            fields = {key: fitting(one, key) for key, one in part["properties"].items()}
            needed = {key: fields.pop(key) for key in part.get("required", ())}
            return st.fixed_dictionaries(needed, optional=fields)
        return _plain(part)

    return fitting(schema)


def _plain(part: dict[str, Any]) -> SearchStrategy[Any]:
    """Return what fits a part of a schema that is no object."""
    match part.get("type"):
        case "string" if "pattern" in part:
            return st.from_regex(part["pattern"].replace(r"\d", "[0-9]"), fullmatch=True)
        case "string":
            return st.text(max_size=20)
        case "integer":
            return st.integers(part.get("minimum", -1000), part.get("maximum", 1000))
        case "number":
            return st.floats(allow_nan=False, allow_infinity=False)
    return values


@st.composite
def near_misses(draw: Any, fitting: SearchStrategy[dict[str, Any]]) -> Any:
    """A payload that fits but for one thing; now and then it fits altogether."""
    payload = draw(fitting)
    name = draw(st.sampled_from([*sorted(payload), "other"]))
    match draw(st.integers(0, 7)):
        case 0:
            payload.pop(name, None)
        case 1:
            payload[name] = draw(room_names if name == "dashboard" else values)
        case 2:
            payload[name] = draw(odd_numbers)
        case 3:
            payload[name] = draw(odd_texts)
        case 4:
            payload[name] = [payload.get(name)]
        case 5:
            payload[name.upper()] = payload.pop(name, 1)
        case 6:
            return draw(st.sampled_from([[payload], json.dumps(payload), {"data": payload}]))
    return payload
