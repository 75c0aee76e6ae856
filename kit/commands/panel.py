"""The live verdict as a page."""

import click

from kit import browser_libraries, installation, reachable, web_browser
from kit.cli import Trouble
from kit.commands import LabType, say
from kit.course import Course, Lab
from kit.language import _, current
from kit.panel import finding
from kit.student import workspace


@click.command()
@click.argument("lab", type=LabType(), required=False)
@click.option("--no-browser", is_flag=True, help="Do not open a browser; print the address.")
def panel(lab: Lab | None, no_browser: bool) -> None:
    """Open the live verdict as a page.

    Beside any editor. It is renewed at each save, goes on when this command has ended, and ends by
    itself a while after its last page was closed. Without a LAB it shows the one that you work on.
    """
    course = Course()
    browser_libraries.ensure(course.root, installation.say)
    if lab and not lab.package.exists():
        workspace.start(course, lab)
        say(
            _("Made your copy in {folder}").format(
                folder=lab.package.relative_to(course.root).as_posix()
            )
        )
    try:
        found = finding.ensure(course.root, speaks=current())
    except finding.PanelDidNotStart as failure:
        raise Trouble(str(failure)) from None
    place = reachable.for_people(found.url)
    link = f"{place}?key={found.key}" + (f"&lab={lab.number}" if lab else "")
    say(_("The panel is at {address}").format(address=reachable.in_words(link)))
    if not no_browser and not reachable.jupyter():
        web_browser.show(link)
