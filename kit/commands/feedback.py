"""How long a learner waits from a save to its verdict."""

import statistics

import click
from rich.console import Console
from rich.table import Table

from kit import browser_libraries, extras, installation
from kit.bench import feedback as measuring
from kit.bench.panel_page import NoVerdict
from kit.cli import FAILED, PASSED, USAGE, Trouble
from kit.commands import JsonFile, write_json
from kit.course import ROOT, Course, UnknownLab
from kit.language import _
from kit.panel.finding import PanelDidNotStart
from kit.report import terminal
from kit.running.browser import BrowserMissing


@click.command()
@click.option("--labs", help="Which labs, such as 1-3,6. Without it, all of them but lab 0.")
@click.option("--json", "json_file", type=JsonFile(), help="Write the report here.")
@click.option(
    "--saves", type=click.IntRange(1), default=20, help="How many wrong submissions of each lab."
)
def feedback(labs: str | None, json_file: str | None, saves: int) -> int:
    """Measure the time from a save to its verdict, lab by lab.

    The panel is open in a browser, and wrong submissions and the solution are saved in turns. Exit
    status 1: verdicts took longer than they may, or one was not what it should be.
    """
    course = Course()
    try:
        # Lab 0 makes an environment: what it waits for is the installer.
        chosen = course.selected(labs) if labs else [lab for lab in course.labs if lab.number]
    except UnknownLab as error:
        raise Trouble(str(error), USAGE) from None
    console = terminal.console(stderr=json_file == "-")
    browser_libraries.ensure(ROOT, installation.say)
    extras.ensure(ROOT, installation.say)
    try:
        with console.status(_("Starting")) as status:
            waits = [measuring.measure(course, lab, saves, status.update) for lab in chosen]
    except (NoVerdict, BrowserMissing, PanelDidNotStart) as error:
        raise Trouble(str(error)) from None
    met = all(one.is_met for one in waits)
    if json_file:
        write_json(json_file, {"labs": [one.to_dict() for one in waits], "met": met})
    _show(waits, console)
    return PASSED if met else FAILED


def _show(waits: list[measuring.Waits], console: Console) -> None:
    table = Table("lab", title=_("Seconds from save to verdict"))
    for head in ("right\nmedian", "right\np95", "wrong\nmedian", "wrong\np95"):
        table.add_column(head, justify="right")
    table.add_column("longest", max_width=32, no_wrap=True, overflow="ellipsis")
    for one in waits:
        figures = [
            f"{figure(seconds):.2f}" if seconds else ""
            for seconds in (one.right, one.wrong)
            for figure in (statistics.median, measuring.p95)
        ]
        table.add_row(one.lab, *figures, one.slowest)
    console.print(table)
    for one in waits:
        for name in one.unlike:
            console.print(
                _("{lab}, {name}: not the verdict that it should get").format(
                    lab=one.lab, name=name
                ),
                markup=False,
            )
    console.print(
        _(
            "To be reached for right submissions of labs 1 to {early}:"
            " {median} s at the median, {most} s for 19 of 20."
            " For wrong ones: {usual} s for 19 of 20."
        ).format(
            early=measuring.EARLY,
            median=measuring.QUICK[0],
            most=measuring.QUICK[1],
            usual=measuring.USUAL[1],
        )
    )
