"""The students' edition of the course."""

from pathlib import Path

import click

from kit.cli import USAGE, Trouble
from kit.commands import say
from kit.course import Course, UnknownLab
from kit.language import _
from kit.student import edition


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--labs", help="Which labs, such as 1-3,6. Without it, all of them.")
def release(out: Path, labs: str | None) -> None:
    """Make the students' edition in a new folder.

    It has the tasks, starters, checks and notebooks, but neither the finished server nor solutions
    or submissions. Only: a lab's starter holds the solutions of the labs before it, so hand out in
    parts what nobody should see early.
    """
    course = Course()
    try:
        chosen = course.selected(labs) if labs else course.labs
        edition.make(course, chosen, out)
    except (UnknownLab, edition.NoEdition) as error:
        raise Trouble(str(error), USAGE) from None
    say(
        _(
            "The students' edition, with {count} labs, is in {out}. To try it: python3 -m kit"
        ).format(count=len(chosen), out=out)
    )
