"""The verdict in a terminal, and in a file."""

import io

import pytest
from rich.console import Console

from kit.checking.verdict import Cause, Finding, Outcome, Result, Verdict
from kit.report import terminal

LONG = "Each client is greeted with `welcome`: its own sid, the time in UTC, its user, and no more."
STEERING = "\x1b[2J\x1b]0;owned\x07\r\x9b31m red [bold]not bold[/bold] :smile:"


def verdict(text: str, *, labs: tuple[int, ...] = (3,)) -> Verdict:
    finding = Finding((text,), text, text, Cause("cause", text, text))
    results = [
        Result(
            f"check_{outcome}",
            lab,
            text,
            outcome,
            0.1,
            finding if outcome in {Outcome.FAILED, Outcome.TIMED_OUT} else None,
            text,
        )
        for lab in labs
        for outcome in Outcome
    ]
    return Verdict(max(labs), tuple(results), 1.25)


def shown(verdict: Verdict, *, width: int = 80) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=width, highlight=False)
    terminal.show(console, verdict, title="Lab 3: events")
    return file.getvalue()


def printed(verdict: Verdict, capsys: pytest.CaptureFixture[str]) -> str:
    terminal.show(terminal.console(), verdict, title="Lab 3: events")
    return capsys.readouterr().out


def test_a_file_gets_whole_lines_without_colours(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(verdict(LONG), capsys)
    assert "\x1b" not in text
    lines = text.splitlines()
    assert lines[0] == "Lab 3: events"
    assert lines[1] == f"✓ {LONG}"
    assert lines[2] == f"✗ {LONG} [failed]"
    assert f"  Next     {LONG}" in lines
    assert lines[-2] == "· Not tried yet: that needs a check above it to pass first."
    assert lines[-1].startswith("1 of 6 checks passed; 1 failed, 1 not attempted, 1 not tried")
    assert not [line for line in lines if line != line.rstrip()]


def test_what_the_machine_lacks_stands_below_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = Result(
        "check", 3, LONG, Outcome.NOT_TRIED, 0.1, None, "There is no nginx. Install it.", True, True
    )
    lines = printed(Verdict(3, (lacking,), 1.25), capsys).splitlines()
    assert lines[1:3] == [f"· {LONG} [not tried]", "  There is no nginx. Install it."]
    assert not any("needs a check above it" in line for line in lines)


def test_a_terminal_gets_lines_that_fit_and_outcomes_in_one_piece() -> None:
    text = shown(verdict(LONG))
    assert "\x1b[32m" in text
    for outcome in Outcome:
        assert outcome is Outcome.PASSED or f"[{outcome}]" in text


@pytest.mark.parametrize("where", ["a file", "a terminal"])
def test_a_submission_cannot_steer_the_terminal(
    where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    harmless = verdict("red [bold]not bold[/bold] :smile:")
    text, plain = (
        printed(one, capsys) if where == "a file" else shown(one, width=200)
        for one in (verdict(STEERING), harmless)
    )
    assert "[bold]not bold[/bold] :smile:" in text
    for sign in ("\x1b[2J", "\x1b]0", "\x07", "\r", "\x9b"):
        assert text.count(sign) == plain.count(sign) == 0


def test_several_labs_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(verdict("It works.", labs=(1, 3)), capsys).splitlines()
    assert [line for line in lines if line.startswith("Lab ")] == [
        "Lab 3: events",
        "Lab 1",
        "Lab 3",
    ]


def test_a_rubric_is_printed_as_a_title_and_a_list() -> None:
    file = io.StringIO()
    console = Console(file=file, width=terminal.UNBROKEN, highlight=False)
    terminal.show_rubric(
        console, "# For people\n\n- **One.** Look at `this`.\n- **Two.** And on.\n"
    )
    assert file.getvalue() == "\nFor people\n· One. Look at `this`.\n· Two. And on.\n"
