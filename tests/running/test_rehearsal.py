"""The rehearsal leaves nothing behind that an app would notice."""

import logging
import threading

from kit.running.rehearsal import rehearse

NAMES = ["", "engineio", "engineio.server", "socketio", "socketio.server", "werkzeug"]


def state() -> list[tuple[str, int, list[logging.Handler]]]:
    loggers = map(logging.getLogger, NAMES)
    return [(logger.name, logger.level, list(logger.handlers)) for logger in loggers]


def test_the_loggers_are_the_apps_to_set_up_and_no_thread_is_left() -> None:
    before, threads = state(), threading.active_count()
    rehearse()
    assert (state(), threading.active_count()) == (before, threads)
