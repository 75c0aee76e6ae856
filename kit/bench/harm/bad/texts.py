"""Session texts and tokens that no server has signed."""

import base64
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from kit.bench.harm.bad.payloads import any_text, odd_texts


def forged(genuine: list[str]) -> SearchStrategy[str]:
    """Return texts that look like the `genuine` ones, which a server has signed, and are not."""

    def touched(text: str, at: int, letter: str) -> str:
        at %= len(text)
        return text[:at] + letter + text[at + (letter != "") :]

    some: tuple[Any, ...] = ("ana", 1, None, [], {})
    sessions = URLSafeSerializer("another key", salt="session")
    tokens = URLSafeTimedSerializer("another key", salt="token")
    made = [
        *(str(sessions.dumps(name)) for name in some),
        *(str(tokens.dumps(name)) for name in some),
        *(f"{base64.b64encode(text.encode()).decode()}.x.y" for text in ("ana", "{}")),
        *(".", "..", "a.b", "a.b.c", "=", "é.é"),
    ]
    return st.one_of(
        st.builds(
            touched, st.sampled_from(genuine), st.integers(0, 200), st.sampled_from("aZ09-_.")
        ),
        st.sampled_from(genuine).map(lambda text: text[: len(text) // 2]),
        st.sampled_from(genuine).map(lambda text: f"{text}.{text}"),
        *(st.sampled_from(made), any_text, odd_texts),
    ).filter(lambda text: text not in genuine)
