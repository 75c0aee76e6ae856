"""Start apps by forking them from the warm parent: a few milliseconds each."""

import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import threading
from typing import Any

from kit.language import _
from kit.running.app import RunningApp
from kit.running.crash import LauncherBroke
from kit.running.enclosure import Enclosure, Parent
from kit.running.plan import KIT_ROOT, Plan

MOST_MESSAGE = 1 << 16
# Seconds on the clock: whatever runs beside the parent, nobody waits for it for ever.
LONGEST_WARMING, LONGEST_STEP = 180, 60


class WarmParent:
    """The harness's end of a process that runs `kit.running.warm`."""

    def __init__(self, enclosure: Enclosure | None = None) -> None:
        """Start the parent, in the `enclosure` if there is one. Raises LauncherBroke."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process: Parent = enclosure.open(theirs) if enclosure else _Alone(theirs)
        self._socket = ours
        self._sending = threading.Lock()
        self._started: queue.Queue[int | None] = queue.Queue()
        self._apps: dict[int, RunningApp] = {}
        self._codes: dict[int, int] = {}
        self._state = threading.Lock()
        self._warm = threading.Event()
        self._gone = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def is_running(self) -> bool:
        # Its end is heard before the system tells of it.
        return not self._gone.is_set() and self._process.is_running

    def start(self, plan: Plan) -> RunningApp:
        """Fork a child that serves `plan`, and return it. Raises LauncherBroke."""
        control, their_control = socket.socketpair()
        log, their_log = os.pipe()
        with self._sending, their_control:
            try:
                if not self._warm.wait(LONGEST_WARMING):
                    raise TimeoutError
                socket.send_fds(
                    self._socket,
                    [json.dumps({"want": "start", "plan": plan.to_json()}).encode()],
                    [their_control.fileno(), their_log],
                )
            except OSError as error:
                control.close()
                os.close(log)
                raise LauncherBroke(self._last_words()) from error
            finally:
                os.close(their_log)
            pid = self._next_started()
        if pid is None:
            control.close()
            os.close(log)
            raise LauncherBroke(self._last_words())
        log_file = os.fdopen(log, "rb")
        outside = self._process.process_id(pid)
        app = RunningApp(outside, control, log_file, lambda: self._end(pid), len(plan.apps))
        app.own_pid = pid
        with self._state:
            self._apps[pid] = app
            if pid in self._codes:
                self._note_exit(pid)
        return app

    def keep_ready(self, count: int) -> None:
        """Fork so many children now that the next apps will have."""
        with contextlib.suppress(OSError):  # the next start tells of it
            self._socket.send(json.dumps({"want": "ready", "count": count}).encode())

    def close(self) -> None:
        """End the parent, and with it every app that it has forked."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        # Before its imports are done, it would not notice that its socket is closed.
        self._process.end(at_once=not self._warm.is_set())
        self._socket.close()

    def _end(self, pid: int) -> None:
        with self._state:
            app = self._apps.get(pid)
        if app is None or not app.is_running:
            return
        with contextlib.suppress(OSError):
            self._socket.send(json.dumps({"want": "stop", "pid": pid}).encode())
            if not app.ended.wait(LONGEST_STEP):
                self._process.end(at_once=True)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while message := self._socket.recv(MOST_MESSAGE):
                self._take(json.loads(message))
        self._gone.set()
        self._warm.set()
        self._started.put(None)
        with self._state:
            for app in self._apps.values():
                app.ended.set()

    def _take(self, message: dict[str, Any]) -> None:
        match message["event"]:
            case "warm":
                self._warm.set()
            case "started":
                self._started.put(message["pid"])
            case "exited":
                with self._state:
                    self._codes[message["pid"]] = message["code"]
                    if message["pid"] in self._apps:
                        self._note_exit(message["pid"])

    def _note_exit(self, pid: int) -> None:
        app = self._apps.pop(pid)
        app.exit_code = self._codes.pop(pid)
        app.ended.set()

    def _next_started(self) -> int | None:
        """Return the process that was started last; None where the parent has nothing to say."""
        with contextlib.suppress(queue.Empty):
            return self._started.get(timeout=LONGEST_STEP)
        return None

    def _last_words(self) -> str:
        # Of a parent that is only silent, an answer that came later would be taken for another.
        said = self._process.end(at_once=self.is_running)
        return _("The process that starts the servers has ended.\n{said}").format(said=said)


class _Alone:
    """A warm parent that is a process like any other of this account."""

    def __init__(self, theirs: socket.socket) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kit.running.warm", str(theirs.fileno())],
            cwd=KIT_ROOT,
            # Threads of the linear algebra would not survive the fork, and are not needed.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is the harness's business
        )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def process_id(self, inside: int) -> int:
        return inside

    def end(self, *, at_once: bool) -> str:
        if at_once:
            self._process.kill()
        self._process.wait()
        errors = self._process.stderr
        if errors is None or errors.closed:
            return ""
        with errors:
            return errors.read().decode(errors="replace")[-2000:]
