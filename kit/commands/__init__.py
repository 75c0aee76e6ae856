"""The commands, a module for each or for a few that belong together."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kit.cli import USAGE, Trouble
from kit.course import Course, Lab, UnknownLab
from kit.language import _


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


class JsonFile(click.ParamType[str]):
    """A file to write JSON to, or `-`. That it can be written is seen before the work begins."""

    name = "file"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:  # noqa: ARG002
        path = Path(value)
        if value != "-" and (
            path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK)
        ):
            raise Trouble(
                _("{path} cannot be written. Name another file for --json.").format(path=path),
                USAGE,
            )
        return str(value)


def write_json(file: str, content: dict[str, Any]) -> None:
    """Write `content` as JSON to the file that was asked for; `-` is the standard output."""
    text = json.dumps(content, indent=2)
    if file == "-":
        say(text)
    else:
        Path(file).write_text(f"{text}\n", encoding="utf-8")


def say(text: str) -> None:
    """Tell the person at the terminal what is going on."""
    click.echo(text)
