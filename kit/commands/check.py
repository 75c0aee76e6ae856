"""The verdict on one lab."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kit.checking.verdict import Outcome, Verdict
from kit.checking.watch import Watch
from kit.cli import BROKE, FAILED, PASSED, USAGE, Trouble
from kit.commands import JsonFile, LabType, write_json
from kit.commands.check_all import check_all, keep
from kit.course import Course, Lab
from kit.language import _
from kit.panel import finding, following
from kit.report import terminal
from kit.report.words import OUR_FAULT
from kit.running import PACKAGE
from kit.student import workspace
from kit.student.misplaced import misplaced


@click.command()
@click.argument("lab", type=LabType(), required=False)
@click.option("--all", "whole", is_flag=True, help="Check all labs that you have begun, once.")
@click.option(
    "--app", type=click.Path(path_type=Path), help="Check the app in this folder instead."
)
@click.option("--so-far", is_flag=True, help="Check by all earlier labs' checks as well.")
@click.option("--watch", is_flag=True, help="Check again each time a file is saved.")
@click.option("--json", "json_file", type=JsonFile(), help="Write the verdict here.")
def check(
    lab: Lab | None,
    *,
    whole: bool,
    app: Path | None,
    so_far: bool,
    watch: bool,
    json_file: str | None,
) -> int:
    """Check your work on a lab."""
    course = Course()
    console = terminal.console(stderr=json_file == "-")
    if whole:
        if lab or app or so_far or watch:
            raise Trouble(_("`check --all` takes no lab, and no option but --json."), USAGE)
        return check_all(course, console, json_file)
    if lab is None:
        raise Trouble(
            _(
                "Name a lab, such as `python3 -m kit check 3`, or check all that you have begun:"
                " python3 -m kit check --all"
            ),
            USAGE,
        )
    if app is None and not lab.package.exists():
        workspace.start(course, lab)
        console.print(
            _("Made your copy in labs/{slug}/{package}").format(slug=lab.slug, package=PACKAGE)
        )
    with (
        _folder(app, lab) as folder,
        Watch(course, lab, folder, so_far=so_far) as watching,
    ):
        last: Verdict | None = None
        is_own = app is None and not so_far
        for verdict in (
            _followed(course, lab, watching, console, by_panel=is_own)
            if watch
            else [_with_a_bar(watching, console)]
        ):
            last = verdict
            if watch:
                console.clear()
            terminal.show(console, verdict, title=lab.title)
            if lab.rubric.exists():
                terminal.show_rubric(console, lab.rubric.read_text(encoding="utf-8"))
            if app is None:
                terminal.warn(console, misplaced(course, lab))
                console.print(_what_next(course, lab, verdict), style="dim")
            if json_file:
                write_json(json_file, verdict.to_dict())
            if is_own and not watch:  # where the panel decides, it has done so
                keep(lab, verdict, console)
            if watch:
                console.print(_("Waiting for you to save a file. Ctrl-C stops."), style="dim")
    if last is None or last.passed:
        return PASSED
    return BROKE if last.count(Outcome.CHECKER_BROKE) else FAILED


def _what_next(course: Course, lab: Lab, verdict: Verdict) -> str:
    if not verdict.is_done:
        return _("For a hint: python3 -m kit hint {number}").format(number=lab.number)
    compared = _("Your code beside the course's: python3 -m kit compare {number}").format(
        number=lab.number
    )
    following = course.after(lab)
    if following is None:
        return _("{compared}\nThat was the last lab.").format(compared=compared)
    notebook = following.own_notebook.relative_to(following.root).as_posix()
    return _(
        "{compared}\nGo on with the next lab: python3 -m kit start {number}, or {notebook}"
    ).format(compared=compared, number=following.number, notebook=notebook)


def _followed(
    course: Course, lab: Lab, watching: Watch, console: Console, *, by_panel: bool
) -> Iterator[Verdict]:
    """Yield the verdict now and after each save: the panel's, if it is the student's own copy.

    So the terminal and the pages that are open show the same, and everything is checked once.
    """

    def begin() -> None:
        console.print(_("Checking…"), style="dim")

    if by_panel:
        try:
            yield from following.verdicts(course.root, lab, begin)
        except finding.PanelDidNotStart as failure:
            console.print(
                _("{failure}\nThis terminal watches by itself.").format(failure=failure),
                style="dim",
                markup=False,
            )
        except following.PanelBroke as failure:
            raise Trouble(f"{_(OUR_FAULT)}\n{failure}") from None
    for verdict in watching.verdicts(begin=begin):
        if by_panel:
            keep(lab, verdict, console)
        yield verdict


def _with_a_bar(watching: Watch, console: Console) -> Verdict:
    """Return the verdict; in a terminal a bar shows how far the checks have come."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(_("Checking"), total=len(watching.checks))
        return watching.verdict(tell=lambda _: progress.advance(task))


@contextlib.contextmanager
def _folder(app: Path | None, lab: Lab) -> Iterator[Path]:
    """Yield the folder that holds the package to check."""
    if app is None:
        yield lab.folder
    elif (app / PACKAGE).is_dir():
        yield app.resolve()
    elif app.name == PACKAGE and app.is_dir():
        yield app.resolve().parent
    elif (app / "__init__.py").exists():
        with tempfile.TemporaryDirectory(prefix="app-") as temporary:
            _stand_in(Path(temporary) / PACKAGE, app.resolve())
            yield Path(temporary)
    else:
        raise Trouble(
            _(
                "There is no app in {app}. Name the folder that holds the package `{package}`."
            ).format(app=app, package=PACKAGE),
            USAGE,
        )


def _stand_in(package: Path, app: Path) -> None:
    """Let `app`, a package of any name, be found as `package`."""
    try:
        package.symlink_to(app, target_is_directory=True)
    except OSError:  # Windows lets few people make links
        if os.name != "nt":
            raise
        shutil.copytree(app, package)
