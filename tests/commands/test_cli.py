"""What holds for every command: help, wrong usage, trouble, and text for any reader."""

import errno
import os
import subprocess
import sys
from typing import Any

import click
import pytest

from kit import cli
from kit import help as helping
from kit.cli import BROKE, FAILED, STOPPED, USAGE, Trouble
from tests import help_text
from tests.command import Project, environment

NAMES = (
    "setup", "test", "demo", "start", "check", "hint", "reset", "progress", "kernel", "audit",
    "new",
)  # fmt: skip


def test_help_names_every_command_and_the_exit_statuses(shared: Project) -> None:
    done = shared.run("--help")
    assert done.returncode == 0
    for name in NAMES:
        assert f"  {name} " in done.stdout
    commands = done.stdout.partition("Commands:")[2]
    assert "..." not in commands  # each is described in one line that fits
    assert "3 the kit itself broke" in " ".join(done.stdout.split())


def test_help_is_kept_as_click_makes_it() -> None:
    # After a change of a command: python -m tests.help_text
    for chosen in help_text.LANGUAGES:
        assert helping.file(chosen).read_text(encoding="utf-8") == help_text.made(chosen)


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (["--help"], "Usage: python3 -m kit [OPTIONS] COMMAND"),
        (["-h", "check"], "Usage: python3 -m kit [OPTIONS] COMMAND"),
        (["check", "3", "-h"], "Usage: python3 -m kit check "),
        (["bench", "soak", "--help"], "Usage: python3 -m kit bench soak "),
        (["--no-browser", "--help"], "Usage: python3 -m kit labs "),
        (["test", "--help"], "Usage: python3 -m kit test "),
        (["test", "--", "--help"], None),
        (["check", "3"], None),
        (["fly", "--help"], None),
        ([], None),
    ],
)
def test_help_is_told_of_what_was_asked(arguments: list[str], first: str | None) -> None:
    text = helping.asked(arguments)
    assert text is None if first is None else text and text.startswith(first)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "test"])
def test_each_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, "--help"]) == 0
    assert f"Usage: python3 -m kit {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["fly"], "No such command 'fly'"),
        (["hint"], "Missing argument 'LAB'"),
        (["check", "77"], "There is no lab '77'. The labs are: 0 (environment)"),
        (["check", "3", "--fast"], "No such option '--fast'"),
        (["hint", "3", "no_such_check"], "There is no check 'no_such_check'"),
        (["audit", "--labs", "77"], "There is no lab '77'"),
        (["--port", "99999"], "is not in the range"),
        (["demo", "--port", "0"], "is not in the range"),
    ],
)
def test_wrong_usage_is_told_in_plain_words(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == USAGE
    seen = capsys.readouterr()
    assert told in seen.err
    assert "Traceback" not in seen.err
    assert seen.out == ""


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (Trouble("Do this."), BROKE, "Do this."),
        (Trouble("No.", FAILED), FAILED, "No."),
        (KeyboardInterrupt(), STOPPED, "Stopped."),
        (OSError(errno.ENOSPC, "No space left"), BROKE, "The disk is full."),
        (OSError(errno.EROFS, "Read-only", "labs"), BROKE, "a folder of your own"),
        (
            PermissionError(errno.EACCES, "Permission denied", "labs"),
            BROKE,
            "Permission denied: labs. Copy",
        ),
    ],
)
def test_what_a_person_can_put_right_is_told_without_a_traceback(
    error: BaseException,
    status: int,
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _with_a_command_that_raises(error, monkeypatch) == status
    seen = capsys.readouterr().err
    assert told in seen
    assert "Traceback" not in seen


def test_a_bug_of_ours_is_told_as_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _with_a_command_that_raises(RuntimeError("a bug"), monkeypatch) == BROKE
    seen = capsys.readouterr().err
    assert "RuntimeError: a bug" in seen
    assert "The kit itself broke. Your work is safe." in seen


@pytest.mark.parametrize("name", ["3", "03", "events", "Events", "03_events"])
def test_a_lab_can_be_named_in_several_ways(shared: Project, name: str) -> None:
    assert shared.course.lab(name) == shared.course.lab(3)


def test_a_reader_that_goes_away_is_no_failure_to_talk_about(shared: Project) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "kit", "progress"],
        cwd=shared.root,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert done.stderr == b""


def _with_a_command_that_raises(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    command = click.Command("setup", callback=fail)
    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: command)
    return cli.main(["setup"])
