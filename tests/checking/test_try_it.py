"""What a learner is given to try by hand runs as it is, against the server that they have."""

import contextlib
import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from kit.bench.feedback import save
from kit.checking.check import Check, load
from kit.checking.runner import run
from kit.checking.served_as import plan_of
from kit.checking.transcript import Kind, Passed, Transcript
from kit.checking.try_it import ADDRESS, MOST_LINES, lines
from kit.course import Course, Lab
from kit.proving.audit import cases
from kit.running import Launcher

# A check of each lab, and what is read when somebody does by hand what it has done there.
READ = {
    1: ("answers_healthz", "404"),
    2: ("lists_the_dashboards", "404"),
    3: ("connects", "not let in"),
    4: ("sends_rows", "Ana hears data_updated"),
    5: ("draws_a_line_a_column", "Ana hears welcome"),
    6: ("joins", "unknown_dashboard"),
    7: ("refuses_strangers", "200"),
    8: ("writes_objects", "Ana hears data_updated"),
    9: ("comes_back", "Ana again hears welcome"),
    10: ("filters", "invalid_payload"),
    11: ("sends_figures", "Ben hears welcome"),
}


@pytest.mark.parametrize("number", READ)
def test_what_is_to_be_tried_runs(number: int, launcher: Launcher, tmp_path: Path) -> None:
    name, read = READ[number]
    lab = Course().lab(number)
    checks = _needed(load(lab.checks), name)
    program, folder = _first_program(lab, checks, launcher, tmp_path)
    assert len(program) <= MOST_LINES
    assert f"python3 -m kit serve {number} --as {name}" in program[1]
    plan = plan_of(checks[-1], folder)
    assert plan
    said = io.StringIO()
    with launcher.start(plan) as app, contextlib.redirect_stdout(said):
        app.wait_until_listening()
        exec("\n".join(program).replace(ADDRESS, app.url), {})
    assert read in said.getvalue()


def _first_program(
    lab: Lab, checks: list[Check], launcher: Launcher, folder: Path
) -> tuple[tuple[str, ...], Path]:
    """Return what is to be tried where the last of these checks fails, and which package does."""
    name = checks[-1].name
    wrong = [case for case in cases(Course(), lab) if name in (case.must_fail or ())]
    for number, case in enumerate(wrong):
        submission = folder / str(number)
        save({}, case.tree, submission / "dashboard")
        verdict = run(checks, submission, launcher, ahead=True)
        finding = next(one for one in verdict.results if one.check == name).finding
        if finding and finding.try_it:
            return finding.try_it, submission
    raise AssertionError(f"no submission leads to a program for {name}")


def test_a_program_that_would_not_do_the_same_is_not_shown() -> None:
    made_up = "a-session-of-that-server"
    connect = Passed(Kind.CONNECT, "Ana", sent=True)
    told = Passed(Kind.ACK, "Ana", sent=False, data=({"session": made_up},), id=1)
    shows = Passed(Kind.EVENT, "Ana", sent=True, name="resume", data=({"session": made_up},))
    assert _lines(connect, shows)
    assert not _lines(connect, told, shows)
    assert not _lines(connect, Passed(Kind.EVENT, "Ana", sent=True, name="x", data=("ab" * 999,)))
    assert '"é" * 999' in "".join(_lines(connect, _say("é" * 999)))


def test_of_many_steps_those_of_the_end_are_kept_and_repeats_are_a_loop() -> None:
    connect = Passed(Kind.CONNECT, "Ana", sent=True)
    many = _lines(connect, *[_say(str(number)) for number in range(40)])
    assert len(many) == MOST_LINES
    assert "# 33 earlier steps are left out" in many
    assert 'ana.emit("say", "39")' in many
    assert "for _ in range(40):" in _lines(connect, *[_say("again")] * 40)


def _needed(checks: list[Check], name: str) -> list[Check]:
    """Return this check, and those that it stands on."""
    wanted = {name}
    for check in reversed(checks):
        if check.name in wanted:
            wanted.update(check.stands_on)
    return [check for check in checks if check.name in wanted]


def _say(text: str) -> Passed:
    return Passed(Kind.EVENT, "Ana", sent=True, name="say", data=(text,))


def _lines(*messages: Passed) -> tuple[str, ...]:
    """Return the program for these messages; whoever connects is let in."""
    transcript = Transcript()
    for message in messages:
        transcript.add(message)
        if message.kind is Kind.CONNECT:
            transcript.add(Passed(Kind.LET_IN, message.client, sent=False))
    server = SimpleNamespace(transcript=transcript, app=SimpleNamespace(apps=1), was_tampered=False)
    check = SimpleNamespace(name="says", lab=3)
    return lines(check, server, first=True)  # type: ignore[arg-type]
