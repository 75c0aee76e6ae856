"""What grading bears."""

import click
from rich.text import Text

from kit.bench.grading import classes, kills
from kit.cli import FAILED, PASSED, USAGE, Trouble
from kit.commands import JsonFile, write_json
from kit.course import Course, UnknownLab
from kit.grading.confinement import why_not
from kit.grading.reports import GRADEBOOK
from kit.language import _
from kit.report import terminal
from kit.temporary import TemporaryFolder


@click.command()
@click.option("--json", "json_file", type=JsonFile(), help="Write the report here.")
@click.option("--labs", default="3", help="Of which labs a class has handed in something.")
@click.option("--students", type=click.IntRange(1), default=12, help="How many there are.")
@click.option("--kills", "how_often", type=click.IntRange(0), default=20, help="How often.")
@click.option("--seed", default=1, help="What chance begins with.")
def grading(json_file: str | None, labs: str, students: int, how_often: int, seed: int) -> int:
    """Kill grading at random instants, resume it, and compare the gradebooks.

    Each file has to be the same, byte for byte, besides the seconds that checks took; no verdict
    may be lost or made twice, and nothing may outlive a run. The class are the submissions that
    prove the checks, so it is known what each deserves. Exit status 1: something differs.
    """
    course = Course()
    console = terminal.console(stderr=json_file == "-")
    try:
        chosen = course.selected(labs)
    except UnknownLab as error:
        raise Trouble(str(error), USAGE) from None
    arguments = ["--labs", labs, *(["--unconfined"] if why_not() else [])]
    try:
        with TemporaryFolder() as work, console.status(_("Starting")) as status:
            folder = work / "class"
            handed_in = classes.hand_in(course, chosen, students, folder)
            tell = status.update if console.is_terminal else console.print
            report = kills.measure(folder, arguments, work, kills=how_often, seed=seed, tell=tell)
            alone = work / kills.UNDISTURBED / GRADEBOOK
            unlike = classes.unlike(handed_in, alone)
    except kills.CannotGrade as error:
        raise Trouble(str(error)) from None
    if json_file:
        write_json(json_file, {"kills": report.to_dict(), "unlike": unlike})
    console.print(
        _(
            "{verdicts} verdicts; undisturbed in {seconds_undisturbed} s, with"
            " {processor_seconds} s of processor time; killed {kills} times in"
            " {runs} runs, {with_news} times after new verdicts."
        ).format(
            verdicts=report.verdicts,
            seconds_undisturbed=report.seconds_undisturbed,
            processor_seconds=report.processor_seconds,
            kills=report.kills,
            runs=report.runs,
            with_news=report.with_news,
        )
    )
    for fault in [*unlike, *report.faults]:
        console.print(Text(fault, style="red"))
    if not report.faults:
        console.print(_("Each gradebook was the same. Nothing was lost, nothing came twice."))
    if not unlike:
        console.print(_("Each submission has the verdict that it deserves."))
    return FAILED if report.faults or unlike else PASSED
