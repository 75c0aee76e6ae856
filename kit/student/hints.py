"""The hints of a lab: a ladder for each check, from a nudge to nearly the line."""

import re
from pathlib import Path

from kit.language import _

CHECK = re.compile(r"^## +`?(?P<check>\w+)`?\s*$", re.MULTILINE)
STEP = re.compile(r"^(?P<marker>\d+\. +)", re.MULTILINE)


class HintsError(ValueError):
    """A file of hints is not written as it has to be."""


def load(path: Path) -> dict[str, list[str]]:
    """Return the hints of a lab: for each check, its ladder as Markdown, first step first.

    The file has a heading `## check_name` for each check, and below it an ordered list.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    parts = CHECK.split(text)[1:]
    ladders: dict[str, list[str]] = {}
    for check, body in zip(parts[::2], parts[1::2], strict=True):
        items = STEP.split(body)[1:]
        steps = [_dedented(*item) for item in zip(items[::2], items[1::2], strict=True)]
        if not steps:
            raise HintsError(_("{name}: {check} has no hints.").format(name=path.name, check=check))
        ladders[check] = steps
    return ladders


def _dedented(marker: str, step: str) -> str:
    """Return one item of a list without the indentation that makes it one."""
    indentation = re.compile(f"^ {{1,{len(marker)}}}")
    first, *rest = step.strip().split("\n")
    return "\n".join([first, *(indentation.sub("", line) for line in rest)]).strip()
