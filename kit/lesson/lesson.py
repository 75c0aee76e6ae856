"""One lab in a notebook."""

import atexit
import html
from typing import Any

from IPython.display import HTML, display

from kit.course import Course, Lab
from kit.lesson.checklist import Checklist
from kit.lesson.serving import Served, serve
from kit.lesson.wire import Wire
from kit.running import Launcher
from kit.student import workspace
from kit.student.progress import overview


def lesson(wanted: str | int) -> "Lesson":
    """Return the lab called `6`, `06`, `rooms` or `06_rooms`. Raises UnknownLab."""
    course = Course()
    return Lesson(course, course.lab(wanted))


class Lesson:
    """A lab, in a notebook: its checklist, its server, and what passes on the wire."""

    def __init__(self, course: Course, lab: Lab) -> None:
        """Open `lab`; the student's copy is made where there is none."""
        self.lab = lab
        self._course = course
        self._launcher = Launcher()
        self._served: Served | None = None
        self._checklist: Checklist | None = None
        atexit.register(self.close)
        workspace.start(course, lab)

    def __repr__(self) -> str:
        return f"{self.lab.title}. Your files are in labs/{self.lab.slug}/dashboard."

    def checklist(self) -> None:
        """Show the checklist. It renews itself each time that a file of the lab is saved."""
        if self._checklist:
            self._checklist.stop()
        self._checklist = Checklist(self._course, self.lab)
        self._checklist.show()

    def serve(self, **settings: Any) -> Served:
        """Start your server and return it; one that runs already is stopped first.

        `settings` are laid over the configuration, such as `FEED_SECONDS=0.2`.
        Raises ServerDidNotStart, which says what to look at.
        """
        if self._served:
            self._served.stop()
        self._served = serve(self._launcher, self.lab, settings)
        print(f"Your server runs at {self._served.url}")
        return self._served

    def wire(self) -> Wire:
        """Return a new record of what passes between clients and the server."""
        return Wire()

    def compare(self, guess: dict[str, Any], seen: dict[str, Any]) -> None:
        """Show what you predicted beside what happened."""
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(str(key))}</th>"
            f"<td>{html.escape(str(guess.get(key, '-')))}</td>"
            f"<td>{html.escape(str(value))}</td>"
            f"<td>{'the same' if guess.get(key) == value else ''}</td></tr>"
            for key, value in seen.items()
        )
        head = "<tr><th></th><th>you predicted</th><th>what happened</th><th></th></tr>"
        display(HTML(f"<table>{head}{rows}</table>"))  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Stop everything that this lesson started."""
        if self._checklist:
            self._checklist.stop()
        self._launcher.close()


def progress() -> None:
    """Show every lab at a glance."""
    rows = ""
    for one in overview(Course()):
        if not one.started:
            state = "not started"
        elif one.passed is None:
            state = "started"
        else:
            state = f"{one.passed} of {one.checks} checks passed"
        done = " ✓" if one.passed is not None and one.passed == one.checks else ""
        rows += f"<tr><td>{html.escape(one.lab.title)}</td><td>{state}{done}</td></tr>"
    display(HTML(f"<table>{rows}</table>"))  # type: ignore[no-untyped-call]
