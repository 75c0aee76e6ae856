"""Decides the lab that was saved last or is looked at: one at a time, always the newest files."""

import contextlib
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kit.checking.runner import AT_ONCE, GivenUp
from kit.checking.saves import look
from kit.checking.verdict import Verdict
from kit.checking.watch import Watch
from kit.course import Course, Lab
from kit.panel.board import Board
from kit.running import Launcher
from kit.student.misplaced import misplaced
from kit.student.progress import remember


@dataclass
class UnderWay:
    """A verdict under way; nobody wants it any more as soon as it is `given_up`."""

    lab: Lab
    given_up: threading.Event = field(default_factory=threading.Event)


class Decider:
    """Keeps the verdicts on `board` those on the newest files, until it is closed.

    `looked_at` returns the labs that somebody has in view; `saved_last` is the one that was.
    """

    def __init__(
        self, course: Course, board: Board, looked_at: Callable[[], Iterable[Lab]]
    ) -> None:
        self._course = course
        self._board = board
        self._looked_at = looked_at
        self._launcher = Launcher()
        self._watches: dict[Lab, Watch] = {}
        self._news = threading.Condition()
        self._decided: set[Lab] = set()  # those whose verdict is on the files as they are
        self.saved_last: Lab | None = None
        self._under_way: UnderWay | None = None
        self._is_wanted = False  # by anybody, since this was made
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="decider", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    @property
    def goes_on(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """End every process that was started here."""
        with self._news:
            self._closed = True
            if self._under_way:
                self._under_way.given_up.set()
            self._news.notify()
        self._launcher.close()

    def saved(self, labs: list[Lab]) -> None:
        """Take note that files of `labs` were saved: what is known of these is out of date."""
        with self._news:
            self._is_wanted = True
            self._decided.difference_update(labs)
            self.saved_last = labs[-1]
            # First, so that nothing it still finds is taken for something about the newest files.
            if self._under_way and (
                self._under_way.lab in labs or self._under_way.lab != self._next()
            ):
                self._under_way.given_up.set()
            for lab in labs:
                self._board.begin(lab)
            self._news.notify()

    def look(self) -> None:
        """Take note that somebody looks, or is about to, at whatever lab."""
        with self._news:
            self._is_wanted = True
            self._news.notify()

    def _next(self) -> Lab | None:
        """Return the lab to decide now."""
        wanted = [*([self.saved_last] if self.saved_last else []), *self._looked_at()]
        return next((lab for lab in wanted if lab not in self._decided), None)

    def _run(self) -> None:
        with self._news:
            self._news.wait_for(lambda: self._closed or self._is_wanted)
        with contextlib.suppress(Exception):  # whatever is wrong, the first attempt tells it
            self._launcher.prepare()
        while True:
            with self._news:
                self._news.wait_for(lambda: self._closed or self._next())
                lab = self._next()
                if self._closed or lab is None:
                    return
                self._under_way = under_way = UnderWay(lab)
            self._decide(under_way)

    def _decide(self, under_way: UnderWay) -> None:
        """Bring the verdict on a lab to the board, unless its files are saved meanwhile."""
        lab = under_way.lab
        before = look(lab.folder)
        verdict: Verdict | None = None
        trouble = ""
        notes: list[str] = []
        try:
            notes = misplaced(self._course, lab)
            if lab.package.exists():
                verdict = self._verdict(under_way)
            if look(lab.folder) != before:  # and no event has told so, or not yet
                return
        except GivenUp:
            return
        except Exception:
            trouble = traceback.format_exc()
        with self._news:
            if under_way.given_up.is_set() or self._closed:
                return
            self._under_way = None
            self._decided.add(lab)
            self._board.decided(lab, verdict, trouble, notes)
        if verdict:
            with contextlib.suppress(OSError):  # a full disk is no reason to stop checking
                remember(lab, verdict)
            with contextlib.suppress(Exception):  # it is for speed alone
                self._launcher.keep_ready(AT_ONCE)

    def _verdict(self, under_way: UnderWay) -> Verdict:
        lab = under_way.lab
        if lab not in self._watches:
            self._watches[lab] = Watch(self._course, lab, lab.folder, launcher=self._launcher)
        watch = self._watches[lab]
        self._board.begin(lab, watch.checks)
        return watch.verdict(
            lambda result: self._board.result(lab, result, under_way.given_up), under_way.given_up
        )
