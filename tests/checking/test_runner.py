"""Running a file of checks: every outcome is kept apart, and none disturbs another."""

from pathlib import Path

import psutil
import pytest

from kit.checking import process
from kit.checking.check import Check, load
from kit.checking.runner import run
from kit.checking.verdict import Outcome, Result, Verdict
from kit.running import Launcher
from tests.checking.live import live
from tests.running.submission import HELLO, save
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("_impatient")

CHECKS = '''
from kit.checking import App, Cause, Failure, NotHere, check

WRONG = Cause("wrong", "It is wrong.", "Make it right.")


def plain(start):
    return start(App(config=None))


@check(tasks=["pass it"])
def passes(start):
    """It passes."""
    assert plain(start).join("Ana").call("pass") == "passed"


@check(tasks=["fail it"])
def fails(start):
    """It fails."""
    server = plain(start)
    server.note("something was done")
    raise Failure("it is right", "it is wrong", WRONG)


@check(tasks=["raise it"])
def raises(start):
    """It raises the starter's error."""
    plain(start).join("Ana").call("raise")


@check
def raises_anothers(start):
    """It raises the starter's error of another check's task."""
    plain(start).join("Ana").call("raise")


@check(tasks=["answer it"])
def raises_a_later_one(start):
    """It raises the starter's error, and its own task is open, too."""
    plain(start).join("Ana").call("raise")


@check(tasks=["answer it"])
def left(start):
    """The task was left."""
    plain(start).join("Ana").call("answer")


@check(tasks=["begin it"])
def begun(start):
    """The task was begun, and raises."""
    plain(start).join("Ana").call("begin")


@check(stands_on=[fails])
def stands(start):
    """It stands on what fails."""
    raise RuntimeError("what this finds does not count")


@check(stands_on=[stands])
def stands_higher(start):
    """It stands on what was not tried."""


@check
def lacks(start):
    """It needs what is not here."""
    raise NotHere("There is no such thing here. Install it.")


@check
def loops(start):
    """It loops."""
    plain(start).join("Ana").call("loop")


@check
def breaks(start):
    """It breaks."""
    return {}["nothing"]


@check
def exits(start):
    """It exits."""
    plain(start).join("Ana").call("exit")


@check(stands_on=[passes])
def passes_too(folder):
    """It passes as well."""
    assert (folder / "dashboard").is_dir()
'''

APP = live("""
@socketio.on("pass")
def pass_it():
    return "passed"

@socketio.on("raise")
def raise_it():
    raise NotImplementedError("lab 1: raise it")

# TODO lab 1: answer it

@socketio.on("begin")
def begin_it():
    # TODO lab 1: begin it
    raise KeyError("not yet")

@socketio.on("loop")
def loop():
    while True:
        pass

@socketio.on("exit")
def exit_it():
    os._exit(0)
""")


def checks(folder: Path, source: str = CHECKS) -> list[Check]:
    path = folder / "lab_01_outcomes.py"
    path.write_text(source)
    return load(path)


def verdict(launcher: Launcher, folder: Path, source: str = CHECKS, app: str = APP) -> Verdict:
    return run(checks(folder, source), save(folder, app), launcher)


def by_name(found: Verdict) -> dict[str, Result]:
    return {result.check: result for result in found.results}


@pytest.fixture(scope="module", params=[False, True], ids=["in turn", "ahead"])
def results(
    request: pytest.FixtureRequest, launcher: Launcher, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Result]:
    """What becomes of every kind of check, all run together."""
    folder = tmp_path_factory.mktemp("outcomes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "BUSY", 1.0)
        found = run(checks(folder), save(folder, APP), launcher, ahead=request.param)
        return by_name(found)


@pytest.mark.parametrize(
    ("check", "outcome", "cause"),
    [
        ("passes", Outcome.PASSED, None),
        ("fails", Outcome.FAILED, "wrong"),
        ("raises", Outcome.NOT_ATTEMPTED, None),
        ("left", Outcome.NOT_ATTEMPTED, None),
        ("begun", Outcome.FAILED, "no-such-key"),
        ("stands", Outcome.NOT_TRIED, None),
        ("stands_higher", Outcome.NOT_TRIED, None),
        ("lacks", Outcome.NOT_TRIED, None),
        ("loops", Outcome.TIMED_OUT, "stuck"),
        ("breaks", Outcome.CHECKER_BROKE, None),
        ("exits", Outcome.FAILED, "exited"),
        ("passes_too", Outcome.PASSED, None),
    ],
)
def test_the_outcomes_are_kept_apart(
    results: dict[str, Result], check: str, outcome: Outcome, cause: str | None
) -> None:
    result = results[check]
    assert result.outcome is outcome
    assert (result.finding.cause.name if result.finding else None) == cause
    assert result.passed == (outcome is Outcome.PASSED)
    assert result.started


def test_what_this_machine_lacks_is_told(results: dict[str, Result]) -> None:
    assert results["lacks"].is_lacking
    assert results["lacks"].detail == "There is no such thing here. Install it."
    assert not results["stands"].is_lacking


def test_a_finding_says_what_was_done_expected_and_seen(results: dict[str, Result]) -> None:
    found = results["fails"].finding
    assert found is not None
    assert found.did == ("we started a server with create_app()", "something was done")
    assert (found.expected, found.got) == ("it is right", "it is wrong")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("raises", "The task is still there (dashboard/__init__.py, line"),
        ("raises_anothers", "): raise it"),
        ("raises_a_later_one", "answer it. When it is done, delete that line."),
        ("left", "answer it. When it is done, delete that line."),
        ("stands", "It needs this to pass first: It fails."),
        ("stands_higher", "It needs this to pass first: It stands on what fails."),
        ("breaks", "KeyError: 'nothing'"),
    ],
)
def test_the_other_outcomes_are_explained(
    results: dict[str, Result], check: str, words: str
) -> None:
    assert words in results[check].detail


def test_results_come_in_the_order_of_the_checks_and_are_told_as_they_come(
    launcher: Launcher, tmp_path: Path
) -> None:
    told: list[Result] = []
    wanted = checks(tmp_path)[:2]
    found = run(wanted, save(tmp_path, APP), launcher, tell=told.append)
    assert [result.check for result in found.results] == ["passes", "fails"]
    assert sorted(told, key=lambda result: result.check) == [found.results[1], found.results[0]]
    assert (found.passed, found.count(Outcome.PASSED), found.lab) == (False, 1, 1)
    assert found.to_dict()["results"][1]["finding"]["cause"]["name"] == "wrong"


def test_no_checks_are_not_a_pass(launcher: Launcher, tmp_path: Path) -> None:
    assert not run([], save(tmp_path, APP), launcher).passed


def test_nothing_is_left_running(launcher: Launcher, tmp_path: Path) -> None:
    launcher.prepare()
    verdict(launcher, tmp_path)
    parent = next(p for p in psutil.Process().children() if "kit.running.warm" in p.cmdline())
    until(lambda: not parent.children(), what="the end of the servers")


@pytest.mark.parametrize(
    ("app", "outcome", "cause"),
    [
        ("raise ValueError('no')\n", Outcome.FAILED, "import-raised"),
        ("def create_app(:\n", Outcome.FAILED, "syntax"),
        ("import sys\nsys.exit()\n", Outcome.FAILED, "exited"),
        ("import os\nos._exit(0)\n", Outcome.FAILED, "exited"),
        ("", Outcome.FAILED, "no-create-app"),
        ("def create_app(): pass\n", Outcome.FAILED, "no-app-returned"),
        ("import time\ntime.sleep(600)\n", Outcome.TIMED_OUT, "stuck-at-start"),
        (
            "import eventlet\neventlet.monkey_patch()\n",
            Outcome.FAILED,
            "monkey-patched",
        ),
        (
            "def create_app():\n    raise NotImplementedError('lab 1: make it')\n",
            Outcome.NOT_ATTEMPTED,
            None,
        ),
    ],
    ids=[
        "raises",
        "syntax",
        "sys.exit",
        "os._exit",
        "empty",
        "no app",
        "sleeps",
        "eventlet",
        "starter",
    ],
)
def test_an_app_that_does_not_start_has_an_outcome_too(
    launcher: Launcher, tmp_path: Path, app: str, outcome: Outcome, cause: str | None
) -> None:
    source = CHECKS[: CHECKS.index('@check(tasks=["fail it"])')]
    result = by_name(verdict(launcher, tmp_path, source, app))["passes"]
    assert result.outcome is outcome
    assert (result.finding.cause.name if result.finding else None) == cause
    assert not result.started


@pytest.mark.parametrize("open_task", [True, False])
def test_where_a_name_is_missing_the_task_that_is_open_is_asked_about(
    launcher: Launcher, tmp_path: Path, open_task: bool
) -> None:
    rooms = "# TODO lab 1: let a client in\n" if open_task else "# let a client in\n"
    save(tmp_path, rooms, "rooms.py")
    source = CHECKS[: CHECKS.index('@check(tasks=["fail it"])')]
    app = "from dashboard.rooms import join\n"
    finding = by_name(verdict(launcher, tmp_path, source, app))["passes"].finding
    assert finding
    assert finding.cause.name == "missing-name"
    asked = "A task is still open in dashboard/rooms.py, line 1. Is that what is missing?"
    assert (asked in finding.cause.next_step) is open_task


def test_a_task_with_long_words_is_found_where_the_formatter_wraps_it(
    launcher: Launcher, tmp_path: Path
) -> None:
    words = "answer whatever a client asks for, in the order in which it was asked"
    source = CHECKS[: CHECKS.index('@check(tasks=["fail it"])')].replace("pass it", words)
    raised = f'raise NotImplementedError(\n        "lab 1: {words}"\n    )'
    app = f"{HELLO}\n\ndef later():\n    {raised}\n"
    assert by_name(verdict(launcher, tmp_path, source, app))["passes"].outcome is (
        Outcome.NOT_ATTEMPTED
    )
