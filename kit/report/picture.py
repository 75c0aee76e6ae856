"""What passed between clients and servers, laid out as a sequence diagram."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.checking.verdict import Mark, Packet
from kit.language import N_, _

MOST_LANES = 7
OTHERS = N_("others")  # whoever has no lane


@dataclass(frozen=True)
class Row:
    """A packet, and which lanes its arrow spans: from the one numbered `first`, so many.

    `who` says it in words, from whom to whom.
    """

    packet: Packet
    first: int
    span: int
    who: str


@dataclass(frozen=True)
class Picture:
    """The names of the lanes, servers first, and the rows below them."""

    lanes: tuple[str, ...]
    rows: tuple[Row, ...]


def picture(packets: Sequence[Packet]) -> Picture:
    """Return the picture of these packets."""
    shown = [packet for packet in packets if packet.mark is not Mark.LEFT_OUT]
    lanes = list(dict.fromkeys(packet.server for packet in shown))
    lanes += dict.fromkeys(packet.client for packet in shown)
    if len(lanes) > MOST_LANES:
        lanes = [*lanes[: MOST_LANES - 1], _(OTHERS)]
    return Picture(tuple(lanes), tuple(_row(packet, lanes) for packet in packets))


def _row(packet: Packet, lanes: list[str]) -> Row:
    if packet.mark is Mark.LEFT_OUT:
        return Row(packet, 1, len(lanes), "")
    ends = [_lane(name, lanes) for name in (packet.server, packet.client)]
    who = _("{client} to the {server}") if packet.sent else _("the {server} to {client}")
    who = who.format(client=packet.client, server=packet.server)
    return Row(packet, min(ends) + 1, abs(ends[1] - ends[0]) + 1, who)


def _lane(name: str, lanes: list[str]) -> int:
    return lanes.index(name) if name in lanes else len(lanes) - 1
