"""Set up, and open the labs."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from kit import (
    browser_libraries,
    downloads,
    home,
    installation,
    jupyterlab,
    kernel,
    ports,
    reachable,
    web_browser,
)
from kit.cli import PASSED, USAGE, Trouble
from kit.commands import say
from kit.course import OWN_NOTEBOOKS, ROOT, Course
from kit.language import _
from kit.student import notebooks, workspace

FIRST_PORT = 8888


def prepare() -> None:
    """Fetch the browser's libraries, and make the student's copies of the labs and the notebooks.

    What is there already stays, but for notebooks that the course has changed. Raises SetupError.
    """
    browser_libraries.ensure(ROOT, installation.say)
    course = Course()
    missing = [lab for lab in course.labs if not lab.package.exists()]
    if missing:
        installation.say(_("Making your copies of the labs"))
    for lab in missing:
        workspace.start(course, lab)
    for line in notebooks.update(course):
        installation.say(line)


@click.command()
def setup() -> None:
    """Set up, and stop there."""
    prepare()
    say(_("Everything is ready. To open the labs: python3 -m kit"))


@click.command()
@click.option("--no-browser", is_flag=True, help="Do not open a browser; print the address.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to serve JupyterLab on.")
def labs(no_browser: bool, port: int | None) -> int:
    """Set up, and open the labs in JupyterLab."""
    if port is None and reachable.jupyter():
        prepare()
        say(_in_the_jupyterlab_that_is_open())
        return PASSED
    cache = installation.cache(ROOT)
    moved = home.spare_for_jupyter(cache)
    if opened := jupyterlab.running(ROOT):
        opened = reachable.in_a_codespace(opened)
        say(_("JupyterLab is already open at {opened}").format(opened=opened))
        if not no_browser:
            web_browser.show(opened)
        return PASSED
    if port and ports.why_not("127.0.0.1", port):
        raise Trouble(
            _(
                "Port {port} is in use by another program. Choose another one, or leave --port out."
            ).format(port=port),
            USAGE,
        )
    prepare()
    say(_("Opening the labs in JupyterLab. Ctrl-C stops it."))
    # A terminal in JupyterLab finds this environment's `python` and `uv` first. VIRTUAL_ENV is not
    # set: there, a plain `uv pip sync` in lab 0 would empty the kit's own environment.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # Lab 0 asks for uv in a terminal: there it reaches the same indexes as at set-up.
    os.environ.update(downloads.for_uv(cache))
    # Late: they take most of a second, and the other commands have no use for them.
    from jupyterlab.labapp import main as start

    from kit.panel import address, in_jupyter

    os.environ[address.VARIABLE] = in_jupyter.PATH
    wanted = port or FIRST_PORT
    if reachable.is_codespace() and ports.why_not("127.0.0.1", wanted):
        wanted = ports.spare_port()  # there the port is part of the name that JupyterLab answers to
    arguments = [
        *jupyterlab.arguments(ROOT, cache),
        *in_jupyter.ARGUMENTS,
        f"--ServerApp.port={wanted}",
        f"--ServerApp.port_retries={0 if port else 50}",
        *reachable.codespace_arguments(wanted),
    ]
    if moved:  # a bin for deleted files would be in the home, too
        arguments.append("--FileContentsManager.delete_to_trash=False")
    if no_browser or not web_browser.is_there():
        arguments.append("--no-browser")
    signal.signal(signal.SIGINT, _stop)
    start(arguments)
    return PASSED


def _in_the_jupyterlab_that_is_open() -> str:
    """Return what to do on a hub, where JupyterLab runs and another could not be reached."""
    start = ROOT / OWN_NOTEBOOKS / "00_start.ipynb"
    return _(
        "JupyterLab is open here already, so no other one is started. To work on the labs in it:\n"
        "1. Run  python3 -m kit kernel  once, then reload the page of JupyterLab.\n"
        "2. Open {file} and choose the kernel “{shown}”."
    ).format(file=reachable.file(start) or start, shown=kernel.SHOWN)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Pass Ctrl-C on as SIGTERM, which JupyterLab looks at whether it has a terminal or not.

    Without one, Ctrl-C was an exception that any of its callbacks could swallow.
    """
    if not callable(signal.getsignal(signal.SIGTERM)):  # it has not begun
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGTERM)
