"""Packets of Socket.IO and Engine.IO, and frames of WebSocket, that no client should send."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kit.bench.harm.bad.payloads import (
    any_text,
    json_texts,
    near_misses,
    odd_texts,
    payloads_of,
    room_names,
    values,
)
from kit.bench.websocket import FINAL, MASKED

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
SEPARATOR = "\x1e"  # between the packets of one body

ids = st.sampled_from(["", "", "0", "7", "00012", "9" * 99, "9" * 101, "-1", "1.5"])
places = st.sampled_from(
    [
        "",
        "",
        "",
        "",
        "/admin,",
        "/,",
        "/nowhere,",
        "/admin/ui,",
        "//,",
        "/admin?token=x,",
        "/",
        "/\x00,",
    ]
)
reserved = st.sampled_from(
    ["connect", "disconnect", "connect_error", "message", "json", "*", "ping"]
)


class Packets:
    """Strategies for packets, made from what a server says of itself: see `Target.schemas`."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        fitting = {
            event: payloads_of(schema, schemas["columns"])
            for event, schema in schemas["events"].items()
        }
        names = st.sampled_from(sorted(fitting))
        misses = names.flatmap(
            lambda name: near_misses(fitting[name]).map(lambda payload: [name, payload])
        )
        rooms = st.builds(
            lambda event, name: [event, {"dashboard": name}],
            st.sampled_from(["join_dashboard", "leave_dashboard", "update_chart", "refresh_data"]),
            room_names,
        )
        wrong = st.builds(lambda name, rest: [name, *rest], names, st.lists(values, max_size=3))
        strange = st.builds(
            lambda name, rest: [name, *rest],
            st.one_of(reserved, odd_texts, any_text),
            st.lists(values, max_size=2),
        )
        content = st.one_of(misses, misses, misses, rooms, wrong, strange).map(json.dumps)
        self.events: SearchStrategy[str] = st.builds(
            "42{}{}{}".format, st.sampled_from(["", "", "/admin,"]), st.integers(0, 999), content
        )
        """Events that the protocol allows: the connection should outlive them."""

        self.others: SearchStrategy[str] = st.one_of(
            st.builds("42{}{}{}".format, places, ids, json_texts),
            st.builds("40{}{}".format, places, json_texts),
            st.builds("41{}{}".format, places, st.sampled_from(["", "[]", "1"])),
            st.builds("43{}{}{}".format, places, ids, json_texts),
            st.builds("4{}{}{}".format, st.integers(4, 9), places, json_texts),
            # Binary: too few or too many attachments, placeholders that point nowhere.
            st.builds(
                lambda kind, count, at, number, rest: f"4{kind}{count}-{at}{number}{rest}",
                st.sampled_from("56"),
                st.sampled_from(["0", "1", "2", "999999999", "-1", "99999999999", "", "x"]),
                *(places, ids, _placeholders),
            ),
            st.builds("4{}".format, json_texts),
            st.builds(
                "{}{}".format, st.sampled_from("0123456789bx²٣\x00\ud7ff"), any_text.map(_encodable)
            ),
            st.sampled_from(["", "b", "b====", "bAAAA", "4", "40", "41", "3probe", "5", "6", "1"]),
        )
        """Packets that end the connection, or nearly."""

    @property
    def bodies(self) -> SearchStrategy[tuple[int, bytes]]:
        """How many packets, and the body of a POST that holds them."""
        good = st.lists(self.events, min_size=1, max_size=16)
        bad = st.lists(self.events | self.others, min_size=1, max_size=30)
        return st.one_of(
            good.map(_body),
            good.map(_body),
            bad.map(_body),
            st.binary(max_size=200).map(lambda body: (1, body)),
            st.sampled_from([(1, b"d="), (1, b"d=4%00"), (1, b""), (1, b"\x1e" * 500), (1, b"d")]),
            st.just((1, b"4" * 20_000)),
        )

    @property
    def legal_frames(self) -> SearchStrategy[bytes]:
        """Frames that the protocol allows, though no client sends them so."""
        texts = self.events.map(str.encode)
        return st.one_of(
            st.builds(_split, texts, st.integers(0, 300)),
            st.builds(framed, st.sampled_from([PING, PONG]), st.binary(max_size=125)),
            st.builds(
                lambda text, key: framed(TEXT, text, key=key),
                texts,
                st.binary(min_size=4, max_size=4),
            ),
        )

    @property
    def illegal_frames(self) -> SearchStrategy[bytes]:
        """Frames that the protocol does not allow, and ends."""
        some = st.binary(max_size=60)
        return st.one_of(
            st.builds(
                lambda first, second, rest: bytes((first, second)) + rest,
                st.integers(0, 255),
                st.integers(0, 255),
                some,
            ),
            some.map(lambda text: framed(TEXT, text, mask=False)),
            st.builds(lambda text, bits: framed(TEXT | bits << 4, text), some, st.integers(1, 7)),
            st.builds(lambda kind: framed(kind, b"4"), st.sampled_from([3, 4, 7, 11, 15])),
            st.just(framed(PING, b"p" * 126)),
            st.just(bytes((PING, MASKED)) + bytes(4)),  # a control frame in pieces
            st.binary(min_size=1, max_size=50).map(lambda text: framed(TEXT, b"4\xff" + text)),
            some.map(lambda text: framed(CONTINUATION, text)),
            st.builds(
                lambda code, reason: framed(CLOSE, code.to_bytes(2, "big") + reason),
                st.integers(0, 65535),
                some,
            ),
            st.sampled_from([framed(CLOSE, b""), framed(CLOSE, b"1"), framed(CLOSE, b"x" * 126)]),
            # More than there is, more than there can be, and more than may be.
            st.sampled_from([2**31, 2**62, 2**63, 2**64 - 1]).map(
                lambda size: (
                    bytes((FINAL | TEXT, MASKED | 127)) + size.to_bytes(8, "big") + bytes(64)
                )
            ),
            st.just(framed(TEXT, b"4" * 100_000)),
            st.just(framed(BINARY, b"\x00" * 40_000)),
            st.just(b"".join(framed(TEXT, b"4" * 5000, final=False) for _ in range(20))),
            self.others.map(lambda text: framed(TEXT, _encodable(text).encode())),
            some.map(lambda content: framed(BINARY, content)),
        )


_placeholders = st.one_of(
    st.builds(
        lambda number: json.dumps(["update_chart", {"_placeholder": True, "num": number}]),
        st.one_of(st.integers(-3, 3), values),
    ),
    json_texts,
)


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()


def _body(packets: list[str]) -> tuple[int, bytes]:
    return len(packets), SEPARATOR.join(map(_encodable, packets)).encode()


def framed(
    kind: int, payload: bytes, *, final: bool = True, mask: bool = True, key: bytes = bytes(4)
) -> bytes:
    """Return one frame; unlike `websocket.frame`, also one that is wrong."""
    size, bit = len(payload), MASKED * mask
    if size < 126:
        length = bytes([bit | size])
    elif size < 1 << 16:
        length = bytes([bit | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([bit | 127]) + size.to_bytes(8, "big")
    if mask and any(key):
        payload = bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))
    return bytes([FINAL * final | kind]) + length + key * mask + payload


def _split(text: bytes, at: int) -> bytes:
    """Return a text in two fragments, with a ping between them."""
    first = framed(TEXT, text[:at], final=False)
    return first + framed(PING, b"?") + framed(CONTINUATION, text[at:])
