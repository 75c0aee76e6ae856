"""The harness's side of one running app: its address, its log, and what went wrong in it."""

import contextlib
import json
import queue
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from kit.language import _
from kit.running.crash import Crash, LauncherBroke, StartFailed, Where, crash_from, where_from
from kit.running.patience import STEP, Patience
from kit.running.plan import MARK
from kit.running.unread import nothing_unread

# A child that talks without end must not fill our memory.
MOST_LOG_LINES = 5000
MOST_LOG_LINE = 20_000
MOST_CRASHES = 200
MOST_ANSWERS = 20
LAST_WORDS = 2  # seconds that a process which has ended gets for what is still on its way


@dataclass(frozen=True)
class LogLine:
    """One line that the app wrote to its output, and when it arrived (seconds since 1970)."""

    at: float
    text: str


class RunningApp:
    """A child process that serves one plan. Stop it with `stop`, or use it in a `with`."""

    def __init__(
        self,
        pid: int,
        control: socket.socket,
        log: BinaryIO,
        stop: Callable[[], None],
        apps: int = 1,
    ) -> None:
        """Take over the process `pid`, which serves so many `apps`.

        `control` is its control socket, `log` its output, and `stop` ends it.
        """
        self.pid = pid
        self.own_pid = pid  # what the process is told that it is; behind a wall that is another one
        self.apps = apps
        self.ports: list[int] = []
        self.host = "127.0.0.1"
        self.crashes: deque[Crash] = deque(maxlen=MOST_CRASHES)
        self.crash_count = 0
        self.failed: Crash | None = None
        self.log: deque[LogLine] = deque(maxlen=MOST_LOG_LINES)
        self.exit_code: int | None = None
        self.is_stopped = False
        self.ended = threading.Event()
        self._listening = threading.Event()
        self._entered = False
        self._hung_up = threading.Event()
        self._asking = threading.Lock()
        self._asked = 0
        self._answers: queue.Queue[tuple[int | None, Any]] = queue.Queue(MOST_ANSWERS)
        self._marks = 0
        self._marked: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._control = control
        self._stop = stop
        self._readers = [
            threading.Thread(target=self._read_log, args=(log,), daemon=True),
            threading.Thread(target=self._read_control, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> "RunningApp":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address of the first app, such as `http://127.0.0.1:40123`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.ports[0]}"

    @property
    def is_running(self) -> bool:
        return not self.ended.is_set()

    def patience(self, *, idle: float, busy: float, step: float = STEP) -> Patience:
        """Return a wait for this app; see `Patience`."""
        return Patience(self.pid, idle=idle, busy=busy, step=step)

    def wait_until_listening(self, *, idle: float = 5, busy: float = 5) -> None:
        """Return when the app accepts connections.

        Raises StartFailed, and LauncherBroke where the process ended in the kit's own code.
        """
        patience = self.patience(idle=idle, busy=busy)
        while not self._listening.wait(STEP):
            if self.ended.is_set():
                self.catch_up()
                if not self._entered:  # the submission's code has not even begun
                    said = "\n".join(line.text for line in self.log)
                    raise LauncherBroke(
                        _("The server's process ended before it began.\n{said}").format(said=said)
                    )
                if self.failed:
                    raise StartFailed(crash=self.failed)
                raise StartFailed(code=self.exit_code)
            if patience.is_over():
                stuck = self.stacks()
                raise StartFailed(stuck=stuck[0] if stuck else None)

    def handlers(self) -> list[str] | None:
        """Return the names of the events that have a handler, None where the app does not say."""
        answer = self._ask("handlers")
        return answer if isinstance(answer, list) else None

    def routes(self) -> list[str]:
        """Return the addresses that the first app answers at; none where the app does not say."""
        answer = self._ask("routes")
        return [str(route) for route in answer] if isinstance(answer, list) else []

    def stacks(self) -> list[Where]:
        """Return where the threads that have to answer are just now, in the submission's own code.

        What runs in the background has nothing to answer: see `background`.
        """
        return self._threads(background=False)

    def due(self) -> float | None:
        """Return within how many seconds the app may do something that nobody asks it to.

        0.0 where all of it waits for the next word of a client. None where it cannot be known, or
        where something that was sent to it may not be read yet.
        """
        answer = self._ask("due") if nothing_unread(self.pid, self.ports) else None
        return float(answer) if isinstance(answer, (int, float)) else None

    def background(self) -> list[Where]:
        """Return where the submission's background threads are just now, in its own code."""
        return self._threads(background=True)

    def rooms(self) -> dict[str, int]:
        """Return how many clients are in each room, by its name as Python writes it.

        The rooms that each client has to itself are left out.
        """
        answer = self._ask("rooms")
        return answer if isinstance(answer, dict) else {}

    def addressed(self, event: str) -> list[str]:
        """Return the rooms that `event` was sent to, as Python writes them; "None" is everyone."""
        answer = self._ask("sent")
        return answer.get(event, []) if isinstance(answer, dict) else []

    def delay(
        self,
        *,
        handlers: float = 0,
        background: float = 0,
        tasks: float = 0,
        returns: float = 0,
    ) -> None:
        """Let what the app does with Socket.IO take so many seconds longer: see `SlowMotion`."""
        self._ask(f"delay {handlers} {background} {tasks} {returns}")

    def pause(self) -> None:
        """Let the app's background sleep on, soon: see `SlowMotion`."""
        self._tell("pause")

    def resume(self) -> None:
        """Let the app's background wake up again, soon."""
        self._tell("resume")

    def hasten(self) -> None:
        """Let the app's background sleep for a moment only, where it sleeps: see `SlowMotion`."""
        self._ask("hasten")

    def at_leisure(self) -> None:
        """Let the app's background sleep as long as it wants to again."""
        self._ask("at_leisure")

    def let_sending_fail(self, *, handlers: bool = False, background: bool = False) -> int:
        """Let every `emit` of a handler, or of the background, raise an error from now on, or none.

        Returns how many have failed so far, 0 where the app does not say.
        """
        answer = self._ask(f"sending_fails {int(handlers)} {int(background)}")
        return answer if isinstance(answer, int) else 0

    def catch_up_log(self) -> None:
        """Return when `log` holds what the app has written so far.

        Where the app's output goes elsewhere by now, or its process has ended, that is soon.
        """
        self._marks += 1
        self._tell(f"mark {self._marks}")
        patience = self.patience(idle=LAST_WORDS if self.is_running else STEP, busy=LAST_WORDS)
        newest = 0
        while newest < self._marks and not patience.is_over():
            with contextlib.suppress(queue.Empty):
                newest = self._marked.get(timeout=STEP)

    def asked_to_sleep(self) -> list[list[float]]:
        """Return for how many seconds each background thread has wanted to sleep so far.

        Only what sleeps by Socket.IO's means or by `time.sleep` is known.
        """
        answer = self._ask("asked")
        return answer if isinstance(answer, list) else []

    def catch_up(self) -> None:
        """Return when what the app has reported so far is known here, its end as well."""
        if self.is_running and self._ask("here") is None:
            self._hung_up.wait(STEP)  # where nobody answers, perhaps nobody is there any more
        if not self.is_running or self._hung_up.is_set():
            # The end itself and the last words before it come by different ways.
            self._hung_up.wait(LAST_WORDS)
            self.ended.wait(LAST_WORDS)

    def stop(self) -> None:
        """End the process and everything that it started, at once. Stopping twice is fine.

        The log is complete then.
        """
        self.is_stopped = True
        self._stop()
        self._readers[0].join(LAST_WORDS)
        with contextlib.suppress(OSError):
            self._control.close()

    def _threads(self, *, background: bool) -> list[Where]:
        frames = [frame for frame in self._ask("stacks") or [] if isinstance(frame, dict)]
        chosen = [frame for frame in frames if bool(frame.get("background")) is background]
        return [where for frame in chosen if (where := where_from(frame))]

    def _ask(self, question: str) -> Any:
        with self._asking, contextlib.suppress(OSError, queue.Empty):
            # An answer that came too late must not pass for that to the next question.
            self._asked += 1
            self._control.sendall(f"{self._asked} {question}\n".encode())
            number: int | None = 0
            while number not in (self._asked, None):
                number, answer = self._answers.get(timeout=1)
            return answer
        return None

    def _tell(self, request: str) -> None:
        with self._asking, contextlib.suppress(OSError):
            self._control.sendall(f"0 {request}\n".encode())

    def _read_log(self, log: BinaryIO) -> None:
        with contextlib.suppress(OSError, ValueError), log:
            while line := log.readline(MOST_LOG_LINE):
                self._take_line(line.decode(errors="replace").rstrip("\r\n"))

    def _take_line(self, text: str) -> None:
        before, mark, number = text.rpartition(MARK)
        is_mark = bool(mark) and number.isdecimal() and int(number) <= self._marks
        if is_mark:
            self._marked.put(int(number))
            text = before  # perhaps a line that was not ended
        if text or not is_mark:
            self.log.append(LogLine(time.time(), text))

    def _read_control(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._control.makefile("rb") as lines:
            while line := lines.readline(1 << 20):
                # The submission can write here too, and may write anything.
                with contextlib.suppress(Exception):
                    self._take(json.loads(line))
        self._hung_up.set()
        with contextlib.suppress(queue.Full):
            self._answers.put_nowait((None, None))

    def _take(self, message: dict[str, Any]) -> None:
        match message["event"]:
            case "entered":
                self._entered = True
            case "listening":
                ports = [int(port) for port in message["ports"]]
                if len(ports) == self.apps and all(0 < port < 65536 for port in ports):
                    self.ports = ports
                    self._listening.set()
            case "failed":
                self.failed = crash_from(message)
            case "exception":
                self.crashes.append(crash_from(message))
                self.crash_count += 1
            case "answer":
                self._answers.put_nowait((int(message["number"]), message["answer"]))
