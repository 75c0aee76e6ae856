"""What grading bears."""

import click

from kit.bench.grading import classes, kills, summary
from kit.bench.grading.peers import measuring
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
@click.option(
    "--load",
    type=click.IntRange(1, 16),
    default=4,
    help="How many times as many submissions at once another run has.",
)
@click.option("--seed", default=1, help="What chance begins with.")
@click.option(
    "--peers", is_flag=True, help="Then do a small job with other graders, which are fetched."
)
def grading(
    *,
    json_file: str | None,
    labs: str,
    students: int,
    how_often: int,
    load: int,
    seed: int,
    peers: bool,
) -> int:
    """Kill grading at random instants, resume it, and compare the gradebooks.

    Each file has to be the same, byte for byte, besides the seconds that checks took; no verdict
    may be lost or made twice, and nothing may outlive a run. The class are the submissions that
    prove the checks, and attacks, so it is known what each deserves. A run with more at once
    than the machine has room for has to make the same gradebook.

    With --peers, nbgrader, Otter, check50 and bare pytest grade ten small submissions, each in an
    environment that is thrown away, and so does this kit, confined. Exit status 1: something
    differs, or the kit is not ten times as fast as nbgrader, or slower than pytest.
    """
    course = Course()
    console = terminal.console(stderr=json_file == "-")
    try:
        chosen = course.selected(labs)
    except UnknownLab as error:
        raise Trouble(str(error), USAGE) from None
    arguments = ["--labs", labs, *(["--unconfined"] if why_not() else [])]
    rates = None
    try:
        with TemporaryFolder() as work, console.status(_("Starting")) as status:
            folder = work / "class"
            handed_in = classes.hand_in(course, chosen, students, folder)
            tell = status.update if console.is_terminal else console.print
            report = kills.measure(
                folder, arguments, work, kills=how_often, load=load, seed=seed, tell=tell
            )
            alone = work / kills.UNDISTURBED / GRADEBOOK
            unlike = classes.unlike(handed_in, alone)
            if peers:
                rates = measuring.measure(work / "peers", confined=not why_not(), tell=tell)
    except kills.CannotGrade as error:
        raise Trouble(str(error)) from None
    if json_file:
        found = {"kills": report.to_dict(), "unlike": unlike}
        write_json(json_file, found | ({"peers": rates.to_dict()} if rates else {}))
    summary.show(report, unlike, rates, console)
    is_met = rates is None or rates.is_met
    return PASSED if is_met and not unlike and not report.faults else FAILED
