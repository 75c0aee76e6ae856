"""The commands, a module for each or for a few that belong together."""

from collections.abc import Callable
from typing import Any

import click

from kit.cli import USAGE, Trouble
from kit.course import Course, Lab, UnknownLab


class LabType(click.ParamType[Lab]):
    """A lab, named `6`, `06`, `rooms` or `06_rooms` on the command line."""

    name = "lab"

    def convert(self, value: Any, param: Any, ctx: Any) -> Lab:  # noqa: ARG002
        if isinstance(value, Lab):
            return value
        try:
            return Course().lab(value)
        except UnknownLab as error:
            raise Trouble(str(error), USAGE) from None


lab_argument: Callable[[Any], Any] = click.argument("lab", type=LabType())


def say(text: str) -> None:
    """Tell the person at the terminal what is going on."""
    click.echo(text)
