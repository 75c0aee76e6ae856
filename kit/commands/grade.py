"""The marks of a class."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kit import extras, installation
from kit.checking.verdict import Verdict
from kit.cli import BROKE, FAILED, PASSED, USAGE, Trouble
from kit.course import ROOT, Course, Lab, UnknownLab
from kit.grading import comparison, earlier, intake, own_marks, roster, scheme
from kit.grading.cluster import ClusterError
from kit.grading.confinement import CONFINED, UNCONFINED, why_not
from kit.grading.earlier import Earlier, NoGradebook
from kit.grading.grading import Grading, NotGradable, is_gradable
from kit.grading.journal import Journal, JournalError
from kit.grading.marking import Marking
from kit.grading.own_marks import OwnMarksError
from kit.grading.reports import GRADEBOOK, write
from kit.grading.results import ClassResults, LabResult, State
from kit.grading.scheme import Scheme, SchemeError
from kit.grading.unit import Unit
from kit.language import _
from kit.report import terminal
from kit.running.plan import KIT_ROOT

CLASS = click.Path(exists=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OWN_MARKS = "own-marks.csv"


WRONG = (
    UnknownLab,
    intake.NoClass,
    roster.RosterError,
    NotGradable,
    SchemeError,
    OwnMarksError,
    NoGradebook,
)


@click.command()
@click.argument("folder", metavar="DIR", type=CLASS)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write the gradebook to.",
)
@click.option("--labs", help="Which labs, such as 1-3,6. Without it, all that can be graded.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    help="How many submissions at once. Without it, one for each processor.",
)
@click.option(
    "--cluster",
    "address",
    metavar="ADDRESS",
    help="Grade on a Dask cluster: its scheduler's address, such as tcp://192.0.2.7:8786.",
)
@click.option(
    "--roster",
    "roster_file",
    type=FILE,
    help="A CSV file with a line for each student.",
)
@click.option(
    "--scheme",
    "scheme_file",
    type=FILE,
    help="A TOML file: points, weights, due dates. Without it, a point for each check.",
)
@click.option(
    "--late",
    "late_file",
    type=FILE,
    help="A CSV file with days late: Student, Lab, Days.",
)
@click.option(
    "--own",
    "own_file",
    type=FILE,
    help=f"A CSV file with your own marks. Without it, {OWN_MARKS} in --out.",
)
@click.option(
    "--compare", is_flag=True, help="Say whose marks would move, and why; write no gradebook."
)
@click.option(
    "--unconfined", is_flag=True, help="Run strangers' code as processes of your account."
)
def grade(
    folder: Path,
    *,
    out: Path,
    labs: str | None,
    jobs: int | None,
    address: str | None,
    roster_file: Path | None,
    scheme_file: Path | None,
    late_file: Path | None,
    own_file: Path | None,
    compare: bool,
    unconfined: bool,
) -> int:
    """Grade what a class has handed in.

    DIR holds a folder, a clone or an archive for each student, or is what Canvas, Moodle,
    Gradescope, Blackboard or Brightspace gives to download, unpacked or as its zip.
    Verdicts are kept in the folder of --out as soon as they are known: a second run goes on where
    the first one was stopped, and grades again only what has changed.
    """
    course = Course()
    console = terminal.console()
    if address and jobs:
        raise Trouble(
            _("--jobs is about this machine. With --cluster, leave it out: its workers decide."),
            USAGE,
        )
    if address:
        extras.ensure(ROOT, installation.say, extras.CLUSTER)
    # On a cluster each worker sees for itself whether it can confine them.
    why = "" if unconfined or address else why_not()
    if why:
        raise Trouble(
            _(
                "Submissions cannot be confined here: {why}.\nTo run them as processes of your"
                " account instead, with all that it may do, say --unconfined."
            ).format(why=why),
            USAGE,
        )
    own_file = own_file or out / OWN_MARKS
    try:
        before = _earlier(out, needed=compare)
        who = roster.read(roster_file) if roster_file else None
        with intake.unpacked(folder) as unpacked:
            handed_in = intake.read(unpacked, course)
        plan = scheme.read(scheme_file, course) if scheme_file else Scheme()
        chosen = _chosen(course, labs)
        grading = Grading(course, chosen, handed_in, confined=not unconfined, seed=plan.seed)
        students = [one.student for one in grading.results(who).students]
        marking = Marking(
            plan,
            grading.checks,
            own_marks.marks(own_file, course, students) if own_file.exists() else {},
            own_marks.days_late(late_file, course, students) if late_file else {},
            before,
        )
        marking.marked(grading.results(who))  # what is wrong with it shows before the work
    except WRONG as error:
        raise Trouble(str(error), USAGE) from None
    console.print(_(UNCONFINED if unconfined else CONFINED), markup=False, style="dim")
    out.mkdir(parents=True, exist_ok=True)
    try:
        with Journal(out / "journal.sqlite3") as journal:
            grading.remember(journal)
            _say_what_is_left(grading, console)
            with _progress(grading, console) as tell:
                grading.run(
                    journal,
                    jobs=jobs or os.cpu_count() or 1,
                    hidden=[KIT_ROOT, folder.resolve(), out.resolve()],
                    address=address or "",
                    tell=tell,
                )
    except (JournalError, ClusterError) as error:
        raise Trouble(str(error)) from None
    results = marking.marked(grading.results(who))
    if compare:
        return _compare(before, results, console)
    _show(results, console)
    own_marks.begin(out / OWN_MARKS)
    for remark in write(results, out):
        console.print(remark, markup=False, style="dim")
    console.print(
        _("The gradebook is in {out}; begin with class.html.").format(out=out), markup=False
    )
    left = {
        lab.state
        for student in results.students
        for lab in student.labs
        if lab.counts and lab.points is None
    }
    if State.UNSETTLED in left:
        return BROKE
    return FAILED if left else PASSED


def _earlier(out: Path, *, needed: bool) -> Earlier:
    """Return what the last gradebook says, nothing where there is none. Raises NoGradebook."""
    path = out / GRADEBOOK
    if not path.exists() and not needed:
        return Earlier()
    return earlier.read(path)


def _compare(before: Earlier, results: ClassResults, console: Console) -> int:
    """Say what would move, and return the exit status: 0 where nothing does."""
    moves = comparison.moves(before, results)
    for move in moves:
        console.print(str(move), markup=False)
        for why in move.because:
            console.print(_("  because {why}").format(why=why), markup=False, style="dim")
    for note in results.notes:
        console.print(note, markup=False, style="yellow")
    whose = len({move.student for move in moves})
    console.print(
        _(
            "{moved} of {count} students' marks would move. Nothing was overwritten:"
            " grade without --compare for that."
        ).format(moved=whose, count=len(results.students))
        if moves
        else _("No mark would move."),
        markup=False,
    )
    return FAILED if moves else PASSED


def _chosen(course: Course, labs: str | None) -> list[Lab]:
    """Return the labs that were asked for, or else all that can be graded."""
    return course.selected(labs) if labs else [lab for lab in course.labs if is_gradable(lab)]


def _say_what_is_left(grading: Grading, console: Console) -> None:
    if grading.decided:
        console.print(
            _("{decided} verdicts are known already and still hold.").format(
                decided=grading.decided
            )
        )


@contextlib.contextmanager
def _progress(grading: Grading, console: Console) -> Iterator[Callable[[Unit, Verdict], None]]:
    """Show in a terminal how far it is, and how long it takes; give what has to be told of each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(_("Grading"), total=len(grading.left))
        yield lambda unit, _: progress.update(task, advance=1, description=escape(unit.lab.title))


def _points(lab: LabResult) -> str:
    return lab.shown if lab.points is None else f"{lab.points}/{lab.most}"


def _show(results: ClassResults, console: Console) -> None:
    for one in results.students:
        labs = ", ".join(f"{lab.title} {_points(lab)}" for lab in one.labs)
        console.print(f"{one.student.name}: {labs}", markup=False)
        for note in one.notes:
            console.print(f"  {note}", markup=False, style="dim")
    for note in results.notes:
        console.print(note, markup=False, style="yellow")
