"""One lab in a notebook."""

import atexit
from contextlib import ExitStack
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display

from kit.course import Course, Lab
from kit.language import _
from kit.lesson import early
from kit.lesson.checklist import Checklist
from kit.lesson.framed import framed
from kit.lesson.serving import Served, ServerDidNotStart, serve
from kit.lesson.wire import Wire
from kit.report.page import beside, comparison, course_map, overview_table
from kit.running import Launcher, redis_server
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
        self._served: list[Served] = []
        self._redis = ExitStack()
        self._redis_url: str | None = None
        self._checklist: Checklist | None = None
        atexit.register(self.close)
        workspace.start(course, lab)

    def __repr__(self) -> str:
        return _("{title}. Your files are in labs/{slug}/dashboard.").format(
            title=self.lab.title, slug=self.lab.slug
        )

    def checklist(self) -> None:
        """Show the checklist. It renews itself each time that a file of the lab is saved."""
        if text := framed(self.lab):
            display(HTML(text))  # type: ignore[no-untyped-call]
            return
        if self._checklist:
            self._checklist.stop()
        self._checklist = Checklist(self._course, self.lab)
        self._checklist.show()

    def serve(
        self, *, one_more: bool = False, config: str | None = None, **settings: Any
    ) -> Served:
        """Start your server and return it; those that run already are stopped first.

        With `one_more` they run on, and this is one more process. `settings` are laid over the
        configuration, such as `FEED_SECONDS=0.2`; that is the class `config` of your `config.py`,
        or without it the one that `create_app` takes by itself.
        Raises ServerDidNotStart, which says what to look at.
        """
        while self._served and not one_more:
            self._served.pop().stop()
        if workspace.is_untouched(self._course, self.lab):
            raise ServerDidNotStart(
                _(
                    "None of the tasks of this lab is done yet, so there is nothing to see."
                    "\nNext: read labs/{slug}/README.md, and look for `lab {number}`"
                    " in the files in labs/{slug}/dashboard. Then run this cell again."
                ).format(slug=self.lab.slug, number=self.lab.number)
            )
        self._served.append(serve(self._launcher, self.lab, settings, config))
        self._served[-1].announce()
        return self._served[-1]

    def redis(self) -> str:
        """Return the address of a server that speaks Redis, which is started the first time.

        Raises ServerDidNotStart where there is none for this system.
        """
        if self._redis_url:
            return self._redis_url
        try:
            self._redis_url = self._redis.enter_context(redis_server.temporary()).url
        except redis_server.RedisMissing as missing:
            raise ServerDidNotStart(str(missing)) from None
        return self._redis_url

    def wire(self) -> Wire:
        """Return a new record of what passes between clients and the server."""
        return Wire()

    def compare(self, guess: dict[str, Any], seen: dict[str, Any]) -> None:
        """Show what you predicted beside what happened."""
        display(HTML(comparison(guess, seen)))  # type: ignore[no-untyped-call]

    def compare_code(self) -> None:
        """Show your functions beside the course's, once all checks of the lab pass."""
        if not newest(self.lab).done:
            print(_("Not all checks pass yet. When they do, run this cell again."))
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
        self._redis.close()


def progress() -> None:
    """Show every lab at a glance."""
    display(HTML(overview_table(overview(Course()))))  # type: ignore[no-untyped-call]


def lines() -> None:
    """Show which lines of the finished server each lab teaches: how many, and in which files."""
    course = Course()
    display(HTML(course_map(given.lines(course, course.labs))))  # type: ignore[no-untyped-call]
