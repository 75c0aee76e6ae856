"""Finds the panel of a course, and starts it where there is none."""

import contextlib
import http.client
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from kit.language import _
from kit.panel import address
from kit.panel.address import Address
from kit.panel.edition import edition

LINGERS = 300.0  # seconds that it stays after its last page was closed
PATIENCE = 60.0  # seconds for it to start, on a machine that has much else to do
ANSWER_SECONDS = 10.0
PAUSE = 0.05
ENDING = 1.0  # seconds that one may take to end


class PanelDidNotStart(Exception):
    """There is no panel, and none could be started. Its text says what to do."""


def running(root: Path) -> Address | None:
    """Return where the panel of the project in `root` answers; None where none does.

    Whatever else listens at that port now is not taken for it, and is not shown the key.
    """
    known = address.read(root)
    return known if known and _told(known) else None


def ensure(root: Path, *, lingers: float = LINGERS, speaks: str | None = None) -> Address:
    """Return where the panel of the project in `root` answers; start it where none does.

    One of another edition, from before an update, is ended first; so is one of another language
    than it should speak, `speaks`. Only a command that somebody has given should say that: two
    views which asked for it again and again would end each other's. A new one stays until it has
    had no page for `lingers` seconds. Raises PanelDidNotStart.
    """
    known = address.read(root)
    told = _told(known) if known else None
    if known and told and _is_wanted(told, root, speaks):
        return known
    if known and told:
        end(root)
    keeper = _start(root, lingers)
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and not keeper.poll():
        if found := running(root):
            return found
        if keeper.poll() == 0:  # another one is there, which was about to end; or it hangs
            time.sleep(ENDING)
            keeper = _start(root, lingers)
        time.sleep(PAUSE)
    raise PanelDidNotStart(_why(root))


def _is_wanted(told: dict[str, str], root: Path, speaks: str | None) -> bool:
    """Whether the panel that tells this is one for whoever wants it so."""
    return told.get("edition") == edition(root) and speaks in {None, told.get("language")}


def end(root: Path) -> None:
    """Ask the panel of the project in `root` to end, and wait until it does not answer any more."""
    known = address.read(root)
    if known is None:
        return
    _order(known, "/end")
    ends = time.monotonic() + ANSWER_SECONDS
    while _told(known) and time.monotonic() < ends:
        time.sleep(PAUSE)


def make_ready(root: Path) -> None:
    """Let the panel of the project in `root` load what checks need: somebody is about to look."""
    if known := address.read(root):
        _order(known, "/ready")


def release(root: Path) -> None:
    """Let the panel of the project in `root` end as soon as no page is open, however soon."""
    if known := address.read(root):
        _order(known, "/release")


def log_file(root: Path) -> Path:
    """What the newest panel has printed: nothing, where all is well."""
    return address.folder(root) / "panel.log"


def _told(known: Address) -> dict[str, str] | None:
    """Return what the panel at an address tells of itself; None where it does not answer."""
    challenge = secrets.token_hex()
    try:
        status, body = _ask(known, "GET", f"/alive?challenge={challenge}")
        told = json.loads(body)
        proved = secrets.compare_digest(str(told["proof"]), known.proof(challenge))
        return told if status == http.client.OK and proved else None
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None


def _order(known: Address, path: str) -> None:
    """Tell the panel at an address what to do; where there is none, it is done already."""
    if _told(known) is None:  # whoever else is there is not shown the key
        return
    with contextlib.suppress(OSError, http.client.HTTPException):
        _ask(known, "POST", path, {"Authorization": f"Bearer {known.key}"})


def _ask(
    known: Address, method: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    # No proxy is asked, whatever the variables of this process say.
    connection = http.client.HTTPConnection(address.HOST, known.port, timeout=ANSWER_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()


def _start(root: Path, lingers: float) -> subprocess.Popen[bytes]:
    """Start a keeper that outlives this process, its terminal and its notebook's kernel."""
    log_file(root).parent.mkdir(parents=True, exist_ok=True)
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        apart = {"creationflags": flags}
    # With it, -m would not look for the kit in the working directory.
    variables = {name: text for name, text in os.environ.items() if name != "PYTHONSAFEPATH"}
    with log_file(root).open("ab") as log:
        log.truncate(0)
        keeper = subprocess.Popen(
            [sys.executable, "-m", "kit.panel.keeper", str(lingers)],
            cwd=root,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **apart,
        )
    # Where this process outlives it, somebody has to take note of its end.
    threading.Thread(target=keeper.wait, name="the panel's keeper", daemon=True).start()
    return keeper


def _why(root: Path) -> str:
    lines = [_("The panel does not answer.")]
    known = address.read(root)
    if known and psutil.pid_exists(known.pid):
        lines.append(
            _("Its process, with the id {pid}, may hang: end it, then try again.").format(
                pid=known.pid
            )
        )
    said = log_file(root).read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([*lines, *said[-15:]])
