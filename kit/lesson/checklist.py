"""The checklist in a notebook: a thread that checks at each save and renews what is shown."""

import contextlib
import html
import threading
import traceback

from IPython.display import HTML, DisplayHandle, display

from kit.checking.verdict import Verdict
from kit.checking.watch import Watch
from kit.course import Course, Lab
from kit.language import _
from kit.report.page import checklist
from kit.report.words import OUR_FAULT
from kit.student import hints
from kit.student.misplaced import misplaced
from kit.student.progress import remember


class Checklist:
    """Shows the verdict on the student's copy of a lab, until it is stopped."""

    def __init__(self, course: Course, lab: Lab) -> None:
        self._course, self._lab = course, lab
        following = course.after(lab)
        self._following = following.notebook.name if following else None
        self._watch = Watch(course, lab, lab.folder)
        self._stopped = threading.Event()
        self._handle: DisplayHandle | None = None
        self._newest: Verdict | None = None
        self._thread = threading.Thread(target=self._run, name="checklist", daemon=True)

    def show(self) -> None:
        """Show the checklist in the running cell, and start to renew it."""
        shown = HTML(self._html(None))  # type: ignore[no-untyped-call]
        self._handle = display(shown, display_id=True)  # type: ignore[no-untyped-call]
        self._thread.start()

    def stop(self) -> None:
        """Stop renewing it. What is shown stays."""
        self._stopped.set()
        self._watch.close()  # first, so that a check which waits for a server need not go on
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        try:
            for verdict in self._watch.verdicts(self._stopped, self._begin):
                if self._stopped.is_set():
                    return
                self._newest = verdict
                self._renew(self._html(verdict))
                with contextlib.suppress(OSError):  # a full disk is no reason to stop checking
                    remember(self._lab, verdict)
        except Exception:
            if not self._stopped.is_set():
                text = html.escape(traceback.format_exc())
                self._renew(f"<p>{_(OUR_FAULT)}</p><pre>{text}</pre>")

    def _begin(self) -> None:
        """Show that what is shown is about to change: a check may take a while."""
        self._renew(self._html(self._newest, checking=True))

    def _renew(self, text: str) -> None:
        if self._handle is not None:
            self._handle.update(HTML(text))  # type: ignore[no-untyped-call]

    def _html(self, verdict: Verdict | None, *, checking: bool = False) -> str:
        return checklist(
            verdict,
            checking=checking,
            title=self._lab.title,
            folder=f"labs/{self._lab.slug}/dashboard",
            hints=hints.load(self._lab.hints),
            following=self._following,
            notes=misplaced(self._course, self._lab),
        )
