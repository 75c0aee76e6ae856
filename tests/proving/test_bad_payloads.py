"""What lab 10's checks send as payloads that do not fit: none of it fits the server's models."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import bad_payloads
from dashboard.payloads import PAYLOADS, check
from dashboard.refusal import Refused

BAD = [*bad_payloads.of_process_data(), *bad_payloads.of_earlier_events()]
RIGHT = [
    ("process_data", bad_payloads.FILTER),
    ("process_data", bad_payloads.AGGREGATE),
    ("refresh_data", bad_payloads.REFRESH),
    ("update_chart", bad_payloads.CHART),
]
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=3,
)


def test_none_of_it_fits() -> None:
    assert len(BAD) > 200
    for bad in BAD:
        with pytest.raises(Refused) as refused:
            check(bad.event, bad.payload)
        codes = {"invalid_payload", "unknown_dashboard"} if bad.names_none else {"invalid_payload"}
        assert refused.value.code in codes, bad


def test_it_is_the_same_each_time() -> None:
    assert [*bad_payloads.of_process_data(), *bad_payloads.of_earlier_events()] == BAD


@pytest.mark.parametrize(("event", "fields"), RIGHT, ids=[str(at) for at in range(len(RIGHT))])
def test_what_it_is_made_from_fits(event: str, fields: bad_payloads.Fields) -> None:
    check(event, (bad_payloads.right(fields),))


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(st.sampled_from(sorted(PAYLOADS)), st.data())
def test_whatever_is_sent_fits_as_it_is_or_is_refused(event: str, data: st.DataObject) -> None:
    names = ["action", "dashboard", "column", "columns", "every", "last", "after", "number"]
    actions = st.sampled_from(["filter", "aggregate"]) | ANY
    some = st.dictionaries(st.sampled_from([*names, "session", "at_least"]), ANY, min_size=1)
    payload: Any = data.draw(ANY | some | st.builds(lambda d, a: d | {"action": a}, some, actions))
    try:
        model = check(event, (payload,))
    except Refused:
        return
    told = model.model_dump(exclude_unset=True) if model is not None else None
    assert told == payload
    assert [type(one) for one in (told or {}).values()] == [
        type(one) for one in (payload or {}).values()
    ]
