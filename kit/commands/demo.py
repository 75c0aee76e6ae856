"""The finished dashboard, for people to see."""

import secrets
import socket
import time
import webbrowser
from pathlib import Path

import click

from kit import browser_libraries, installation
from kit.cli import BROKE, PASSED, USAGE, Trouble
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
def demo(host: str, port: int | None, csv: Path | None, time_column: str, no_browser: bool) -> int:
    """Serve the finished dashboard with this machine's own metrics, and open it."""
    began = time.monotonic()
    browser_libraries.ensure(ROOT, installation.say)
    environment: dict[str, str | None] = {"DASHBOARD_SECRET_KEY": f'"{secrets.token_hex()}"'}
    if csv:
        environment["DASHBOARD_CSV"] = str(csv.resolve())
        environment["DASHBOARD_CSV_TIME"] = time_column
    plan = Plan(ROOT / "reference", (App("Production"),), environment, host, _free_port(host, port))
    with Launcher(warm=False) as launcher:
        app = launcher.start(plan)
        try:
            app.wait_until_listening()
        except StartFailed as failure:
            raise Trouble(_reason(failure, app), USAGE if csv else BROKE) from None
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
        address = f"http://{shown}:{app.ports[0]}"
        say(f"The dashboard is at {address}  (ready in {time.monotonic() - began:.1f} s)")
        say("Ctrl-C stops it.")
        if not no_browser:
            webbrowser.open(address)
        try:
            app.ended.wait()
        except KeyboardInterrupt:
            say("\nStopped.")
            return PASSED
        raise Trouble(f"The dashboard's server has ended.\n{_last_lines(app)}")


def _free_port(host: str, wanted: int | None) -> int:
    """Return the port to serve on. Raises Trouble where the one that was asked for is taken."""
    for port in [wanted] if wanted else [PORT, 0]:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if port == PORT and not wanted:
                    continue
                raise Trouble(
                    f"The dashboard cannot listen at {host}, port {port}: {error.strerror}."
                    " Choose another --port, or leave it out.",
                    USAGE,
                ) from None
            return int(probe.getsockname()[1])
    raise AssertionError("the system always has a free port")


def _reason(failure: StartFailed, app: RunningApp) -> str:
    if failure.crash and failure.crash.type == "SourceError":
        return failure.crash.message
    return f"The dashboard did not start: {failure}\n{_last_lines(app)}"


def _last_lines(app: RunningApp) -> str:
    return "\n".join(line.text for line in list(app.log)[-15:])
