# lab 10 (given): a module for packets
"""Packets: what comes in has the form of an event, and is little enough to hold.

The libraries believe what they are sent. A packet that is none makes them log a traceback, forget
to end the connection, or wait for ever, so it is looked at before they see it: see `incoming`.
"""

from typing import Any

from socketio import packet

TAKEN = {packet.CONNECT, packet.DISCONNECT, packet.EVENT, packet.ACK}
# What Engine.IO says by itself: its end, its answers, and the two steps of changing to WebSocket.
END, PROBE = "1", "2probe"
WITHOUT_DATA = {END, PROBE, "3", "5"}
MESSAGE = "4"

# The library itself calls handlers by these names: those of who comes and goes, and of all other
# events. Called by a client, the last would even take its payload for the connection to act for.
NOT_FOR_CLIENTS = {"connect", "disconnect", "__disconnect_final", "*"}

MOST_BRACKETS = 200  # Python's JSON reader counts every depth against its limit of calls


class Packet(packet.Packet):  # type: ignore[misc]
    """A packet of Socket.IO."""

    packet_type: int

    def decode(self, encoded_packet: str) -> int:
        """Take in a packet's text, and return how many attachments have to follow it: none.

        No event of this server takes binary data. One that announces some is taken without it: its
        handler answers that this does not fit. One with a name that is not for clients loses the
        name, and is answered as any other that there is not. Raises ValueError, TypeError or
        RecursionError for what is no packet, and for an event without a name.
        """
        super().decode(encoded_packet)
        if self.packet_type == packet.BINARY_EVENT:
            self.packet_type = packet.EVENT
        if self.packet_type not in TAKEN:
            raise ValueError("no packet for a server")
        if self.packet_type == packet.EVENT:
            name = self.data[0] if isinstance(self.data, list) and self.data else None
            if not isinstance(name, str):
                raise ValueError("an event without a name")
            if name in NOT_FOR_CLIENTS:
                self.data[0] = ""

        # lab 11 (given): what an acknowledgement holds is handed on as arguments
        if self.packet_type == packet.ACK and not isinstance(self.data, list):
            raise ValueError("an acknowledgement that is no list")

        return 0


def is_packet(text: Any) -> bool:
    """Whether `text` is a packet of Engine.IO, with one of Socket.IO in it if it is a message."""
    if not isinstance(text, str) or text[:1] != MESSAGE:
        return text in WITHOUT_DATA
    if not text[1:2].isdigit() or text.count("[") + text.count("{") > MOST_BRACKETS:
        return False
    try:
        Packet(encoded_packet=text[1:])
    except (ValueError, TypeError, RecursionError):
        return False
    return True
