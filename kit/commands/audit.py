"""The proof of every check."""

from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from kit import installation, language
from kit.authoring.linter import faults
from kit.checking.verdict import Verdict
from kit.cli import BROKE, FAILED, PASSED, USAGE, Trouble
from kit.commands import JsonFile, write_json
from kit.course import Course, Lab, UnknownLab
from kit.cut import CutError
from kit.language import _
from kit.proving import audit as proving
from kit.proving.case import Case, Deviation
from kit.proving.mutants import Mutant
from kit.proving.proofs import Proofs
from kit.proving.submission import SubmissionError
from kit.report import terminal
from kit.running import Launcher


@click.command()
@click.option("--labs", help="Which labs, such as 1-3,6. Without it, all of them.")
@click.option("--json", "json_file", type=JsonFile(), help="Write the report here.")
@click.option("--repeat", type=click.IntRange(1), default=1, help="How often to try each case.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=proving.AT_ONCE,
    help="How many submissions to try at once. Without it, one more than there are processors.",
)
@click.option(
    "--one-in",
    type=click.IntRange(1),
    default=1,
    help="Of known-wrong submissions try one in so many: others after each change.",
)
@click.option("--mutate", is_flag=True, help="Try mutants of the solution instead.")
@click.option("--fresh", is_flag=True, help="Try also what was proved before and is unchanged.")
def audit(
    *,
    labs: str | None,
    json_file: str | None,
    repeat: int,
    jobs: int,
    one_in: int,
    mutate: bool,
    fresh: bool,
) -> int:
    """Prove every check.

    First what a lab still lacks is told. Then each check is tried on submissions that are known to
    be right or wrong. With --mutate, the solution is changed at every place that a lab teaches, and
    each change that no check catches is told. What was proved before is not tried again until its
    submission, its checks or the kit change.
    """
    language.speak(language.ENGLISH)  # what it says of proofs is not translated yet
    if mutate and one_in > 1:
        raise Trouble(_("--one-in is about submissions: leave it out, or --mutate."), USAGE)
    course = Course()
    try:
        chosen = course.selected(labs) if labs else course.labs
    except UnknownLab as error:
        raise Trouble(str(error), USAGE) from None
    console = terminal.console(stderr=json_file == "-")
    kept = installation.cache(course.root) / "proofs.sqlite3"
    try:
        with Proofs(kept, fresh=fresh) as proofs:
            if mutate:
                return _mutate(course, chosen, json_file, console, proofs, jobs=jobs)
            lacking = [fault for lab in chosen for fault in faults(course, lab)]
            lacks = {"faults": [str(fault) for fault in lacking]}
            for line in lacks["faults"]:
                console.print(line, style="red", markup=False)
            if any(fault.stops for fault in lacking):
                if json_file:
                    write_json(json_file, lacks | {"clean": False})
                return FAILED
            report = _audit(
                course, chosen, console, proofs, repeat=repeat, jobs=jobs, one_in=one_in
            )
    except SubmissionError as error:
        raise Trouble(
            _("A submission does not fit its lab any more.\n{error}").format(error=error)
        ) from None
    except CutError as error:
        raise Trouble(
            _("The labs cannot be cut from the reference.\n{error}").format(error=error)
        ) from None
    if json_file:
        whole = {"clean": report.clean and not lacking}
        write_json(json_file, report.to_dict() | lacks | whole)
    _show(report, console)
    if report.clean and not lacking:
        return PASSED
    return BROKE if report.checker_broke else FAILED


def _mutate(
    course: Course,
    labs: list[Lab],
    json_file: str | None,
    console: Console,
    proofs: Proofs,
    *,
    jobs: int,
) -> int:
    found: list[Deviation] = []
    count = caught_before = 0

    def tell(mutant: Mutant, verdict: Verdict | None) -> None:
        nonlocal count, caught_before
        count += 1
        caught_before += verdict is None
        progress.update(task, advance=1, description=escape(mutant.name))

    with (
        Launcher() as launcher,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        task = progress.add_task(_("Trying every mutant"), total=None)
        for lab in labs:
            found += proving.mutate(course, lab, launcher, at_once=jobs, proofs=proofs, tell=tell)
    if json_file:
        figures = {"mutants": count, "caught_before": caught_before}
        write_json(json_file, figures | {"deviations": [asdict(one) for one in found]})
    for one in found:
        console.print(
            _("lab {lab}: {kind}: {case}").format(lab=one.lab, kind=one.kind, case=one.case),
            markup=False,
        )
    if caught_before:
        console.print(
            _("{caught_before} of {count} mutants were caught before and are unchanged").format(
                caught_before=caught_before, count=count
            )
        )
    console.print(
        _("{count} mutants, {wrong} of them not as they should be").format(
            count=count, wrong=len(found)
        )
    )
    return FAILED if found else PASSED


def _audit(
    course: Course,
    labs: list[Lab],
    console: Console,
    proofs: Proofs,
    *,
    repeat: int,
    jobs: int,
    one_in: int,
) -> proving.Report:
    with (
        Launcher() as launcher,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        task = progress.add_task(_("Trying every submission"), total=None)

        def tell(case: Case, _: Verdict, deviations: list[Deviation]) -> None:
            progress.update(task, advance=1, description=escape(f"{case.lab.title}: {case.name}"))
            for one in deviations:
                progress.console.print(
                    f"{case.lab.title}, {case.name}: {one.kind}", style="red", markup=False
                )

        return proving.audit(
            course,
            labs,
            launcher,
            repeat=repeat,
            at_once=jobs,
            one_in=one_in,
            proofs=proofs,
            tell=tell,
        )


def _show(report: proving.Report, console: Console) -> None:
    table = Table(show_header=False)
    figures = report.to_dict()
    for name in (
        "labs",
        "checks",
        "known_wrong",
        "other_right",
        "false_accepts",
        "false_rejects",
        "wrong_diagnoses",
        "checker_broke",
        "unproved",
    ):
        table.add_row(name.replace("_", " "), str(figures[name]))
    table.add_row("flakes", str(sum((report.flakes or {}).values())))
    console.print(table)
    if report.left_out:
        console.print(
            _("{left_out} of {known_wrong} known-wrong submissions were not tried").format(
                left_out=report.left_out, known_wrong=report.known_wrong
            )
        )
    if report.proved_before:
        console.print(
            _("{proved_before} of {cases} were proved before and are unchanged").format(
                proved_before=report.proved_before, cases=report.cases
            )
        )
    for one in report.deviations:
        if one.kind == "unproved":
            continue  # the linter has told it
        console.print(
            _("lab {lab}, {case}, {check}: {kind}: {text}").format(
                lab=one.lab, case=one.case, check=one.check, kind=one.kind, text=one.text
            ),
            markup=False,
        )
    for check, cases in (report.flakes or {}).items():
        if cases:
            console.print(
                _("{check} was not decided the same way each time in {cases} cases").format(
                    check=check, cases=cases
                )
            )
