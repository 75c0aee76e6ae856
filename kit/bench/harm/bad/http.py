"""Bad clients that send requests."""

import socket
import time
from contextlib import suppress

from kit.bench.harm.bad.attack import ANSWER_SECONDS, Attack


class Requests(Attack):
    """Sends one HTTP request a connection, and ends its side of it."""

    def send(self, batch: list[bytes]) -> None:
        for request in batch:
            self.cases += 1
            with self.connect() as connection:
                with suppress(OSError):  # it need not wait for the end to say no
                    connection.sendall(request)
                    connection.shutdown(socket.SHUT_WR)
                self._judge(request, self._answer(connection, request))

    def _answer(self, connection: socket.socket, request: bytes) -> bytes:
        parts = []
        ends = time.monotonic() + ANSWER_SECONDS
        try:
            while data := connection.recv(1 << 16):
                parts.append(data)
                if time.monotonic() > ends:
                    raise TimeoutError
        except TimeoutError:
            self.fault(f"no end of the answer to {request!r:.500}; so far {b''.join(parts)!r:.100}")
        except ConnectionError:
            pass
        return b"".join(parts)

    def _judge(self, request: bytes, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        status = head[9:12]
        if status in (b"500", b"502", b"503", b"504"):
            self.fault(f"status {status.decode()} to {request!r:.500}")
        if b"root:x:0" in body or b"SECRET_KEY" in body:
            self.fault(f"a file from outside was served: {request!r:.500}")
        if b" /static/" not in request.partition(b"\r\n")[0] or status != b"200":
            self.look_at(body, request)
