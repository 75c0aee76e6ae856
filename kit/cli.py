"""The commands behind `python3 -m kit`. Each is imported only when it is called."""

import contextlib
import copy
import errno
import importlib
import inspect
import io
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from kit import environment, language
from kit.language import _
from kit.setup_failures import SetupError

PASSED, FAILED, USAGE, BROKE, STOPPED = 0, 1, 2, 3, 130

COMMANDS = {
    "setup": ("kit.commands.labs", "setup"),
    "labs": ("kit.commands.labs", "labs"),
    "test": ("kit.commands.test", "test"),
    "demo": ("kit.commands.demo", "demo"),
    "start": ("kit.commands.copies", "start"),
    "serve": ("kit.commands.serve", "serve"),
    "check": ("kit.commands.check", "check"),
    "panel": ("kit.commands.panel", "panel"),
    "compare": ("kit.commands.compare", "compare"),
    "hint": ("kit.commands.hint", "hint"),
    "reset": ("kit.commands.copies", "reset"),
    "progress": ("kit.commands.copies", "progress"),
    "kernel": ("kit.commands.kernel", "kernel"),
    "hand-in": ("kit.commands.hand_in", "hand_in"),
    "autograder": ("kit.commands.autograder", "autograder"),
    "grade": ("kit.commands.grade", "grade"),
    "audit": ("kit.commands.audit", "audit"),
    "bench": ("kit.commands.bench", "bench"),
    "doctor": ("kit.commands.doctor", "doctor"),
    "new": ("kit.commands.new", "new"),
    "release": ("kit.commands.release", "release"),
    "site": ("kit.commands.site", "site"),
}
# What a student's edition cannot do: the finished server is not in it, nor what proves the checks.
OF_THE_WHOLE = {"audit", "bench", "demo", "new", "release", "site", "test"}
IS_WHOLE = (Path(__file__).parent.parent / "reference" / "dashboard" / "__init__.py").exists()


class Trouble(Exception):
    """Something that a person can put right. Its text says what happened and what to do next.

    `status` is the exit status that the command ends with.
    """

    def __init__(self, text: str, status: int = BROKE) -> None:
        super().__init__(text)
        self.status = status


class Commands(click.Group):
    """The commands, by name. What is not a command's name is an option of `labs`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        away = {"labs"} if IS_WHOLE else {"labs", *OF_THE_WHOLE}
        return [name for name in COMMANDS if name not in away]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        if not IS_WHOLE and cmd_name in OF_THE_WHOLE:
            raise Trouble(
                _(
                    "This is the students' edition of the course: `{cmd_name}` needs the whole"
                    " project. What there is here: python3 -m kit --help"
                ).format(cmd_name=cmd_name),
                USAGE,
            )
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return translated(command)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in {"--help", "-h"}):
            args = ["labs", *args]
        return super().parse_args(ctx, args)


def translated(command: click.Command) -> click.Command:
    """Return a command whose help, and that of all in it, is in the language that is spoken.

    So what its module says is marked by being help, and is not translated when it is imported.
    """
    if language.current() == language.ENGLISH:
        return command
    command = copy.copy(command)
    command.help, command.epilog = (
        text and _(inspect.cleandoc(text)) for text in (command.help, command.epilog)
    )
    command.params = [copy.copy(one) for one in command.params]
    for one in command.params:
        if isinstance(one, click.Option) and one.help:
            one.help = _(one.help)
    if isinstance(command, click.Group):
        command.commands = {name: translated(one) for name, one in command.commands.items()}
    return command


@click.group(
    cls=Commands,
    name="python3 -m kit",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command: set up, then open the labs in JupyterLab (--no-browser, --port)."
    " A LAB is a number or a name: 6, 06, rooms or 06_rooms."
    " Exit status: 0 all passed, 1 something did not, 2 wrong usage, 3 the kit itself broke.",
)
def commands() -> None:
    """Roundtrip: learn real-time web servers in Python."""


def main(args: list[str]) -> int:
    """Run one command and return its exit status. Ctrl-C gives 130."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # not every system can write every sign
            stream.reconfigure(errors="replace")
    try:
        language.of_libraries()
        result: Any = translated(commands).main(
            args, prog_name="python3 -m kit", standalone_mode=False
        )
        return result if isinstance(result, int) else PASSED
    except (KeyboardInterrupt, click.exceptions.Abort) as stopped:
        # click has begun a new line already, if it was there to see it.
        again = "" if isinstance(stopped, click.exceptions.Abort) else "\n"
        with contextlib.suppress(OSError):  # its terminal may be closed by now
            click.echo(again + _("Stopped."), err=True)
        return STOPPED
    except BrokenPipeError:  # whoever was to read this has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except SetupError:
        raise  # the way in tells it, as it tells its own
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> int:
    """Tell the person about an error that ended a command, and return the exit status.

    Raises Broken where the packages are to blame.
    """
    if isinstance(error, click.ClickException):
        error.show()
        return USAGE
    if isinstance(error, Trouble):
        click.echo(str(error), err=True)
        return error.status
    code = error.errno if isinstance(error, OSError) else None
    if code in {errno.ENOSPC, errno.EDQUOT}:
        click.echo(_("The disk is full. Make room, then run the same command again."), err=True)
    elif code in {errno.EROFS, errno.EACCES, errno.EPERM}:
        click.echo(
            _(
                "{in_words}. Copy the project to a folder of your own, then run the command there."
            ).format(in_words=_in_words(error)),
            err=True,
        )
    elif broken := environment.broken_by(error):
        raise broken from error  # the way in mends it
    else:
        traceback.print_exception(error)
        click.echo(
            _(
                "\nThe kit itself broke. Your work is safe. Try once more; if it happens again,"
                " please report it with the lines above."
            ),
            err=True,
        )
    return BROKE


def _in_words(error: Exception) -> str:
    """Return what the system said, and about which file."""
    said = getattr(error, "strerror", None) or str(error)
    file = getattr(error, "filename", None)
    return f"{said}: {file}" if file else said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
