"""Sees which labs' files are saved, in a thread of its own."""

import threading
import time
from collections.abc import Callable

from kit.checking.noticing import EVERY, Noticing
from kit.course import Course, Lab


class Watching:
    """Calls `saved` with the labs of which a file was saved, until `ended` is set."""

    def __init__(
        self, course: Course, saved: Callable[[list[Lab]], None], ended: threading.Event
    ) -> None:
        self._labs = {lab.folder: lab for lab in course.labs}
        self._noticing = Noticing(course.root / "labs", list(self._labs), ended)
        self._saved = saved
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self._looked = 0.0

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._looked = time.monotonic()
        self._thread.start()

    @property
    def goes_on(self) -> bool:
        """Whether it has looked lately; where not, nobody knows what was saved."""
        return self._thread.is_alive() and time.monotonic() - self._looked < 5 * EVERY

    def _run(self) -> None:
        for folders in self._noticing:
            self._looked = time.monotonic()
            if folders:
                self._saved([self._labs[folder] for folder in folders])
