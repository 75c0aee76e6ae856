"""The zip for Gradescope's autograder."""

from pathlib import Path

import click

from kit import language
from kit.cli import USAGE, Trouble
from kit.commands import say
from kit.course import Course, UnknownLab
from kit.grading import packing, scheme
from kit.grading.gradescope import package
from kit.grading.gradescope.once import Settings
from kit.grading.grading import is_gradable
from kit.grading.scheme import SchemeError
from kit.language import _


@click.command()
@click.argument("out", metavar="ZIP", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--labs", required=True, help="Which labs this assignment is about, such as 3.")
@click.option(
    "--scheme",
    "scheme_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file: points, hidden checks, a seed. Without it, a point for each check.",
)
@click.option(
    "--unconfined",
    is_flag=True,
    help="Grade also where Gradescope's container allows no confinement.",
)
def autograder(out: Path, *, labs: str, scheme_file: Path | None, unconfined: bool) -> None:
    """Make the zip that Gradescope asks for as an autograder."""
    course = Course()
    try:
        chosen = course.selected(labs)
        if scheme_file:
            scheme.read(scheme_file, course)
    except (UnknownLab, SchemeError) as error:
        raise Trouble(str(error), USAGE) from None
    for lab in chosen:
        if not is_gradable(lab):
            raise Trouble(
                _("{title} is about the student's own machine.").format(title=lab.title), USAGE
            )
    settings = Settings(tuple(lab.number for lab in chosen), unconfined, language.current())
    plan = scheme_file.read_bytes() if scheme_file else None
    content = package.archive(course, settings, plan)
    packing.save(content, out)
    say(
        _("{out} is ready: {size:.1f} MB. Upload it as the autograder.").format(
            out=out, size=len(content) / 1_000_000
        )
    )
    say(_("The assignment is about {labs}.").format(labs=", ".join(lab.title for lab in chosen)))
