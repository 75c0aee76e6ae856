"""The student's copies of the labs."""

from pathlib import Path

import click

from kit.cli import FAILED, Trouble
from kit.commands import lab_argument, say
from kit.course import ROOT, Course, Lab
from kit.language import _
from kit.report.words import state
from kit.student import workspace
from kit.student.progress import overview


@click.command()
@lab_argument
@click.option("--mine", is_flag=True, help="Carry your own code forward from the lab before.")
def start(lab: Lab, mine: bool) -> None:
    """Make your copy of a lab. A copy that is there stays as it is."""
    if mine:
        try:
            copy = workspace.carry_forward(Course(), lab)
        except workspace.NothingToCarry as error:
            raise Trouble(
                _("{error} To start from the lab's own code: python3 -m kit start {name}").format(
                    error=error, name=lab.name
                ),
                FAILED,
            ) from None
    else:
        copy = workspace.start(Course(), lab)
    where = _short(copy.package)
    if copy.made:
        say(_("{title}: your copy is in {where}").format(title=lab.title, where=where))
    else:
        say(
            _("{title}: your copy is in {where} already. It was left as it is.").format(
                title=lab.title, where=where
            )
        )
    _tell_the_rest(copy)
    say(
        _("The task: {task}. To check your work: python3 -m kit check {number}").format(
            task=_short(lab.task), number=lab.number
        )
    )


@click.command()
@lab_argument
def reset(lab: Lab) -> None:
    """Go back to the starter. Your work is kept beside it."""
    copy = workspace.reset(Course(), lab)
    say(
        _("{title}: the starter is back in {folder}").format(
            title=lab.title, folder=_short(copy.package)
        )
    )
    _tell_the_rest(copy)


@click.command()
def progress() -> None:
    """Show every lab at a glance."""
    labs = overview(Course())
    width = max([30, *(len(one.lab.title) for one in labs)])
    for one in labs:
        say(f"{'✓' if one.done else ' '} {one.lab.title:{width}} {state(one)}")


def _tell_the_rest(copy: workspace.Copy) -> None:
    if copy.kept:
        say(_("Your older work is kept in {folder}").format(folder=_short(copy.kept)))
    for path in copy.to_look_at:
        say(
            _(
                "Both you and this lab changed {path}. Yours stands; the lab's version lies"
                " beside it as {name}.lab: copy over what you need."
            ).format(path=_short(path), name=path.name)
        )


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
