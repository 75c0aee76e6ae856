"""What belongs to one app: what it watches, what it decides, and who looks."""

import threading
from dataclasses import dataclass

from flask import Flask, current_app

from kit.course import Course, Lab
from kit.language import current
from kit.panel.address import Address
from kit.panel.board import Board, Moment
from kit.panel.decider import Decider
from kit.panel.edition import edition
from kit.panel.watching import Watching

EXTENSION = "panel"


class Views:
    """The pages that are open now, by the connection of each, and when the last one was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._labs: dict[str, Lab] = {}
        self._used = Moment()

    def look_at(self, sid: str, lab: Lab) -> None:
        """Take note that a page shows `lab` now."""
        with self._lock:
            self._labs[sid] = lab

    def leave(self, sid: str) -> None:
        """Take note that a page has gone."""
        with self._lock:
            self._labs.pop(sid, None)
            self._used = Moment()

    def use(self) -> None:
        """Take note that somebody wants something, who may be about to open a page."""
        with self._lock:
            self._used = Moment()

    def labs(self) -> list[Lab]:
        """Return the labs that are looked at, the newest view first."""
        with self._lock:
            return list(dict.fromkeys(reversed(self._labs.values())))

    def unused(self) -> float:
        """Return for how many seconds there has been no page."""
        with self._lock:
            return 0.0 if self._labs else self._used.age()


@dataclass
class State:
    """Everything of one panel. `edition` is what it runs.

    `ended` is set when it is to end, `released` when it is to end as soon as no page is open.
    """

    course: Course
    address: Address
    edition: str
    board: Board
    views: Views
    decider: Decider
    watching: Watching
    ended: threading.Event
    released: threading.Event

    @property
    def goes_on(self) -> bool:
        """Whether what it says is true: it watches, and it decides."""
        return self.watching.goes_on and self.decider.goes_on

    @property
    def page_edition(self) -> str:
        """What its pages are made of: another panel's may be of another edition or language."""
        return f"{self.edition} {current()}"


def state() -> State:
    """Return the state of the app that handles this request."""
    found: State = current_app.extensions[EXTENSION]
    return found


def init_app(app: Flask) -> State:
    """Give `app` its state, from the settings `COURSE`, `ADDRESS` and `RUN`. Nothing begins yet."""
    course: Course = app.config["COURSE"]
    ended = threading.Event()
    views = Views()
    board = Board(course, app.config["RUN"])
    decider = Decider(course, board, views.labs)
    watching = Watching(course, decider.saved, ended)
    runs = edition(course.root)
    own: Address = app.config["ADDRESS"]
    made = State(
        course, own, runs, board, views, decider, watching, ended, released=threading.Event()
    )
    app.extensions[EXTENSION] = made
    return made
