"""What is wrong with this machine, and what to do."""

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import click

from kit import browser_libraries, environment
from kit.cli import FAILED, PASSED
from kit.commands import say
from kit.course import ROOT
from kit.grading.confinement import CONFINED, UNCONFINED, why_not
from kit.language import _

LITTLE = 1_000_000_000  # bytes of room


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at: without a `remedy` all is well. `is_needed` by students."""

    found: str
    remedy: str = ""
    is_needed: bool = True


@click.command()
def doctor() -> int:
    """Say what is wrong with this machine, and what to do.

    Exit status 1: something is missing that every student needs. What only grading needs is told
    as well, and which confinement is in force.
    """
    signs = list(_signs())
    for sign in signs:
        say(f"{'✗' if sign.remedy else '✓'} {sign.found}")
        if sign.remedy:
            say(f"  {sign.remedy}")
    return FAILED if any(sign.remedy and sign.is_needed for sign in signs) else PASSED


def _signs() -> Iterator[Sign]:
    yield Sign(
        _("Python {version} on {system} {machine}, {count} processors").format(
            version=platform.python_version(),
            system=platform.system(),
            machine=platform.machine(),
            count=os.cpu_count(),
        )
    )
    if environment.satisfies(ROOT / "requirements.txt"):
        yield Sign(_("Every package is there, in the version that the lock names."))
    else:
        yield Sign(
            _("Packages are missing, or of another version."), _("Run: python3 -m kit setup")
        )
    if browser_libraries.is_ready(ROOT):
        yield Sign(_("The browser's libraries are there."))
    else:
        yield Sign(_("The browser's libraries are missing."), _("Run: python3 -m kit setup"))
    free = shutil.disk_usage(ROOT).free
    yield Sign(
        _("{free:.1f} GB are free on this disk.").format(free=free / 1e9),
        _("Make room: less than 1 GB may not do.") if free < LITTLE else "",
    )
    if os.access(ROOT, os.W_OK):
        yield Sign(_("{root} can be written.").format(root=ROOT))
    else:
        yield Sign(
            _("{root} cannot be written.").format(root=ROOT),
            _("Copy the project to a folder of your own."),
        )
    why = why_not()
    if not why:
        yield Sign(_("Grading: {confinement}").format(confinement=_(CONFINED)))
    else:
        remedy = (
            _("On another system than Linux grade in a container, as docs/grading.md says.")
            if platform.system() != "Linux"
            else _("Mend that, or grade in a container, as docs/grading.md says.")
        )
        yield Sign(
            _(
                "Grading: submissions cannot be confined, for {why}. With --unconfined a report"
                " says: {unconfined}"
            ).format(why=why, unconfined=_(UNCONFINED)),
            remedy,
            is_needed=False,
        )
