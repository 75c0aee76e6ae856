"""Who is there beside the bad clients: honest clients, and one that should hear nothing."""

import threading
import time

from kit.bench.harm.target import PRIVATE, PUBLIC
from kit.bench.harm.visitor import Visitor, member_token

PACE = 0.1  # seconds between two questions
QUESTION = {"action": "filter", "last": 5}


class Companion(threading.Thread):
    """An honest client in a thread of its own, until it is told to `stop`.

    It joins the room of `dashboard` (with None it joins none), and asks again and again for rows of
    it. `trips` are the seconds that each answer took.
    """

    def __init__(
        self, url: str, dashboard: str | None, column: str = "", token: str | None = None
    ) -> None:
        super().__init__(daemon=True)
        self.visitor = Visitor(url, token)
        self.room = dashboard
        self.question = QUESTION | {"dashboard": dashboard, "column": column}
        self.trips: list[float] = []
        self.problems = self.visitor.problems
        self.settled = threading.Event()
        self.done = threading.Event()

    def run(self) -> None:
        try:
            if self.room:
                self.visitor.join(self.room)
            self.settled.set()
            while not self.done.is_set():
                if self.room:
                    self._ask()
                self.visitor.listen(PACE)
            self.visitor.close()
        except OSError as error:
            self.problems.append(f"it lost its connection: {error}")

    def stop(self) -> None:
        """Let it take its leave, and return when it has."""
        self.done.set()
        self.join(30)
        if self.is_alive():
            self.problems.append("it hangs")

    def _ask(self) -> None:
        began = time.monotonic()
        answer = self.visitor.call("process_data", self.question)
        self.trips.append(time.monotonic() - began)
        if not answer.get("ok"):
            self.problems.append(f"it was refused: {answer}")


class Company:
    """A guest in the public room, a member in the private one, and an eavesdropper in neither."""

    def __init__(self, url: str, columns: dict[str, list[str]]) -> None:
        """Let them in; `columns` has the names of each dashboard's columns."""
        self.token = member_token(url)
        self.guest = Companion(url, PUBLIC, columns[PUBLIC][0])
        self.member = Companion(url, PRIVATE, columns[PRIVATE][0], self.token)
        self.eavesdropper = Companion(url, None)
        self.all = (self.guest, self.member, self.eavesdropper)
        self.secret_session = str(self.member.visitor.session)
        for one in self.all:
            one.start()
        for one in (self.guest, self.member):
            one.settled.wait(30)

    def stop(self) -> None:
        """Let all of them take their leave."""
        for one in self.all:
            one.stop()

    def trips(self) -> list[float]:
        """Return the seconds that each answer took, the shortest first."""
        return sorted(self.guest.trips + self.member.trips)

    def problems(self) -> list[str]:
        """Return in words what they should not have met."""
        heard = set(self.eavesdropper.visitor.events) - {"welcome"}
        names = {self.guest: "guest", self.member: "member", self.eavesdropper: "eavesdropper"}
        problems = [f"the {names[one]}: {said}" for one in self.all for said in one.problems]
        return problems + [f"the eavesdropper heard {event}" for event in heard]
