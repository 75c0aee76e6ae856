"""The rehearsal brings what libraries load late, and leaves nothing that an app would notice."""

import logging
import subprocess
import sys
import threading

from kit.course import Course
from kit.running.rehearsal import rehearse

# What is small enough to be loaded by each server, or to be missed if its import is.
SMALL = ("dashboard", "prometheus_client.", "werkzeug.middleware")
LOADED_BY_THE_SERVER = f"""
import sys
from kit.running.warm import prepare
prepare()
before = {{*sys.modules}}
import dashboard
print(*sorted(name for name in {{*sys.modules}} - before if not name.startswith({SMALL})))
"""

NAMES = ["", "engineio", "engineio.server", "socketio", "socketio.server", "werkzeug"]


def state() -> list[tuple[str, int, list[logging.Handler]]]:
    loggers = map(logging.getLogger, NAMES)
    return [(logger.name, logger.level, list(logger.handlers)) for logger in loggers]


def test_the_loggers_are_the_apps_to_set_up_and_no_thread_is_left() -> None:
    before, threads = state(), threading.active_count()
    rehearse()
    assert (state(), threading.active_count()) == (before, threads)


def test_the_finished_server_finds_its_libraries_loaded() -> None:
    course = Course()
    path = [str(course.root), str(course.reference.parent)]
    program = f"import sys; sys.path[:0] = {path}\n{LOADED_BY_THE_SERVER}"
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert (done.stdout.split(), done.stderr) == ([], "")
