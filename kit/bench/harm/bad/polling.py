"""Bad clients that poll."""

import http.client
import re
from contextlib import suppress

from kit.bench.harm.bad.attack import ANSWER_SECONDS, Attack


class Polling(Attack):
    """Sends bodies of packets by POST, and fetches the answers by GET."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.http: http.client.HTTPConnection | None = None
        self.path = ""

    def send(self, batch: list[tuple[int, bytes]]) -> None:
        for count, body in batch:
            self.cases += count
            if self.http is None:
                self._open()
            if self._ask("POST", body) != 200 or b"41" in body or b"\x1e1" in body:
                self.end()

    def end(self) -> None:
        if self.http:
            # A client that polls has no connection to lose: it takes leave, or is given up in time.
            with suppress(OSError, http.client.HTTPException):
                self.http.request("POST", self.path, b"1")
                self.http.getresponse().read()
            self.http.close()
        self.http = None

    def _open(self) -> None:
        self.connections += 1
        self.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        self.path = "/socket.io/?EIO=4&transport=polling"
        self.http.request("GET", self.path)
        opened = self.http.getresponse().read()
        found = re.search(rb'"sid":"([^"]+)"', opened)
        if not found:
            self.fault(f"no session was opened: {opened!r}")
            self.http = None
            return
        self.path += f"&sid={found[1].decode()}"
        self._ask("POST", b"40")

    def _ask(self, method: str, body: bytes) -> int:
        """Send a body, fetch what has come meanwhile, and return the status of the former."""
        if self.http is None:
            return 0
        try:
            self.http.request(method, self.path, body)
            answer = self.http.getresponse()
            self.look_at(answer.read(), body)
            if answer.status >= 500:
                self.fault(f"status {answer.status} to {body!r:.500}")
            if answer.status == 200 and body != b"40":
                # A question that is always answered, so that the GET below returns at once.
                self.http.request("POST", self.path, b'421["is anybody there"]')
                if self.http.getresponse().read() == b"OK":
                    self.http.request("GET", self.path)
                    self.look_at(self.http.getresponse().read(), body)
        except TimeoutError:
            self.fault(f"no answer to a POST of {body!r:.500}, or to the GET after it")
            return 0
        except (OSError, http.client.HTTPException) as error:
            self.fault(f"{type(error).__name__} instead of an answer to {body!r:.500}")
            return 0
        return answer.status
