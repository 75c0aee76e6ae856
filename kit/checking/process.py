"""One running process of a submission: the story of it, how long to wait for it, what ails it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from kit.checking.causes import CLOSED, EXITED, STUCK, of_a_crash
from kit.checking.codebase import Codebase
from kit.checking.failure import Failure, Silence, TimedOut, crash_in_words, raise_if_not_attempted
from kit.checking.http import NoAnswer
from kit.checking.pace import Pace
from kit.checking.transcript import Transcript
from kit.checking.verdict import Cause
from kit.language import said
from kit.running import RunningApp
from kit.running.patience import STEP, Patience

# Seconds. A handler may sleep a while: psutil's usual measurement takes a whole second.
IDLE, BUSY = 2.5, 4.0
# On a server that was taken over, where giving up too early only means to try again.
IDLE_THERE = 0.5
LONGEST = 60.0  # for one check as a whole, on the clock
# An event that no function is registered for is not worth waiting for: looked up in time.
LOOKS_FOR_A_HANDLER = 4
QUIET_LOOKS = 2  # one after another, after which an app may have nothing to do any more
REST = 0.006  # seconds, after which whoever could come to the next step has come there
ROUNDS = 10  # of what goes on in the background, in which it has had its chance


class Process(Pace):
    """One running process of a submission, and the story of what a check did with it."""

    def __init__(self, app: RunningApp, folder: Path, *, is_taken_over: bool) -> None:
        """Tell the story of `app`, started in `folder`.

        With `is_taken_over` it has served another check before, and waits are shorter.
        """
        super().__init__(app)
        self.codebase = Codebase(folder)
        self.story: list[str] = []
        self.transcript = Transcript()
        self._idle = min(IDLE, IDLE_THERE) if is_taken_over else IDLE
        self._ends = time.monotonic() + LONGEST

    def note(self, sentence: str) -> None:
        """Add what was done to the story."""
        self.story.append(sentence)

    @contextmanager
    def telling(self, sentence: str) -> Iterator[None]:
        """Tell all that is done inside with this one sentence."""
        self.note(sentence)
        told = len(self.story)
        try:
            yield
        finally:
            del self.story[told:]

    def patience(self, event: str | None = None) -> Patience:
        """Return a wait for one answer of this server, perhaps to `event`."""
        crashes = self.app.crash_count
        patience = self.patience_over_http()
        looks = quiet = 0

        def is_pointless(is_asleep: bool) -> float | None:
            # Whoever has raised an error since, has ended, or has no handler, will not answer.
            nonlocal looks, quiet
            looks += 1
            unknown = event is not None and looks == LOOKS_FOR_A_HANDLER and self.lacks(event)
            if self.app.crash_count > crashes or not self.app.is_running or unknown:
                return 0.0
            # Nor does who has nothing to do any more: not even what was sent to it is left to read.
            quiet = quiet + 1 if is_asleep else 0
            due = self.app.due() if quiet >= QUIET_LOOKS else None
            patience.at_rest = due == 0.0
            return None if due is None else ROUNDS * due

        patience.shortcut = is_pointless
        return patience

    def patience_over_http(self) -> Patience:
        """Return a wait for one answer, also of who has raised an error: over HTTP one comes."""
        patience = self.app.patience(idle=self._idle, busy=BUSY)
        patience.ends = min(patience.ends, self._ends)
        patience.shortcut = lambda _: None if self.app.is_running else 0.0
        return patience

    def rests(self, seconds: float, *, busy: float = BUSY) -> bool:
        """Wait until all threads of the app were asleep for so many `seconds`, all in all.

        Returns False where it took `busy` seconds of processor time before it came to that, or the
        time of the check was over.
        """
        step = min(seconds, STEP) / 4
        patience = self.app.patience(idle=seconds, busy=busy, step=step)
        patience.ends = min(patience.ends, self._ends)
        while not patience.is_over():
            time.sleep(step)
        return patience.idle_left <= 0

    @contextmanager
    def held(self, what: str) -> Iterator[Callable[[], None]]:
        """Hold in here what the app does with Socket.IO at its next step, until it is let go.

        `what` is held: "handlers", "background" or "tasks"; `delay` says what a step of each is. It
        gives what lets all that is held come one step further, and returns when that is at rest.
        """

        def step() -> None:
            self.delay(**{what: LONGEST})
            self.rests(REST)

        step()
        try:
            yield step
        finally:
            self.delay()

    def lacks(self, event: str) -> bool:
        """Whether the app says that it has no handler for `event`."""
        handlers = self.app.handlers()
        return handlers is not None and event not in handlers and "*" not in handlers

    def trouble(self, expected: str) -> Failure | None:
        """Return the finding that the app crashed or ended, or None where it did neither.

        Raises NotAttempted where what crashed is the starter's task.
        """
        self.app.catch_up()
        crash = self.app.crashes[-1] if self.app.crashes else None
        if crash:
            raise_if_not_attempted(crash)
            cause = of_a_crash(crash, self.codebase)
            got = said("the app raised {crash}", crash=crash_in_words(crash))
            return Silence(expected, got, cause, crash=crash)
        if not self.app.is_running:
            got = said("the app's process ended with exit status {code}", code=self.app.exit_code)
            return Silence(expected, got, EXITED)
        return None

    def explained(self, expected: str, got: str, cause: Cause) -> Failure:
        """Return the finding that the app crashed or ended, if it did, and otherwise this one.

        Raises NotAttempted, as `trouble` does.
        """
        return self.trouble(expected) or Failure(expected, got, cause)

    def threads(self) -> int:
        """Return how many threads the app's process has, as the system counts them: 0 once gone."""
        try:
            return int(psutil.Process(self.app.pid).num_threads())
        except psutil.Error:
            return 0

    def log(self) -> str:
        """Return everything that the app has printed and logged so far."""
        self.app.catch_up_log()
        return "\n".join(line.text for line in self.app.log)

    def url(self, app: int = 0) -> str:
        """Return the address of an app, without a slash at its end."""
        return f"http://{self.app.host}:{self.app.ports[app]}"

    def no_answer(self, expected: str, silence: NoAnswer) -> Failure:
        """Return the finding that a request was not answered, with the reason if one can be seen.

        Raises NotAttempted, as `trouble` does.
        """
        found = self.trouble(expected)
        if found:
            return found
        stuck = self.app.stacks()
        got = said("the connection was closed without an answer")
        if silence.waited:
            got = said("no answer came")
        if stuck:
            got = said(
                "{got}; it was at {line}: `{code}`", got=got, line=stuck[0], code=stuck[0].code
            )
        if silence.waited:
            return TimedOut(expected, got, STUCK)
        return Silence(expected, got, CLOSED)
