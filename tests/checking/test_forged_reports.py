"""What a submission says of itself may count against it, and never for it."""

from pathlib import Path
from textwrap import dedent

import pytest

from kit.checking.runner import run
from kit.checking.verdict import Outcome
from kit.running import Launcher
from tests.checking.live import live
from tests.checking.test_runner import checks
from tests.running.submission import save

pytestmark = pytest.mark.usefixtures("_impatient")

CHECKS = '''
from kit.checking import App, Cause, check

WRONG = Cause("wrong", "It is wrong.", "Make it right.")


@check
def answers(start):
    """The page is there."""
    start(App(config=None)).expect("GET", "/page")


@check
def raises(start):
    """An event is acknowledged."""
    start(App(config=None)).join("Ana").call("raise")


@check
def is_told(start):
    """Who asks is told."""
    ana = start(App(config=None)).join("Ana")
    ana.emit("ask")
    ana.expect("news")


@check
def nobody_else(start):
    """Nobody else is told."""
    server = start(App(config=None))
    ana, ben = server.join("Ana"), server.join("Ben")
    with server.only(ana, hears="shout", among=[ben], otherwise=WRONG):
        ana.call("shout")
'''
WRONG_IN_ALL = """
@socketio.on("raise")
def fail():
    raise KeyError("name")

@socketio.on("ask")
def ask():
    pass

@socketio.on("shout")
def shout():
    emit("shout", broadcast=True)
"""
# What reports to the harness lies in the same process: a submission finds it, and speaks for it.
FOUND = """
import gc
reporter = next(one for one in gc.get_objects() if type(one).__name__ == "Reporter")
tell = reporter.say
"""
LIES = {
    "none": "",
    "no error is reported": """
        def say(message):
            if message["event"] != "exception":
                tell(message)
        reporter.say = say
        """,
    "every question is answered as it would please": """
        def say(message):
            if message["event"] == "answer":
                message["answer"] = {"news": ["None"], "shout": [reporter.folder]}
            tell(message)
        reporter.say = say
        """,
    "no question is answered": """
        def say(message):
            if message["event"] != "answer":
                tell(message)
        reporter.say = say
        """,
    "it says that it has passed": """
        for event in ("passed", "verdict", "result"):
            tell({"event": event, "passed": True, "outcome": "passed"})
        """,
    "it says that its task is still open": """
        tell({"event": "exception", "during": "handler", "type": "NotImplementedError",
              "message": "lab 1: answers", "where": None})
        """,
}


@pytest.mark.parametrize("lie", LIES)
def test_what_is_wrong_does_not_pass(launcher: Launcher, tmp_path: Path, lie: str) -> None:
    app = live(WRONG_IN_ALL) + (FOUND + dedent(LIES[lie]) if lie != "none" else "")
    found = run(checks(tmp_path, CHECKS), save(tmp_path, app), launcher)
    assert len(found.results) == 4
    for result in found.results:
        assert not result.passed, result
        assert result.outcome is not Outcome.CHECKER_BROKE, result
