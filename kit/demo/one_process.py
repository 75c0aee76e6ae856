"""The dashboard in one process of its own, as on a laptop."""

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import NoReturn

from kit import ports
from kit.cli import BROKE, USAGE, Trouble
from kit.commands import say
from kit.course import ROOT
from kit.demo.files import Remarks
from kit.language import _
from kit.running import App, Launcher, Plan, RunningApp, StartFailed

PORT = 8000
LOOK = 0.5  # seconds between looks at what the server says
REFUSALS = ("SettingError", "SourceError")  # what the server raises where a person can help


def serve(
    at: tuple[str, int],
    variables: dict[str, str],
    told: Callable[[int], None],
    *,
    may_move: bool,
) -> NoReturn:
    """Serve `at` a host and a port until Ctrl-C, or until the process ends.

    `told` is called with the port: where the server `may_move`, perhaps another one. What it says
    about its files is printed.
    Raises Trouble where it does not start, and where it has ended.
    """
    gevent = find_spec("gevent") is not None
    if not gevent:
        say(_("Serving with threads, to some hundred clients: there is no gevent on this Python."))
    app = App("Production", {"ASYNC_MODE": "gevent" if gevent else "threading"})
    plan = Plan(ROOT / "reference", (app,), {**variables}, *at, gevent=gevent)
    with Launcher(warm=False) as launcher:
        running = _started(launcher, plan, may_move=may_move)
        told(running.ports[0])
        remarks = Remarks(running)
        while not running.ended.wait(LOOK):
            for remark in remarks.new():
                say(remark)
        raise Trouble(
            _("The dashboard's server has ended.\n{said}").format(said=_last_lines(running))
        )


def port_at(host: str, wanted: int | None) -> int:
    """Return the port to serve on; 0 means any. Raises Trouble where none can be had."""
    for port in [wanted] if wanted else [PORT, 0]:
        why_not = ports.why_not(host, port)
        if why_not is None:
            return port
    raise Trouble(
        _("The dashboard cannot listen at {host}, port {port}: {why}.").format(
            host=host, port=port, why=why_not
        )
        + " "
        + (_("Choose another --port, or leave it out.") if wanted else _("Choose another --host.")),
        USAGE,
    )


def _started(launcher: Launcher, plan: Plan, *, may_move: bool) -> RunningApp:
    """Return the server when it listens; where it `may_move`, perhaps at another port.

    Raises Trouble where it does not start.
    """
    app = launcher.start(plan)
    try:
        app.wait_until_listening()
    except StartFailed as failure:
        if may_move and failure.crash and failure.crash.during == "serve":  # taken meanwhile
            return _started(launcher, replace(plan, port=0), may_move=False)
        raise _trouble(failure, app) from None
    return app


def _trouble(failure: StartFailed, app: RunningApp) -> Trouble:
    if failure.crash and failure.crash.type in REFUSALS:
        return Trouble(failure.crash.message, USAGE)
    return Trouble(
        _("The dashboard did not start: {failure}\n{said}").format(
            failure=failure, said=_last_lines(app)
        ),
        BROKE,
    )


def _last_lines(app: RunningApp) -> str:
    return "\n".join(line.text for line in list(app.log)[-15:])
