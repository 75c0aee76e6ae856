"""Checks that go on with the server of another one, or begin before it is known if they count."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from kit import cut
from kit.checking import App, Start, process
from kit.checking.check import load
from kit.checking.runner import run
from kit.checking.verdict import Outcome, Result, Verdict
from kit.course import Course
from kit.running import PACKAGE, Launcher, Plan, RunningApp
from tests.checking.live import live
from tests.running.submission import save
from tests.waiting import until

Decide = Callable[..., Verdict]

APP = live("""
calls = []

@socketio.on("count")
def count():
    calls.append(1)
    return len(calls)

@socketio.on("wait")
def wait():
    threading.Event().wait()
""")

CHECKS = '''
from kit.checking import App, Cause, Failure, check

WRONG = Cause("wrong", "It is wrong.", "Make it right.")
APP = App(config=None)


def count(start, wanted, environment=None):
    server = start(APP, environment=environment)
    came = server.join("Ana").call("count")
    if came != wanted:
        raise Failure(f"it is call {wanted}", f"it is call {came}", WRONG)


@check
def first(start):
    """It is the first."""
    count(start, FIRST)


@check(goes_on=first)
def second(start):
    """It goes on."""
    count(start, SECOND, ENVIRONMENT)
'''

AHEAD = (
    CHECKS
    + '''

@check(stands_on=[second])
def waits(start):
    """It waits for ever."""
    start(APP).join("Ana").call("wait")


@check(goes_on=waits, stands_on=[waits])
def last(start):
    """It is the last."""
    raise RuntimeError("what this finds does not count")
'''
)


@pytest.fixture
def decide(launcher: Launcher, tmp_path: Path) -> Decide:
    """Decide these checks, in which the first and the second call have to be of such a number."""

    def decided(
        first: int, second: int, environment: object = None, source: str = CHECKS, **options: bool
    ) -> Verdict:
        numbers = f"FIRST, SECOND, ENVIRONMENT = {first}, {second}, {environment}\n"
        path = tmp_path / "lab_01_counting.py"
        path.write_text(numbers + source)
        return run(load(path), save(tmp_path, APP), launcher, **options)

    return decided


def outcomes(verdict: Verdict) -> list[Outcome]:
    return [result.outcome for result in verdict.results]


def story(result: Result) -> tuple[str, ...]:
    assert result.finding is not None
    return result.finding.did


def test_a_check_goes_on_with_the_server_of_one_that_has_passed(decide: Decide) -> None:
    assert decide(1, 2).passed


def test_what_does_not_pass_there_is_tried_again_with_a_server_of_its_own(decide: Decide) -> None:
    assert decide(1, 1).passed


def test_what_passes_on_neither_is_told_of_its_own_server_alone(decide: Decide) -> None:
    verdict = decide(1, 3)
    assert outcomes(verdict) == [Outcome.PASSED, Outcome.FAILED]
    assert story(verdict.results[1]) == (
        "we started a server with create_app()",
        "Ana connected",
        "Ana sent `count` without a payload and asked for an acknowledgement",
    )
    assert verdict.results[1].finding is not None
    assert verdict.results[1].finding.got == "it is call 1"


def test_a_server_on_which_a_check_failed_is_not_handed_on(decide: Decide) -> None:
    assert outcomes(decide(9, 1)) == [Outcome.FAILED, Outcome.PASSED]
    assert outcomes(decide(9, 2)) == [Outcome.FAILED, Outcome.FAILED]


def test_a_server_of_another_kind_is_not_taken_over(decide: Decide) -> None:
    assert decide(1, 1, {"OTHER": "yes"}).passed
    assert outcomes(decide(1, 2, {"OTHER": "yes"})) == [Outcome.PASSED, Outcome.FAILED]


@pytest.mark.parametrize("ahead", [False, True])
def test_what_stands_on_a_failure_counts_as_not_tried_and_is_not_waited_for(
    decide: Decide, monkeypatch: pytest.MonkeyPatch, ahead: bool
) -> None:
    monkeypatch.setattr(process, "IDLE", 60)
    verdict = decide(1, 9, source=AHEAD, ahead=ahead)
    assert outcomes(verdict) == [
        Outcome.PASSED,
        Outcome.FAILED,
        Outcome.NOT_TRIED,
        Outcome.NOT_TRIED,
    ]
    assert verdict.results[2].detail == "It needs this to pass first: It goes on."
    assert verdict.seconds < 30


ROOM = live("""
from flask_socketio import join_room, rooms

gone = []

@socketio.on("enter")
def enter():
    join_room("room")
    emit("news", "for the room", to="room")

@socketio.on("tell")
def tell():
    emit("news", "for the room", to="room")
    return {"gone": gone, "rooms": rooms(), "transports": len(socketio.server.eio.sockets)}

@socketio.on("disconnect")
def left():
    gone.append(request.sid)
    if CLOSES:
        for transport in list(socketio.server.eio.sockets):
            socketio.server.eio.disconnect(transport)
""")


@pytest.mark.parametrize("closes", [False, True])
def test_clients_are_new_ones_over_the_transports_of_those_before(
    launcher: Launcher, tmp_path: Path, closes: bool
) -> None:
    save(tmp_path, f"CLOSES = {closes}\n{ROOM}")
    before = Start(launcher, tmp_path)
    ana = before(App(config=None)).join("Ana")
    ana.call("enter")
    first = ana.sid
    after = Start(launcher, tmp_path, before.leave())
    ben = after(App(config=None)).join("Ben")
    told = ben.call("tell")
    ben.settle()
    assert after.took_over
    assert told == {"gone": [first], "rooms": [ben.sid], "transports": 1}
    assert ben.sid != first
    assert not ben.everything_heard()
    after.stop()


class Counting(Launcher):
    """A launcher that counts what it starts."""

    started = 0

    def start(self, plan: Plan) -> RunningApp:
        self.started += 1
        return super().start(plan)


@pytest.mark.parametrize("lab", [2, 3, 6])
def test_each_server_that_a_lab_hands_on_is_taken_over(lab: int, tmp_path: Path) -> None:
    course = Course()
    found = load(course.lab(lab).checks)
    cut.write(cut.stage(course.reference, lab), tmp_path / PACKAGE)
    alone = [replace(check, goes_on=None) for check in found]
    with Counting() as launcher:
        assert run(alone, tmp_path, launcher).passed
        without, launcher.started = launcher.started, 0
        assert run(found, tmp_path, launcher).passed
        handed_on = sum(check.goes_on is not None for check in found)
        assert launcher.started == without - handed_on < without


def test_no_server_outlives_a_verdict(decide: Decide, launcher: Launcher) -> None:
    launcher.prepare()
    decide(9, 2, source=AHEAD, ahead=True)
    parent = next(p for p in psutil.Process().children() if "kit.running.warm" in p.cmdline())
    until(lambda: not parent.children(), what="the end of the servers")
