"""The few WebSocket frames that the load needs, without a library's cost for each.

One process has to read what a whole server sends, so a frame here is a slice of what came.
Texts only, in one frame each; that is what Socket.IO servers send.
"""

from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
FINAL = 0x80
MASKED = 0x80


class ProtocolError(Exception):
    """A server did what it should not. The text says what, beginning with the verb."""


def opening(host: str, port: int) -> bytes:
    """Return the request that opens a Socket.IO connection over WebSocket, uncompressed."""
    # The key is fixed: nothing here depends on its being a secret.
    return (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def after_opening(data: bytes) -> bytes | None:
    """Return what follows the server's answer to `opening`; None where it has not all come yet.

    Raises ProtocolError where the server did not agree.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return None
    status = head.partition(b"\r\n")[0]
    if b" 101 " not in status + b" ":
        raise ProtocolError(f"answered {status.decode('latin-1')!r} to the WebSocket's opening")
    return rest


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """Return one frame from a client. The mask is zero: the bytes stay as they are."""
    size = len(payload)
    if size < 126:
        length = bytes([MASKED | size])
    elif size < 1 << 16:
        length = bytes([MASKED | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([MASKED | 127]) + size.to_bytes(8, "big")
    return bytes([FINAL | kind]) + length + bytes(4) + payload


def frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give (kind, start, end) of the payload of each whole frame in `data`, from a server.

    What follows the last `end` is the beginning of a frame that has not all come.
    Raises ProtocolError for a frame that is one of several.
    """
    at, size = 0, len(data)
    while at + 2 <= size:
        length = data[at + 1]
        start = at + 2
        if length == 126:
            start = at + 4
            length = int.from_bytes(data[at + 2 : start], "big")
        elif length == 127:
            start = at + 10
            length = int.from_bytes(data[at + 2 : start], "big")
        end = start + length
        if end > size or start > size:
            return
        if not data[at] & FINAL:
            raise ProtocolError("sent a message in several frames")
        yield data[at] & 0x0F, start, end
        at = end
