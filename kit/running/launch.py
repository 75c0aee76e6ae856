"""Start apps: forked from a warm parent where the system can, spawned elsewhere."""

import contextlib
import json
import os
import queue
import secrets
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from kit.running.app import LauncherBroke, RunningApp
from kit.running.plan import Plan

KIT_ROOT = Path(__file__).resolve().parents[2]
CAN_FORK = sys.platform == "linux"  # macOS's own libraries do not survive a fork
UNBUFFERED = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
MARK = "ROUNDTRIP_RUN"  # an environment variable; what a spawned app starts inherits it
MOST_GENERATIONS = 100  # of processes that started each other, before we give up ending them


class Launcher:
    """Starts apps and ends them all when it is closed. Safe to use from several threads.

    With `warm`, the first start makes the warm parent (over a second); each further one forks.
    """

    def __init__(self, *, warm: bool = CAN_FORK) -> None:
        self._warm = warm
        self._parent: _WarmParent | None = None
        self._making = threading.Lock()
        self._apps: list[RunningApp] = []
        self._closed = False

    def __enter__(self) -> "Launcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Make the warm parent now, so that the first start need not wait for it."""
        if self._warm:
            self._warm_parent()

    def start(self, plan: Plan) -> RunningApp:
        """Start a child that serves `plan` and return it, perhaps before it listens.

        Raises LauncherBroke, also when the launcher is closed already.
        """
        if self._closed:
            raise LauncherBroke("No more servers are started here.")
        app = self._warm_parent().start(plan) if self._warm else _spawn(plan)
        app.host = plan.host
        with self._making:
            self._apps = [*(other for other in self._apps if not other.is_stopped), app]
        return app

    def close(self) -> None:
        """End every app that was started here, and the warm parent. No more can be started."""
        self._closed = True
        for app in self._apps:
            app.stop()
        with self._making:
            if self._parent:
                self._parent.close()
                self._parent = None

    def _warm_parent(self) -> "_WarmParent":
        with self._making:
            if self._closed:
                raise LauncherBroke("No more servers are started here.")
            if self._parent and not self._parent.is_running:
                self._parent.close()
                self._parent = None
            if self._parent is None:
                self._parent = _WarmParent()
            return self._parent


class _WarmParent:
    """The harness's end of a process that runs `kit.running.warm`."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
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
        return not self._gone.is_set() and self._process.poll() is None

    def start(self, plan: Plan) -> RunningApp:
        control, their_control = socket.socketpair()
        log, their_log = os.pipe()
        with self._sending, their_control:
            try:
                self._warm.wait()
                socket.send_fds(
                    self._socket,
                    [json.dumps({"start": plan.to_json()}).encode()],
                    [their_control.fileno(), their_log],
                )
            except OSError as error:
                control.close()
                os.close(log)
                raise LauncherBroke("The process that starts the servers has ended.") from error
            finally:
                os.close(their_log)
            pid = self._started.get()
        if pid is None:
            control.close()
            os.close(log)
            raise LauncherBroke(
                "The process that starts the servers has ended.\n" + self._last_words()
            )
        log_file = os.fdopen(log, "rb")
        app = RunningApp(pid, control, log_file, lambda: self._end(pid), len(plan.apps))
        with self._state:
            self._apps[pid] = app
            if pid in self._codes:
                self._note_exit(pid)
        return app

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if not self._warm.is_set():
            self._process.kill()  # it would only notice when its imports are done
        self._process.wait()
        self._socket.close()
        if self._process.stderr:
            self._process.stderr.close()

    def _end(self, pid: int) -> None:
        with self._state:
            app = self._apps.get(pid)
        if app is None or not app.is_running:
            return
        with self._sending, contextlib.suppress(OSError):
            self._socket.sendall(json.dumps({"stop": pid}).encode())
            # The parent's answer to this is the child's exit, so one request is under way at most.
            app.ended.wait()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._socket.makefile("rb") as lines:
            for line in lines:
                self._take(json.loads(line))
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

    def _last_words(self) -> str:
        self._process.wait()
        errors = self._process.stderr
        return errors.read().decode(errors="replace")[-2000:] if errors else ""


def _spawn(plan: Plan) -> RunningApp:
    """Start a child with an interpreter of its own, on any system."""
    token, mark = secrets.token_hex(), secrets.token_hex()
    with socket.create_server(("127.0.0.1", 0)) as door:
        process = subprocess.Popen(
            [sys.executable, "-m", "kit.running.host", str(door.getsockname()[1])],
            cwd=KIT_ROOT,
            env={**os.environ, MARK: mark, "KIT_TOKEN": token, **UNBUFFERED},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        control = _the_caller_with(token, door, process)
    control.sendall(plan.to_json().encode() + b"\n")
    assert process.stdout is not None
    log: BinaryIO = process.stdout  # type: ignore[assignment]
    app = RunningApp(process.pid, control, log, lambda: _end_tree(process, mark), len(plan.apps))
    threading.Thread(target=_note_exit, args=(process, app), daemon=True).start()
    return app


def _the_caller_with(
    token: str, door: socket.socket, process: "subprocess.Popen[bytes]"
) -> socket.socket:
    """Return the connection of the child, which shows the token; anybody else is turned away."""
    door.settimeout(0.2)
    while process.poll() is None:
        with contextlib.suppress(TimeoutError):
            caller, _ = door.accept()
            caller.settimeout(5)
            if caller.recv(200).decode(errors="replace").strip() == token:
                caller.settimeout(None)
                return caller
            caller.close()
    raise LauncherBroke("The process that should serve the app has ended before it began.")


def _end_tree(process: "subprocess.Popen[bytes]", mark: str) -> None:
    """Kill a spawned process and its offspring, also what is no longer below it."""
    for _ in range(MOST_GENERATIONS):
        family = _family(process, mark)
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        process.wait()
        if not family:
            return
        psutil.wait_procs([member for member in family if member.pid != process.pid], timeout=1)


def _family(process: "subprocess.Popen[bytes]", mark: str) -> list[psutil.Process]:
    family: set[psutil.Process] = set()
    with contextlib.suppress(psutil.Error):
        if process.poll() is None:
            parent = psutil.Process(process.pid)
            family |= {parent, *parent.children(recursive=True)}
    for other in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if other.environ().get(MARK) == mark:
                family.add(other)
    return [member for member in family if member.is_running()]


def _note_exit(process: "subprocess.Popen[bytes]", app: RunningApp) -> None:
    app.exit_code = process.wait()
    app.ended.set()
