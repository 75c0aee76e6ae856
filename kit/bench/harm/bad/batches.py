"""Which bad client sends what, in batches, and how much of it."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kit.bench.harm.bad.attack import Attack
from kit.bench.harm.bad.http import Requests
from kit.bench.harm.bad.packets import TEXT, Packets, framed
from kit.bench.harm.bad.polling import Polling
from kit.bench.harm.bad.requests import requests
from kit.bench.harm.bad.texts import forged
from kit.bench.harm.bad.websockets import Forger, Packeted

Kinds = dict[type[Attack], tuple[SearchStrategy[Any], int]]


def batches(packets: Packets, genuine: list[str]) -> Kinds:
    """Return for each kind of bad client what it sends as one batch, and its weight in the whole.

    `genuine` are a session text and a token that the server has signed for somebody else.
    """

    def ended(good: SearchStrategy[bytes], bad: SearchStrategy[bytes]) -> SearchStrategy[Any]:
        """Some that the connection outlives, and one that it may not."""
        batches = st.lists(good, min_size=1, max_size=40)
        return st.builds(lambda some, last: [*some, last], batches, bad)

    texts = packets.events.map(lambda text: framed(TEXT, text.encode()))
    false = forged(genuine).map(lambda text: text.encode(errors="replace").decode())

    # Of the genuine ones, the session is a member's: a guest may not go on with it.
    resuming = st.one_of(false, st.just(genuine[0])).map(
        lambda text: f'42["resume_session",{json.dumps({"session": text, "number": 0})}]'
    )
    administrating = false.map(lambda text: f"40/admin,{json.dumps({'token': text})}")
    shown = st.builds(
        lambda token, rest: [f"40{json.dumps({'token': token})}", "40", *rest],
        false,
        st.lists(resuming | administrating, min_size=1, max_size=20),
    ).map(lambda texts: [framed(TEXT, text.encode()) for text in texts])
    return {
        Packeted: (
            st.one_of(
                st.lists(texts, min_size=1, max_size=40),
                ended(texts, packets.illegal_frames),
                ended(packets.legal_frames, packets.illegal_frames),
            ),
            60,
        ),
        Polling: (st.lists(packets.bodies, min_size=1, max_size=4), 20),
        Requests: (st.lists(requests(), min_size=1, max_size=6), 14),
        Forger: (shown, 6),
    }
