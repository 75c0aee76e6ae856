"""One lab in a notebook."""

import atexit
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display

from kit.course import Course, Lab
from kit.lesson import early
from kit.lesson.checklist import Checklist
from kit.lesson.framed import framed
from kit.lesson.serving import Served, ServerDidNotStart, serve
from kit.lesson.wire import Wire
from kit.report.page import beside, comparison, course_map, overview_table
from kit.running import Launcher
from kit.student import comparing, given, workspace
from kit.student.given import NotGiven
from kit.student.progress import newest, overview


def lesson(wanted: str | int) -> "Lesson":
    """Return the lab called `6`, `06`, `rooms` or `06_rooms`. Raises UnknownLab."""
    course = Course()
    lab = course.lab(wanted)
    if lab in _open:  # the cell was run again
        _open[lab].close()
    _open[lab] = Lesson(course, lab)
    if shell := get_ipython():
        early.explain(shell, course, lab)
    return _open[lab]


_open: dict[Lab, "Lesson"] = {}


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
        if text := framed(self.lab):
            display(HTML(text))  # type: ignore[no-untyped-call]
            return
        if self._checklist:
            self._checklist.stop()
        self._checklist = Checklist(self._course, self.lab)
        self._checklist.show()

    def serve(self, *, config: str | None = None, **settings: Any) -> Served:
        """Start your server and return it; one that runs already is stopped first.

        `settings` are laid over the configuration, such as `FEED_SECONDS=0.2`; that is the class
        `config` of your `config.py`, or without it the one that `create_app` takes by itself.
        Raises ServerDidNotStart, which says what to look at.
        """
        if self._served:
            self._served.stop()
        if workspace.is_untouched(self._course, self.lab):
            raise ServerDidNotStart(
                f"None of the tasks of this lab is done yet, so there is nothing to see."
                f"\nNext: read labs/{self.lab.slug}/README.md, and look for `lab {self.lab.number}`"
                f" in the files in labs/{self.lab.slug}/dashboard. Then run this cell again."
            )
        self._served = serve(self._launcher, self.lab, settings, config)
        self._served.announce()
        return self._served

    def wire(self) -> Wire:
        """Return a new record of what passes between clients and the server."""
        return Wire()

    def compare(self, guess: dict[str, Any], seen: dict[str, Any]) -> None:
        """Show what you predicted beside what happened."""
        display(HTML(comparison(guess, seen)))  # type: ignore[no-untyped-call]

    def compare_code(self) -> None:
        """Show your functions beside the course's, once all checks of the lab pass."""
        if not newest(self.lab).done:
            print("Not all checks pass yet. When they do, run this cell again.")
            return
        try:
            pairs = comparing.pairs(self._course, self.lab)
        except NotGiven as error:
            print(error)
            return
        display(HTML(beside(comparing.words(self.lab), pairs)))  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Stop everything that this lesson started."""
        if self._checklist:
            self._checklist.stop()
        self._launcher.close()


def progress() -> None:
    """Show every lab at a glance."""
    display(HTML(overview_table(overview(Course()))))  # type: ignore[no-untyped-call]


def lines() -> None:
    """Show which lines of the finished server each lab teaches: how many, and in which files."""
    course = Course()
    display(HTML(course_map(given.lines(course, course.labs))))  # type: ignore[no-untyped-call]
