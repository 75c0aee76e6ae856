"""The student's copies of the labs."""

from pathlib import Path

import click

from kit.cli import FAILED, Trouble
from kit.commands import lab_argument, say
from kit.course import ROOT, Course, Lab
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
                f"{error} To start from the lab's own code: python3 -m kit start {lab.name}", FAILED
            ) from None
    else:
        copy = workspace.start(Course(), lab)
    where = _short(copy.package)
    if copy.made:
        say(f"{lab.title}: your copy is in {where}")
    else:
        say(f"{lab.title}: your copy is in {where} already. It was left as it is.")
    _tell_the_rest(copy)
    say(f"The task: {_short(lab.task)}. To check your work: python3 -m kit check {lab.number}")


@click.command()
@lab_argument
def reset(lab: Lab) -> None:
    """Go back to the starter. Your work is kept beside it."""
    copy = workspace.reset(Course(), lab)
    say(f"{lab.title}: the starter is back in {_short(copy.package)}")
    _tell_the_rest(copy)


@click.command()
def progress() -> None:
    """Show every lab at a glance."""
    for one in overview(Course()):
        say(f"{'✓' if one.done else ' '} {one.lab.title:30} {state(one)}")


def _tell_the_rest(copy: workspace.Copy) -> None:
    if copy.kept:
        say(f"Your older work is kept in {_short(copy.kept)}")
    for path in copy.to_look_at:
        say(
            f"Both you and this lab changed {_short(path)}. Yours stands; the lab's version lies"
            f" beside it as {path.name}.lab: copy over what you need."
        )


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
