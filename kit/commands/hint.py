"""The next hint."""

import contextlib

import click
from rich.markdown import Markdown
from rich.text import Text

from kit.checking.check import load
from kit.checking.verdict import Outcome
from kit.cli import USAGE, Trouble
from kit.commands import lab_argument, say
from kit.course import Lab
from kit.language import _
from kit.report import terminal
from kit.student import hints
from kit.student.progress import hints_seen, outcomes, see_hints


@click.command()
@lab_argument
@click.argument("check", required=False)
def hint(lab: Lab, check: str | None) -> None:
    """Show the next hint for a check.

    Without CHECK, it is for the first that does not pass yet.
    """
    checks = load(lab.checks)
    known = {one.name: one for one in checks}
    if check is None:
        newest = outcomes(lab)
        open_now = [c for c in checks if newest.get(c.name) != Outcome.PASSED]
        if not open_now:
            say(
                _("{title}: all checks passed when you last checked. No hint is needed.").format(
                    title=lab.title
                )
            )
            return
        chosen = open_now[0]
    elif check in known:
        chosen = known[check]
    else:
        raise Trouble(
            _("There is no check {check!r}. The checks are: {known}.").format(
                check=check, known=", ".join(known)
            ),
            USAGE,
        )
    ladder = hints.load(lab.hints).get(chosen.name, [])
    if not ladder:
        say(_("There are no hints for: {title}").format(title=chosen.title))
        return
    seen = hints_seen(lab)
    step = min(seen.get(chosen.name, 0), len(ladder) - 1)
    with contextlib.suppress(OSError):  # a folder that cannot be written still has hints
        see_hints(lab, {**seen, chosen.name: step + 1})
    console = terminal.console()
    console.print(
        _("{title}  (hint {step} of {count})").format(
            title=chosen.title, step=step + 1, count=len(ladder)
        ),
        style="bold",
        markup=False,
    )
    console.print(Markdown(ladder[step]) if console.is_terminal else Text(ladder[step]))
    if step + 1 < len(ladder):
        console.print(
            _("For more: python3 -m kit hint {number} {name}").format(
                number=lab.number, name=chosen.name
            ),
            style="dim",
        )
