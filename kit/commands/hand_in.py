"""What is the student's, packed to be handed in."""

import subprocess
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kit import cut
from kit.checking.check import load
from kit.checking.runner import run
from kit.checking.verdict import Verdict
from kit.cli import FAILED, PASSED, USAGE, Trouble
from kit.commands import LabType
from kit.course import Course, Lab
from kit.grading import packing
from kit.grading.grading import is_gradable
from kit.grading.packing import NotPacked, Packed
from kit.language import _, _n
from kit.report import terminal, words
from kit.running import PACKAGE, Launcher
from kit.student import given, merging
from kit.temporary import TemporaryFolder

ARCHIVE = "hand-in.zip"


@click.command("hand-in")
@click.argument("labs", metavar="[LAB]...", nargs=-1, type=LabType())
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The file to write. Without it, {ARCHIVE} in the project.",
)
@click.option("--unchecked", is_flag=True, help="Do not check the labs.")
@click.option(
    "--git", "with_git", is_flag=True, help="Let git see the files as well, to push them."
)
def hand_in(labs: tuple[Lab, ...], out: Path | None, unchecked: bool, with_git: bool) -> int:
    """Pack your work to hand it in.

    Without a LAB, all that you have begun. The archive holds your files and nothing else; it is
    what `grade` reads. Then each lab in it is checked as it was packed.
    """
    course = Course()
    console = terminal.console()
    path = out or course.root / ARCHIVE
    try:
        packed, left_out = _collected(course, labs)
        content = packing.archive(packed, course)
    except NotPacked as error:
        raise Trouble(str(error), USAGE) from None
    packing.save(content, path)
    console.print(
        _("{path} is ready: {size:.0f} kB.").format(path=path, size=len(content) / 1000),
        markup=False,
    )
    if with_git:
        _add_to_git(course.root, packed)
        console.print(_("Git sees these files now. Commit and push them to hand them in."))
    verdicts = [] if unchecked else _verdicts(packed, console)
    _show(packed, verdicts, console)
    for line in left_out:
        console.print(line, markup=False, style="dim")
    return PASSED if all(verdict.passed for verdict in verdicts) else FAILED


def _collected(course: Course, labs: tuple[Lab, ...]) -> tuple[list[Packed], list[str]]:
    """Return what is packed of which labs, and what is said of the others. Raises NotPacked."""
    packed, left_out = [], []
    for lab in sorted(set(labs), key=lambda lab: lab.number) or course.labs:
        if not is_gradable(lab):
            left_out.append(
                _("{title} is about your own machine: it is not handed in.").format(title=lab.title)
            )
        elif labs or lab.package.is_dir():
            one = packing.collect(lab)
            starter = given.starter(course, lab)
            if labs or merging.differ(one.package, starter):
                packed.append(one)
            else:
                left_out.append(
                    _("{title} is still the starter, and is left out.").format(title=lab.title)
                )
    if not packed:
        raise NotPacked("\n".join([*left_out, _("There is nothing to hand in.")]))
    return packed, left_out


def _verdicts(packed: list[Packed], console: Console) -> list[Verdict]:
    """Return the verdict on each lab as it was packed, with nothing beside it."""
    checks = {one.lab.number: load(one.lab.checks) for one in packed}
    found = []
    with (
        TemporaryFolder() as folder,
        Launcher() as launcher,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        task = progress.add_task(_("Checking"), total=sum(map(len, checks.values())))
        for one in packed:
            place = folder / one.lab.slug
            cut.write({f"{PACKAGE}/{name}": text for name, text in one.package.items()}, place)
            found.append(
                run(
                    checks[one.lab.number],
                    place,
                    launcher,
                    tell=lambda _: progress.advance(task),
                )
            )
    return found


def _show(packed: list[Packed], verdicts: list[Verdict], console: Console) -> None:
    for number, one in enumerate(packed):
        stands = words.summary(verdicts[number]) if verdicts else _("not checked")
        files = _n("{count} file", "{count} files", len(one.package)).format(count=len(one.package))
        console.print(f"{one.lab.title}: {files}; {stands}", markup=False)
        for note in one.notes:
            console.print(f"  {note}", markup=False, style="dim")


def _add_to_git(root: Path, packed: list[Packed]) -> None:
    """Let git track the files that are packed, which it ignores else. Raises Trouble."""
    names = [f"{packing.folder(one.lab)}/{name}" for one in packed for name in one.package]
    places = [packing.folder(one.lab) for one in packed]
    try:
        for command in (
            ["git", "add", "--update", "--", *places],  # what was deleted
            ["git", "add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"],
        ):
            subprocess.run(
                command,
                cwd=root,
                input="\0".join(names).encode() if "--force" in command else None,
                capture_output=True,
                check=True,
            )
    except FileNotFoundError:
        raise Trouble(_("Git is not installed. The archive is ready all the same.")) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise Trouble(
            _("The archive is ready, but git did not take the files: {said}").format(said=said)
        ) from None
