"""A lab's own causes, kept as text beside its task: what is likely, and what to do next.

    ## sleeps-after-each
    likely: The feed sleeps after each dashboard. The more there are, the later each of them is.
    next: Look at the indentation of the sleep: to which loop does it belong?

The next step names the place and the idea. It holds no code: that is the last step of the hints.
"""

import re
from pathlib import Path

from kit.checking.verdict import Cause
from kit.language import _

CAUSE = re.compile(r"## (?P<name>[a-z][a-z0-9-]*)\nlikely: (?P<likely>.+)\nnext: (?P<next>.+)")
# What may stand between backquotes in a next step: a name, perhaps of a function.
NAME = re.compile(r"@?[\w./]+(\(\))?")


class CausesError(ValueError):
    """A file of causes is not written as it has to be."""


class Causes:
    """Causes by name, as attributes: `why.no_feed` is the cause `no-feed`."""

    def __init__(self, path: Path) -> None:
        """Read the causes from the file at `path`. Raises CausesError."""
        self.by_name: dict[str, Cause] = {}
        parts = re.split(r"^(?=## )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        for part in parts:
            found = CAUSE.fullmatch(part.strip())
            heading = part.split("\n", 1)[0]
            if found is None:
                raise CausesError(
                    _(
                        "{name}: `{heading}` needs a line `likely: ...` and a line `next: ...`"
                        " below it, and nothing else."
                    ).format(name=path.name, heading=heading)
                )
            code = [
                text for text in re.findall("`([^`]*)`", found["next"]) if not NAME.fullmatch(text)
            ]
            if code:
                raise CausesError(
                    _(
                        "{name}: the next step of `{heading}` holds code, `{code}`. Say the"
                        " idea there, and put the code into the last hint."
                    ).format(name=path.name, heading=heading, code=code[0])
                )
            if found["name"] in self.by_name:
                raise CausesError(
                    _("{name}: there are two causes `{heading}`.").format(
                        name=path.name, heading=heading
                    )
                )
            self.by_name[found["name"]] = Cause(*found.groups())

    def __getattr__(self, name: str) -> Cause:
        try:
            return self.by_name[name.replace("_", "-")]
        except KeyError:
            raise AttributeError(
                _("There is no cause {name}.").format(name=name.replace("_", "-"))
            ) from None


def causes(file: str, lab: str = "") -> Causes:
    """Return the causes of a lab such as `06_rooms`; without it, of the lab that `file` checks.

    `file` is the `__file__` of a module in the folder of checks. Raises CausesError.
    """
    path = Path(file).resolve()
    lab = lab or path.stem.removeprefix("lab_")
    return Causes(path.parent.parent / "labs" / lab / "causes.md")
