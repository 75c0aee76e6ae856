"""Makes what `--help` prints, in every language: `python -m tests.help_text`."""

import os
import subprocess
import sys

import click

from kit.cli import commands, translated
from kit.course import ROOT
from kit.help import HEAD, file
from kit.language import ENGLISH, LOCALE, OWN, of_libraries

WIDTH = 80
LANGUAGES = [ENGLISH, *sorted(path.parent.name for path in LOCALE.glob("*/LC_MESSAGES"))]


def made(chosen: str) -> str:
    """Return the help of every command in a language, as click makes it.

    In a process of its own, because click keeps what it has said once.
    """
    command = [sys.executable, "-m", "tests.help_text", "print"]
    variables = os.environ | {OWN: chosen, "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=True)
    return done.stdout.decode("utf-8").replace("\r\n", "\n")


def _made() -> str:
    of_libraries()
    group = _context(translated(commands), "python3 -m kit", None)
    labs = commands.get_command(group, "labs")  # what the group does not list: no command at all
    assert labs
    return "".join([*_sections(group, ""), *_sections(_context(labs, "labs", group), "labs")])


def _sections(context: click.Context, name: str) -> list[str]:
    command = context.command
    sections = [f"{HEAD}{name}\n{command.get_help(context)}\n"]
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found
            sections += _sections(_context(found, inner, context), f"{name} {inner}".strip())
    return sections


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    settings = command.context_settings
    return click.Context(command, parent, name, terminal_width=WIDTH, **settings)


def write() -> None:
    """Write the help of every language anew."""
    for chosen in LANGUAGES:
        file(chosen).write_text(made(chosen), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["print"]:
        sys.stdout.write(_made())
    else:
        write()
