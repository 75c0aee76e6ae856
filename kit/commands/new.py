"""The skeleton of a new lab."""

import click

from kit.authoring import new_lab
from kit.cli import USAGE, Trouble
from kit.commands import say
from kit.course import Course
from kit.cut import tasks
from kit.language import _


@click.command()
@click.argument("lab")
def new(lab: str) -> None:
    """Write the skeleton of a new lab.

    LAB is its number and its name, such as 04_dataframes.
    """
    course = Course()
    try:
        begun, files = new_lab.begin(course, lab)
    except new_lab.CannotBegin as error:
        raise Trouble(str(error), USAGE) from None
    say(_("{title} has a skeleton:").format(title=begun.title))
    for file in files:
        say(f"  {file.relative_to(course.root).as_posix()}")
    if not tasks(course.reference, begun.number):
        say(
            _("In reference/ nothing is tagged `# lab {number}: ...` yet: begin there.").format(
                number=begun.number
            )
        )
    say(_("What it still lacks: python3 -m kit audit --labs {number}").format(number=begun.number))
    say(_("How to go on: CONTRIBUTING.md"))
