"""The student's own server, in the terminal."""

import time
from dataclasses import replace

import click

from kit import ports, reachable
from kit.checking.check import load
from kit.checking.saves import Look, changed, listed, look
from kit.checking.served_as import plan_of
from kit.checking.words import why_not_started
from kit.cli import FAILED, USAGE, Trouble
from kit.commands import lab_argument, say
from kit.course import Course, Lab
from kit.language import _
from kit.running import App, Launcher, Plan, RunningApp, StartFailed
from kit.running.app import LogLine
from kit.student import workspace

USUAL_PORT = 8000  # where `python -m dashboard` serves as well
STEP = 0.1  # seconds between two looks at what the server says
LOOK = 0.5  # seconds between two looks at the files
START = 20.0  # seconds that a start may take, on a machine that has much else to do


@click.command()
@lab_argument
@click.option("--port", type=click.IntRange(1, 65535), help="The port to serve on.")
@click.option("--as", "check", metavar="CHECK", help="Serve it as this check does.")
def serve(lab: Lab, port: int | None, check: str | None) -> None:
    """Run your own server for a lab.

    It starts again each time you save a file. Ctrl-C stops it. With --as it has the configuration
    and the sources that the check gives it.
    """
    if not lab.package.exists():
        workspace.start(Course(), lab)
        say(_("Made your copy in labs/{slug}/{name}").format(slug=lab.slug, name=lab.package.name))
    plan = Plan(lab.folder, (App(None),)) if check is None else _as_in(lab, check)
    plan = replace(plan, port=_port(plan.host, port))
    with Launcher(warm=False) as launcher:
        while True:
            files = look(lab.folder)
            _serve(launcher, plan, files)
            names = changed(lab.folder, files)
            say(_("You saved {files}. The server starts again.").format(files=listed(names)))


def _as_in(lab: Lab, check: str) -> Plan:
    """Return how a check starts the student's server. Raises Trouble."""
    known = {one.name: one for one in load(lab.checks)}
    if check not in known:
        raise Trouble(
            _("There is no check {check!r}. The checks are: {known}.").format(
                check=check, known=", ".join(known)
            ),
            USAGE,
        )
    plan = plan_of(known[check], lab.folder)
    if plan is None or len(plan.apps) != 1:
        raise Trouble(
            _("The check {check} does not start one server alone. Leave --as out.").format(
                check=check
            ),
            USAGE,
        )
    return plan


def _port(host: str, wanted: int | None) -> int:
    """Return the port to serve on. Raises Trouble where the one that is wanted is in use."""
    if wanted is None:
        if ports.why_not(host, USUAL_PORT) is None:
            return USUAL_PORT
        spare = ports.spare_port(host)
        say(
            _("Port {port} is in use by another program, so this server gets {spare}.").format(
                port=USUAL_PORT, spare=spare
            )
        )
        return spare
    if ports.why_not(host, wanted):
        raise Trouble(
            _(
                "Port {port} is in use by another program. Choose another one, or leave --port out."
            ).format(port=wanted),
            USAGE,
        )
    return wanted


def _serve(launcher: Launcher, plan: Plan, files: Look) -> None:
    """Serve until the files look otherwise than these. Raises Trouble where the server ends."""
    with launcher.start(plan) as app:
        shown = _Shown(app)
        try:
            app.wait_until_listening(idle=START, busy=START)
        except StartFailed as failure:
            if failure.crash is None:  # the error is told in words
                shown.go_on()
            say(
                _("Your server did not start. {why}").format(
                    why=why_not_started(failure, plan.folder)
                )
            )
            say(_("It is tried again when you save a file. Ctrl-C stops."))
            while look(plan.folder) == files:
                time.sleep(LOOK)
            return
        say(
            _("Your server runs at {address}").format(
                address=reachable.in_words(reachable.for_people(app.url))
            )
        )
        while look(plan.folder) == files:
            until = time.monotonic() + LOOK
            while time.monotonic() < until:
                shown.go_on()
                time.sleep(STEP)
            if not app.is_running:
                shown.go_on()
                raise Trouble(
                    _("Your server has ended, with exit status {code}.").format(code=app.exit_code),
                    FAILED,
                )
        shown.go_on()


class _Shown:
    """What a server has said, as far as it is shown."""

    def __init__(self, app: RunningApp) -> None:
        self._app = app
        self._last: LogLine | None = None

    def go_on(self) -> None:
        """Show what is new."""
        lines = list(self._app.log)
        known = next((at for at, line in enumerate(lines, 1) if line is self._last), 0)
        for line in lines[known:]:
            say(line.text)
        self._last = lines[-1] if lines else None
