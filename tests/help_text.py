"""Makes kit/help.txt, what `--help` prints: `python -m tests.help_text`."""

import click

from kit.cli import commands
from kit.help import FILE, HEAD

WIDTH = 80


def made() -> str:
    """Return the help of every command, as click makes it."""
    group = _context(commands, "python3 -m kit", None)
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


if __name__ == "__main__":
    FILE.write_text(made(), encoding="utf-8")
