"""The finished dashboard, for people to see."""

import json
import secrets
import time
import webbrowser
from pathlib import Path

import click

from kit import browser_libraries, installation
from kit.cli import BROKE, USAGE, Trouble
from kit.commands import port as ports
from kit.commands import say
from kit.course import ROOT
from kit.running import App, Launcher, Plan, RunningApp, StartFailed

PORT = 8000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port; without it, 8000 or a free one."
)
@click.option("--csv", type=click.Path(path_type=Path), help="Follow this CSV file as it grows.")
@click.option(
    "--time", "time_column", default="time", show_default=True, help="Its column of times."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser; print the address.")
def demo(host: str, port: int | None, csv: Path | None, time_column: str, no_browser: bool) -> None:
    """Serve the finished dashboard, and open it.

    It shows this machine's own metrics, and what --csv names.
    """
    began = time.monotonic()
    browser_libraries.ensure(ROOT, installation.say)
    settings = {"SECRET_KEY": secrets.token_hex()}
    if csv:
        settings |= {"CSV": str(csv.resolve()), "CSV_TIME": time_column}
    # As JSON, so that a column called 1 stays a text.
    environment: dict[str, str | None] = {
        f"DASHBOARD_{name}": json.dumps(value) for name, value in settings.items()
    }
    plan = Plan(ROOT / "reference", (App("Production"),), environment, host, _port(host, port))
    with Launcher(warm=False) as launcher:
        app = launcher.start(plan)
        try:
            app.wait_until_listening()
        except StartFailed as failure:
            raise _trouble(failure, app) from None
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
        address = f"http://{shown}:{app.ports[0]}"
        say(f"The dashboard is at {address}  (ready in {time.monotonic() - began:.1f} s)")
        say("Ctrl-C stops it.")
        if not no_browser:
            webbrowser.open(address)
        app.ended.wait()
        raise Trouble(f"The dashboard's server has ended.\n{_last_lines(app)}")


def _port(host: str, wanted: int | None) -> int:
    """Return the port to serve on; 0 means any. Raises Trouble where none can be had."""
    for port in [wanted] if wanted else [PORT, 0]:
        why_not = ports.why_not(host, port)
        if why_not is None:
            return port
    raise Trouble(
        f"The dashboard cannot listen at {host}, port {port}: {why_not}."
        + (" Choose another --port, or leave it out." if wanted else " Choose another --host."),
        USAGE,
    )


def _trouble(failure: StartFailed, app: RunningApp) -> Trouble:
    if failure.crash and failure.crash.type == "SourceError":
        return Trouble(failure.crash.message, USAGE)
    return Trouble(f"The dashboard did not start: {failure}\n{_last_lines(app)}", BROKE)


def _last_lines(app: RunningApp) -> str:
    return "\n".join(line.text for line in list(app.log)[-15:])
