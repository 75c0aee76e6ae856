"""The course as static pages."""

import re
from pathlib import Path

import click
from rich.console import Console

from kit import browser_libraries, ending, extras, installation
from kit.cli import FAILED, PASSED, USAGE, Trouble
from kit.commands import say
from kit.course import ROOT, Course, UnknownLab
from kit.language import _

URL = re.compile(r"https?://[^\s/]+/\S+")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--labs", help="Which labs, such as 1-3,6. Without it, all of them.")
@click.option(
    "--repository",
    metavar="URL",
    help="Where the course lies for everybody: pages then say how to get it, and link to Binder.",
)
@click.option(
    "--without-solutions",
    is_flag=True,
    help="Leave out the finished server's code, third hints, and what the course does otherwise.",
)
def site(out: Path, labs: str | None, repository: str | None, without_solutions: bool) -> int:
    """Make the course's site in a new folder.

    It has the tasks with their hints, the notebooks with their outputs, the contract, a map of
    which line is taught where, and the handbook. Notebooks are run on the solution: that takes
    minutes at first, and seconds once nothing of theirs has changed. Nothing on the pages comes
    from elsewhere. A site that this command has made in OUT is replaced.
    """
    course = Course()
    try:
        chosen = course.selected(labs) if labs else course.labs
    except UnknownLab as error:
        raise Trouble(str(error), USAGE) from None
    if repository and not URL.fullmatch(repository):
        raise Trouble(
            _(
                "`{url}` is no address of a repository. Write it as"
                " https://github.com/OWNER/REPOSITORY."
            ).format(url=repository),
            USAGE,
        )
    extras.ensure(ROOT, installation.say, extras.SITE)
    browser_libraries.ensure(ROOT, installation.say)
    # Late: it imports what was just installed.
    from kit.site import building

    try:
        building.look_at(out)
    except building.NotBuilt as error:
        raise Trouble(str(error), USAGE) from None
    plan = building.Plan(chosen, out, repository, solutions=not without_solutions)
    console = Console(stderr=True, highlight=False)
    with ending.tidily(), console.status("Beginning") as status:

        def tell(step: str) -> None:
            status.update(step)
            if not console.is_terminal:
                console.print(step, markup=False)

        try:
            count = building.build(course, plan, tell)
        except building.NotBuilt as error:
            raise Trouble(str(error), FAILED) from None
    say(
        _("The site, {count} pages, is in {folder}. Open {page} in a browser.").format(
            count=count, folder=out, page=out / "index.html"
        )
    )
    return PASSED
