"""Start apps with an interpreter of their own: slower, and possible on every system."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import threading
from typing import BinaryIO

import psutil

from kit.running.app import RunningApp
from kit.running.crash import LauncherBroke
from kit.running.plan import KIT_ROOT, Plan

UNBUFFERED = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
MARK = "ROUNDTRIP_RUN"  # an environment variable; what a spawned app starts inherits it
MOST_GENERATIONS = 100  # of processes that started each other, before we give up ending them


def spawn(plan: Plan) -> RunningApp:
    """Start a child with an interpreter of its own, on any system."""
    token, mark = secrets.token_hex(), secrets.token_hex()
    module = "kit.greenlets" if plan.gevent else "kit.running.host"
    with socket.create_server(("127.0.0.1", 0)) as door:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(door.getsockname()[1])],
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
    raise LauncherBroke(_("The process that should serve the app has ended before it began."))


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
