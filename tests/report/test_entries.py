"""A server that does not start is told once, however many checks it stops."""

import io
from dataclasses import replace

from rich.console import Console

from kit.checking.verdict import Cause, Finding, Outcome, Result, Verdict
from kit.report import page, terminal
from kit.report.entries import entries
from tests.report.test_checklist_page import Parsed

SYNTAX = Cause("syntax", "Python cannot read this file.", "Look at the line.")


def stopped(name: str, got: str = "it raised SyntaxError") -> Result:
    finding = Finding((f"we started a server for {name}",), "the server starts", got, SYNTAX)
    return Result(name, 3, f"It is {name}.", Outcome.FAILED, 0.1, finding, started=False)


PASSED = Result("passes", 3, "It passes.", Outcome.PASSED, 0.1)
FAILED = replace(stopped("fails"), started=True)
SIX = (PASSED, stopped("a"), FAILED, stopped("b"), stopped("c"), stopped("d", "it hangs"))


def test_one_reason_is_one_entry_and_another_reason_another() -> None:
    told = entries(SIX)
    assert [one.result.check for one in told] == ["passes", "a", "fails", "d"]
    assert [one.checks for one in told] == [1, 3, 1, 1]
    assert told[1].result.title == "Your server does not start"
    assert told[3].result.title == "It is d."  # it stops this one alone
    assert sum(one.checks for one in told) == len(SIX)


def test_a_task_that_is_open_is_no_failure() -> None:
    task = "The task is still there (dashboard/origins.py, line 32): read the origins"
    left = Result("a", 7, "It is a.", Outcome.NOT_ATTEMPTED, 0.1, None, task, started=False)
    (one,) = entries([left, replace(left, check="b", title="It is b.")])
    assert one.result.title == "Your server does not start yet"
    assert "line 32" in Parsed(page.card(one, {})).text


def test_a_page_says_it_once_and_keeps_the_hints_of_each_check() -> None:
    hints = {name: [f"Hint for {name}."] for name in ("a", "b", "c")}
    told = {"title": "Lab 3", "folder": "labs/03_events"}
    seen = Parsed(page.checklist(Verdict(3, SIX, 1.0), hints=hints, **told)).text
    assert seen.count("SyntaxError") == 2  # the other is that of a check which fails by itself
    assert "1 of 6 checks passed; 5 failed" in seen
    assert "Stops 3 checks" in seen
    for name in ("a", "b", "c"):
        assert f"It is {name}." in seen
        assert f"Hint for {name}." in seen


def test_a_terminal_says_it_once_and_names_some_of_many() -> None:
    file = io.StringIO()
    many = tuple(stopped(f"number {number}") for number in range(9))
    terminal.show(Console(file=file, width=100), Verdict(3, many, 1.0), title="Lab 3: events")
    text = file.getvalue()
    assert text.count("SyntaxError") == 1
    assert "Stops    It is number 0." in text
    assert "and 5 more checks" in text
    assert "0 of 9 checks passed; 9 failed" in text
