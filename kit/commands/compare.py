"""After a lab is passed: the learner's code beside the course's."""

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.text import Text

from kit.cli import FAILED, USAGE, Trouble
from kit.commands import lab_argument
from kit.course import Course, Lab
from kit.language import _
from kit.report import terminal
from kit.student import comparing, given
from kit.student.comparing import Pair
from kit.student.progress import newest


@click.command()
@lab_argument
@click.option("--anyway", is_flag=True, help="Show it though the lab is not passed yet.")
def compare(lab: Lab, anyway: bool) -> None:
    """Show your code beside the course's.

    Function by function, once all checks of the lab pass: what is done otherwise there, and why.
    """
    if not anyway and not newest(lab).done:
        raise Trouble(
            _(
                "{title} is not passed yet, and this would show how it can be solved. Pass it"
                " first: python3 -m kit check {number}. To look all the same: --anyway"
            ).format(title=lab.title, number=lab.number),
            FAILED,
        )
    course = Course()
    try:
        pairs = comparing.pairs(course, lab)
    except given.NotGiven as error:
        raise Trouble(str(error), USAGE) from None
    console = terminal.console()
    words = comparing.words(lab)
    console.print(Markdown(words) if console.is_terminal else Text(words))
    for pair in pairs:
        if not pair.is_alike:
            _show(console, pair)
    if alike := [f"{pair.name} ({pair.file})" for pair in pairs if pair.is_alike]:
        console.print(_("\nAs in the course: {alike}").format(alike=", ".join(alike)), markup=False)


def _show(console: Console, pair: Pair) -> None:
    console.print(f"\n== {pair.name}", style="bold", markup=False)
    yours = (
        _("yours, {file}").format(file=pair.own_file)
        if pair.own
        else _("you have no function of this name")
    )
    for title, code in (
        (yours, pair.own),
        (_("the course's, {file}").format(file=pair.file), pair.course),
    ):
        console.print(f"-- {title}", style="dim", markup=False)
        if code and console.is_terminal:
            console.print(Syntax(code, "python", theme="ansi_light", background_color="default"))
        elif code:
            console.print(code, markup=False)
